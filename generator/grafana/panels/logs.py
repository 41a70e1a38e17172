"""Logs: lines, newest first, from the data source that keeps them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from generator.grafana.model import Panel, Written
from generator.grafana.panels.fields import common


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs(Panel):
    """Log lines; its queries are of the kind `LogQuery`."""


def written(panel: Written) -> Logs:
    """Lines of where the project keeps its logs: the queries are in its language."""
    return Logs(
        **common(panel), queries=tuple(replace(panel.logs, expr=query.expr) for query in panel.queries)
    )


def body(panel: Logs) -> dict[str, Any]:
    """Grafana's JSON."""
    del panel
    return {
        "type": "logs",
        "options": {
            "dedupStrategy": "none",
            "enableLogDetails": True,
            "prettifyLogMessage": False,
            "showCommonLabels": False,
            "showLabels": False,
            "showLogContextToggle": False,
            "showTime": True,
            "sortOrder": "Descending",
            "wrapLogMessage": True,
        },
    }
