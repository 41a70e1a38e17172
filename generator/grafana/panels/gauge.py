"""Gauge: the newest value on a dial between its minimum and its maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.grafana.model import Panel, Written
from generator.grafana.panels.fields import NEWEST, coloured, common, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge(Panel):
    """A dial for each series, thresholds at its edge; without `minimum` and `maximum` it says little."""


def written(panel: Written) -> Gauge:
    """The newest values of the queries."""
    return Gauge(**common(panel), queries=instant(panel), field=panel.field)


def body(panel: Gauge) -> dict[str, Any]:
    """Grafana's JSON."""
    return {
        "type": "gauge",
        "fieldConfig": coloured(panel.field),
        "options": {
            "minVizHeight": 75,
            "minVizWidth": 75,
            "orientation": "auto",
            "reduceOptions": NEWEST,
            "showThresholdLabels": False,
            "showThresholdMarkers": True,
            "sizing": "auto",
        },
    }
