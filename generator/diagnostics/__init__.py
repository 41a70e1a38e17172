"""Diagnostics: what is said to a user, and the reporters that say it."""

from generator.diagnostics.model import Diagnostic, Diagnostics, Related, Severity, Span, did_you_mean

__all__ = ["Diagnostic", "Diagnostics", "Related", "Severity", "Span", "did_you_mean"]
