"""YAML nodes to the checked, frozen model."""
