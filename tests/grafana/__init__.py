"""Dashboards: what they hold, how they are laid out, escaped, normalised, checked and delivered."""
