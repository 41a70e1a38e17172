"""`kind: Dashboard`: a team's own dashboard, once or for each service."""

from generator.spec.dashboard.fields import COLOURS, DOCUMENT, KIND, PANEL_TYPES, SPEC
from generator.spec.dashboard.read import read_dashboard

__all__ = ["COLOURS", "DOCUMENT", "KIND", "PANEL_TYPES", "SPEC", "read_dashboard"]
