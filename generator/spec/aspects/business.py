"""`businessMetrics`: what the service is worth to somebody, in numbers of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.diagnostics import Diagnostics, Related
from generator.documents import Mapping as MappingNode
from generator.documents import Sequence
from generator.sli.model import PromQL
from generator.spec.location import Places, no_places
from generator.spec.read import read

BETTER, WORSE = "better", "worse"
SCHEMA: Mapping[str, Any] = {
    "type": "array",
    "description": "What it is worth, in panels of its dashboard. An objective over such a metric is an SLO.",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "query"],
        "properties": {
            "name": {
                "$ref": "#/definitions/slug",
                "description": "What links to its panels hold on to; keep it when the title changes.",
            },
            "title": {
                "type": "string",
                "minLength": 1,
                "maxLength": 100,
                "description": "What is shown.",
                "x-default": "the name",
            },
            "query": {
                "$ref": "#/definitions/promql",
                "description": "PromQL with Grafana's variables, such as `$__rate_interval`.",
            },
            "unit": {
                "type": "string",
                "minLength": 1,
                "maxLength": 60,
                "description": "One of Grafana's units, such as `ops`, `currencyEUR`, or `suffix: orders`.",
                "x-default": "none",
            },
            "higherIs": {
                "enum": [BETTER, WORSE],
                "description": "Which change against the week before is good news.",
                "x-default": "neither",
            },
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessMetric:
    """A number of the team's own; `higher_is` is `better`, `worse` or empty, `unit` an id of Grafana."""

    name: str
    query: PromQL
    title: str = ""
    unit: str = ""
    higher_is: str = ""
    at: Places = no_places()


def read_business(node: object, diagnostics: Diagnostics) -> tuple[BusinessMetric, ...]:
    """The metrics of a sound list; a name that stands twice is reported, and the first one kept."""
    found: dict[str, BusinessMetric] = {}
    for item in node.items if isinstance(node, Sequence) else ():
        if not isinstance(item, MappingNode):
            continue
        metric = read(BusinessMetric, item, diagnostics)
        first = found.setdefault(metric.name, metric)
        if first is not metric:
            diagnostics.error(
                "spec/duplicate-item",
                f'two business metrics are called "{metric.name}"',
                metric.at["name"],
                related=[Related(first.at["name"], "first here")],
                fix="rename one.",
            )
    return tuple(found.values())
