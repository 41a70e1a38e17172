"""Bar gauge: newest values as bars, one below the other, each in the colour of its threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.grafana.model import Panel, Written
from generator.grafana.panels.fields import NEWEST, coloured, common, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class BarGauge(Panel):
    """A bar for each series, to be compared at a glance; `maximum` of the field is its full length."""


def written(panel: Written) -> BarGauge:
    """The newest values of the queries."""
    return BarGauge(**common(panel), queries=instant(panel), field=panel.field)


def body(panel: BarGauge) -> dict[str, Any]:
    """Grafana's JSON."""
    return {
        "type": "bargauge",
        "fieldConfig": coloured(panel.field),
        "options": {
            "displayMode": "basic",
            "minVizHeight": 16,
            "minVizWidth": 8,
            "namePlacement": "auto",
            "orientation": "horizontal",
            "reduceOptions": NEWEST,
            "showUnfilled": True,
            "sizing": "auto",
            "valueMode": "color",
        },
    }
