"""How values look, as Grafana's JSON: units, thresholds, mappings, links; shared by the panel kinds."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from generator.grafana.model import DataLink, Field, Mapping, Threshold
from generator.grafana.text import literal

_PLAIN = [{"color": "text", "value": None}]


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
        {"type": "regex", "options": {"pattern": item.pattern, "result": {"index": index, "text": item.text}}}
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


def override(matcher: str, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Return an override of fields; `matcher` is `byName` or `byRegexp`."""
    listed = [{"id": key, "value": value} for key, value in properties.items()]
    return {"matcher": {"id": matcher, "options": name}, "properties": listed}
