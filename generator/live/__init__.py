"""What a running system tells: the only place that speaks HTTP."""
