"""Panel kinds: one module each, a record and the part of Grafana's JSON that only this kind has.

A new kind is one module here and one line in `PANELS`; one more in `KINDS` lets teams use it in YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from generator.grafana.model import Panel, Written
from generator.grafana.panels import (
    alertlist,
    bargauge,
    gauge,
    heatmap,
    logs,
    nodegraph,
    stat,
    statetimeline,
    table,
    text,
    timeseries,
    traces,
)
from generator.grafana.panels.alertlist import AlertList
from generator.grafana.panels.bargauge import BarGauge
from generator.grafana.panels.gauge import Gauge
from generator.grafana.panels.heatmap import Heatmap
from generator.grafana.panels.logs import Logs
from generator.grafana.panels.nodegraph import NodeGraph
from generator.grafana.panels.stat import Stat
from generator.grafana.panels.statetimeline import StateTimeline
from generator.grafana.panels.table import Column, Table
from generator.grafana.panels.text import Text
from generator.grafana.panels.timeseries import SeriesColour, TimeSeries
from generator.grafana.panels.traces import Traces

PANELS: Mapping[type[Panel], Callable[[Any], dict[str, Any]]] = MappingProxyType(
    {
        AlertList: alertlist.body,
        BarGauge: bargauge.body,
        Gauge: gauge.body,
        Heatmap: heatmap.body,
        Logs: logs.body,
        NodeGraph: nodegraph.body,
        Stat: stat.body,
        StateTimeline: statetimeline.body,
        Table: table.body,
        Text: text.body,
        TimeSeries: timeseries.body,
        Traces: traces.body,
    }
)


# Fields of a panel in YAML that not every kind has a use for.
FIELDS = ("queries", "unit", "decimals", "min", "max", "thresholds", "valueLinks")


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind is made of what a team wrote.

    `fields` are those of `FIELDS` that mean something to it; `source` is what its queries are asked of.
    """

    build: Callable[[Written], Panel]
    fields: tuple[str, ...] = FIELDS
    source: Literal["prometheus", "logs", "traces"] = "prometheus"


# By the names that dashboards in YAML have for them; `generator.spec.dashboard` lists the same.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "alertlist": Kind(alertlist.written, fields=()),
        "bargauge": Kind(bargauge.written),
        "gauge": Kind(gauge.written),
        "heatmap": Kind(heatmap.written),
        "logs": Kind(logs.written, source="logs", fields=("queries",)),
        "nodeGraph": Kind(nodegraph.written),
        "stat": Kind(stat.written),
        "state-timeline": Kind(statetimeline.written),
        "table": Kind(table.written),
        "text": Kind(text.written, fields=()),
        "timeseries": Kind(timeseries.written),
        "traces": Kind(traces.written, source="traces", fields=("queries",)),
    }
)


def body(panel: Panel) -> dict[str, Any]:
    """Return what is special to the panel's kind: `type`, `options`, `fieldConfig`, `transformations`."""
    return PANELS[type(panel)](panel)


__all__ = [
    "FIELDS",
    "KINDS",
    "PANELS",
    "AlertList",
    "BarGauge",
    "Column",
    "Gauge",
    "Heatmap",
    "Logs",
    "NodeGraph",
    "Panel",
    "SeriesColour",
    "Stat",
    "StateTimeline",
    "Table",
    "Text",
    "TimeSeries",
    "Traces",
    "body",
]
