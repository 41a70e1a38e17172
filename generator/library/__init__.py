"""Built-in data: what `init` writes."""
