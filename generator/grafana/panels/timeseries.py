"""Time series: lines over time, with gaps where there is no data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from generator.grafana.model import Panel, Written
from generator.grafana.panels.fields import common, defaults, override


@dataclass(frozen=True, slots=True)
class SeriesColour:
    """Series whose name matches the regular expression are drawn in `colour`, perhaps as a `dashed` line."""

    pattern: str
    colour: str
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSeries(Panel):
    """Lines, or areas on top of each other when `stacked`; `lines` draws the thresholds into the graph."""

    stacked: bool = False
    lines: Literal["off", "dashed", "area"] = "off"
    colours: tuple[SeriesColour, ...] = ()


def written(panel: Written) -> TimeSeries:
    """The queries over time, with the thresholds as lines."""
    return TimeSeries(
        **common(panel),
        queries=panel.queries,
        field=panel.field,
        lines="dashed" if panel.field.thresholds else "off",
    )


def body(panel: TimeSeries) -> dict[str, Any]:
    """Grafana's JSON, without what is Grafana's default. A gap in the data is a gap in the line."""
    custom: dict[str, Any] = {
        "fillOpacity": 30 if panel.stacked else 10,
        "showPoints": "never",
        "spanNulls": False,
    }
    if panel.stacked:
        custom["stacking"] = {"group": "A", "mode": "normal"}
    if panel.lines != "off":
        custom["thresholdsStyle"] = {"mode": panel.lines}
    overrides = [override("byRegexp", f"/{item.pattern}/", _look(item)) for item in panel.colours]
    shown = {**defaults(panel.field), "color": {"mode": "palette-classic"}, "custom": custom}
    return {
        "type": "timeseries",
        "fieldConfig": {"defaults": shown, "overrides": overrides},
        "options": {
            "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
    }


def _look(item: SeriesColour) -> dict[str, Any]:
    look: dict[str, Any] = {"color": {"fixedColor": item.colour, "mode": "fixed"}}
    if item.dashed:
        look |= {"custom.lineStyle": {"dash": [10, 10], "fill": "dash"}, "custom.fillOpacity": 0}
    return look
