"""Stat: the newest value as a big number, one for each series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from generator.grafana.model import Panel, Written
from generator.grafana.panels.fields import defaults


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat(Panel):
    """A number in the colour of its threshold; `graph` draws its history behind it."""

    colour: Literal["value", "background", "none"] = "value"
    graph: bool = False


def written(panel: Written) -> Stat:
    """The newest values of the queries."""
    return Stat(
        key=panel.key,
        title=panel.title,
        description=panel.description,
        width=panel.width,
        height=panel.height,
        links=panel.links,
        queries=tuple(replace(query, instant=True) for query in panel.queries),
        field=panel.field,
    )


def body(panel: Stat) -> dict[str, Any]:
    """Grafana's JSON. `lastNotNull` over an instant query is the value itself, never an older one."""
    return {
        "type": "stat",
        "fieldConfig": {
            "defaults": {**defaults(panel.field), "color": {"mode": "thresholds"}},
            "overrides": [],
        },
        "options": {
            "colorMode": panel.colour,
            "graphMode": "area" if panel.graph else "none",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "textMode": "auto",
        },
    }
