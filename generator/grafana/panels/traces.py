"""Traces: one trace as a waterfall of its spans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from generator.grafana.model import Panel, Written
from generator.grafana.panels.fields import common


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces(Panel):
    """A trace, by its id; its query is of the kind `TraceQuery`."""


def written(panel: Written) -> Traces:
    """The trace whose id the query is, mostly a variable of the dashboard."""
    return Traces(
        **common(panel), queries=tuple(replace(panel.traces, expr=query.expr) for query in panel.queries)
    )


def body(panel: Traces) -> dict[str, Any]:
    """Grafana's JSON."""
    del panel
    return {"type": "traces", "options": {}}
