"""Panel kinds: one module each, a record and the part of Grafana's JSON that only this kind has.

A new kind is one module here and one line in `PANELS`; one more in `KINDS` lets teams use it in YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from generator.grafana.model import Panel, Written
from generator.grafana.panels import alertlist, stat, table, text, timeseries
from generator.grafana.panels.alertlist import AlertList
from generator.grafana.panels.stat import Stat
from generator.grafana.panels.table import Column, Table
from generator.grafana.panels.text import Text
from generator.grafana.panels.timeseries import SeriesColour, TimeSeries

PANELS: Mapping[type[Panel], Callable[[Any], dict[str, Any]]] = MappingProxyType(
    {
        AlertList: alertlist.body,
        Stat: stat.body,
        Table: table.body,
        Text: text.body,
        TimeSeries: timeseries.body,
    }
)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind is made of what a team wrote; `queries` says whether it shows any."""

    build: Callable[[Written], Panel]
    queries: bool = True


# By the names that dashboards in YAML have for them; `generator.spec.dashboard` lists the same.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "alertlist": Kind(alertlist.written, queries=False),
        "stat": Kind(stat.written),
        "table": Kind(table.written),
        "text": Kind(text.written, queries=False),
        "timeseries": Kind(timeseries.written),
    }
)


def body(panel: Panel) -> dict[str, Any]:
    """Return what is special to the panel's kind: `type`, `options`, `fieldConfig`, `transformations`."""
    return PANELS[type(panel)](panel)


__all__ = [
    "KINDS",
    "PANELS",
    "AlertList",
    "Column",
    "Panel",
    "SeriesColour",
    "Stat",
    "Table",
    "Text",
    "TimeSeries",
    "body",
]
