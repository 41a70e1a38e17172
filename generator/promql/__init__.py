"""PromQL: building, parsing, and checking it against what the metrics look like."""
