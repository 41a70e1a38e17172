"""Tests of the rules: groups, alerts, packs, prose, and how they are written."""
