"""State timeline: in which state each thing was, as bars over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.grafana.model import Panel, Written
from generator.grafana.panels.fields import common, defaults


@dataclass(frozen=True, slots=True, kw_only=True)
class StateTimeline(Panel):
    """A line of bars for each series; thresholds (or mappings) say which state a value is."""

    values: bool = False


def written(panel: Written) -> StateTimeline:
    """The queries over time, their thresholds as states."""
    return StateTimeline(**common(panel), queries=panel.queries, field=panel.field, values=True)


def body(panel: StateTimeline) -> dict[str, Any]:
    """Grafana's JSON. Neighbours of one state are one bar; a gap in the data is a gap in the bar."""
    custom = {"fillOpacity": 70, "lineWidth": 0}
    return {
        "type": "state-timeline",
        "fieldConfig": {
            "defaults": {**defaults(panel.field), "color": {"mode": "thresholds"}, "custom": custom},
            "overrides": [],
        },
        "options": {
            "alignValue": "left",
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "mergeValues": True,
            "rowHeight": 0.9,
            "showValue": "auto" if panel.values else "never",
            "tooltip": {"mode": "single", "sort": "none"},
        },
    }
