"""Stat: the newest value as a big number, one for each series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from generator.grafana.model import Panel, Written
from generator.grafana.panels.fields import NEWEST, coloured, common, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat(Panel):
    """A number in the colour of its threshold; `graph` draws its history behind it."""

    colour: Literal["value", "background", "none"] = "value"
    graph: bool = False


def written(panel: Written) -> Stat:
    """The newest values of the queries."""
    return Stat(
        **common(panel),
        queries=instant(panel),
        field=panel.field,
    )


def body(panel: Stat) -> dict[str, Any]:
    """Grafana's JSON."""
    return {
        "type": "stat",
        "fieldConfig": coloured(panel.field),
        "options": {
            "colorMode": panel.colour,
            "graphMode": "area" if panel.graph else "none",
            "reduceOptions": NEWEST,
        },
    }
