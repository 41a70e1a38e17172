"""The dashboards of this repository's example on a real Prometheus, in scenarios whose truth is known."""
