"""Heatmap: how values are distributed over time, from the buckets of a histogram."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from generator.grafana.model import Panel, Written
from generator.grafana.panels.fields import common, scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Heatmap(Panel):
    """A cell for each time and bucket: the darker, the more. Queries give rates of buckets by `le`.

    The field's `unit` is that of the bounds.
    """


def written(panel: Written) -> Heatmap:
    """The queries as buckets."""
    queries = tuple(replace(query, buckets=True, legend=query.legend or "{{le}}") for query in panel.queries)
    return Heatmap(**common(panel), queries=queries, field=panel.field)


def body(panel: Heatmap) -> dict[str, Any]:
    """Grafana's JSON. Cells that hold nothing are not drawn: they are no values of 0."""
    field = scale(panel.field)
    unit = {"unit": field["unit"]} if "unit" in field else {}
    return {
        "type": "heatmap",
        "fieldConfig": {
            "defaults": {
                "custom": {
                    "hideFrom": {"legend": False, "tooltip": False, "viz": False},
                    "scaleDistribution": {"type": "linear"},
                },
                "noValue": panel.field.no_value,
                **unit,
            },
            "overrides": [],
        },
        "options": {
            "calculate": False,
            "cellGap": 1,
            "color": {
                "exponent": 0.5,
                "fill": "dark-orange",
                "mode": "scheme",
                "reverse": False,
                "scale": "exponential",
                "scheme": "Oranges",
                "steps": 64,
            },
            "exemplars": {"color": "rgba(255,0,255,0.7)"},
            "filterValues": {"le": 1e-9},
            "legend": {"show": True},
            "rowsFrame": {"layout": "auto"},
            "showValue": "never",
            "tooltip": {"mode": "single", "showColorScale": False, "yHistogram": False},
            "yAxis": {"axisPlacement": "left", "reverse": False, **unit},
        },
    }
