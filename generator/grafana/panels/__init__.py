"""Panel kinds: one module each, a record and the part of Grafana's JSON that only this kind has.

A new kind is one module here and one line in `PANELS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from generator.grafana.model import Panel
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


def body(panel: Panel) -> dict[str, Any]:
    """Return what is special to the panel's kind: `type`, `options`, `fieldConfig`, `transformations`."""
    return PANELS[type(panel)](panel)


__all__ = [
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
