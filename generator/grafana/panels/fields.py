"""How values look, as Grafana's JSON: units, thresholds, mappings, links; shared by the panel kinds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from generator.grafana.model import DataLink, Field, Mapping, Panel, Query, Threshold, Written
from generator.grafana.text import literal

_PLAIN = [{"color": "text", "value": None}]
# `lastNotNull` over an instant query is the value itself, never an older one.
NEWEST = {"calcs": ["lastNotNull"], "values": False}


def common(panel: Written) -> dict[str, Any]:
    """What a panel of any kind takes over from the one that a team wrote."""
    names = ("key", "title", "description", "width", "height", "links")
    return {name: getattr(panel, name) for name in names}


def instant(panel: Written) -> tuple[Query, ...]:
    """The queries of a panel, asked for their newest values."""
    return tuple(replace(query, instant=True) for query in panel.queries)


def value_columns(panel: Panel) -> list[str]:
    """Names of the value columns of tables: numbered by refId as soon as there are two queries."""
    if len(panel.queries) == 1:
        return ["Value"]
    return [f"Value #{chr(ord('A') + index)}" for index in range(len(panel.queries))]


def number(value: Decimal) -> float | int:
    """Return a JSON number, an integer where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def thresholds(steps: Iterable[Threshold]) -> dict[str, Any]:
    """Threshold steps; none means one plain colour, for Grafana would fill in its own "red from 80"."""
    listed = [
        {"color": step.colour, "value": None if step.value is None else number(step.value)} for step in steps
    ]
    return {"mode": "absolute", "steps": listed or _PLAIN}


def mappings(items: Iterable[Mapping]) -> list[dict[str, Any]]:
    """Value mappings by regular expression."""
    return [
        {
            "type": "regex",
            "options": {
                "pattern": item.pattern,
                "result": {
                    "index": index,
                    "text": item.text,
                    **({"color": item.colour} if item.colour else {}),
                },
            },
        }
        for index, item in enumerate(items)
    ]


def data_links(links: Iterable[DataLink]) -> list[dict[str, Any]]:
    """Links on values."""
    return [{"title": literal(link.title), "url": link.url, "targetBlank": link.new_tab} for link in links]


def scale(field: Field) -> dict[str, Any]:
    """Unit, decimals and range of values; what is not set is left out."""
    result: dict[str, Any] = {}
    if field.unit:
        result["unit"] = field.unit
    if field.decimals is not None:
        result["decimals"] = field.decimals
    if field.minimum is not None:
        result["min"] = number(field.minimum)
    if field.maximum is not None:
        result["max"] = number(field.maximum)
    return result


def defaults(field: Field) -> dict[str, Any]:
    """`fieldConfig.defaults`; what is not set is left out."""
    result = {"noValue": field.no_value, "thresholds": thresholds(field.thresholds), **scale(field)}
    if field.mappings:
        result["mappings"] = mappings(field.mappings)
    if field.links:
        result["links"] = data_links(field.links)
    return result


def coloured(field: Field) -> dict[str, Any]:
    """A `fieldConfig` in which values have the colours of their thresholds."""
    return {"defaults": {**defaults(field), "color": {"mode": "thresholds"}}, "overrides": []}


def override(matcher: str, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Return an override of fields; `matcher` is `byName` or `byRegexp`."""
    listed = [{"id": key, "value": value} for key, value in properties.items()]
    return {"matcher": {"id": matcher, "options": name}, "properties": listed}
