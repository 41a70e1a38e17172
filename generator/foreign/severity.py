"""What weighs less in what others wrote than in a project of our own."""

from __future__ import annotations

from dataclasses import replace

from generator.diagnostics import Diagnostic, Severity

_UNCERTAIN = frozenset({"promql/too-large"})


def of_another(item: Diagnostic) -> Diagnostic:
    """A finding in what somebody else generates and runs: a warning where Prometheus may well take it."""
    return replace(item, severity=Severity.WARNING) if item.code in _UNCERTAIN else item
