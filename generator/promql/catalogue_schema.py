"""The JSON Schema of a catalogue, and with it the keys that its reader knows.

Draft-07 and self-contained, so that editors need no network. What a catalogue means: docs/catalogue.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from generator.promql.duration import DURATION_PATTERN

API_VERSION = "sightline/v1"
KIND = "Catalogue"
TYPES = ("counter", "gauge", "gaugehistogram", "histogram", "info", "stateset", "summary", "unknown")

_LABEL = "[a-zA-Z_][a-zA-Z0-9_]*"
_LABEL_OR_SET = {
    "type": "string",
    "pattern": f"^({_LABEL}|[^-]*-.*)$",
    "description": "A label, or, with a hyphen, a label set.",
}
_LABEL_LIST = {"type": "array", "items": _LABEL_OR_SET, "description": "Labels and label sets."}
_WRITTEN = {"type": ["string", "number", "boolean"], "description": "A value as it is written."}
_WRITTEN_LIST = {"type": "array", "items": _WRITTEN}
_BUCKETED = {"properties": {"type": {"enum": ["gaugehistogram", "histogram"]}}, "required": ["type"]}


def _duration(description: str) -> dict[str, Any]:
    return {"type": "string", "pattern": DURATION_PATTERN, "minLength": 2, "description": description}


def _flag(description: str) -> dict[str, Any]:
    return {"type": "boolean", "description": description}


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _record(description: str, properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    """An object that has no other properties."""
    record = {
        "type": "object",
        "additionalProperties": False,
        "description": description,
        "properties": properties,
    }
    return {**record, "required": list(required)} if required else record


DOMAIN = _record(
    "The values of a label, and what follows from one that is missing here.",
    {
        "values": {
            **_WRITTEN_LIST,
            "description": "The values; an empty string is a series without the label.",
        },
        "closed": _flag("There can be no other value: a query for one is an error."),
        "afterEvent": _flag("Other values appear after an event, such as a first failure."),
        "sampled": _flag("Only some of the values that were there are listed."),
    },
)
_EXCLUSIVE = [{"not": {"required": ["closed", other]}} for other in ("afterEvent", "sampled")]
_DOMAINS = {
    "type": "object",
    "propertyNames": {"pattern": f"^{_LABEL}$"},
    "additionalProperties": {
        "anyOf": [
            {**_WRITTEN_LIST, "description": "A sample of the values."},
            {**DOMAIN, "allOf": _EXCLUSIVE},
        ]
    },
}

METRIC = _record(
    "A metric family.",
    {
        "type": {"enum": list(TYPES), "description": "The type of metric."},
        "inferred": _flag("The type follows from names alone; nobody told it."),
        "unit": _text("What is measured, such as seconds or bytes."),
        "help": _text("The metric's help text."),
        "labels": {
            "description": "One list of labels and label sets, or, where series differ, several.",
            "anyOf": [_LABEL_LIST, {"type": "array", "minItems": 1, "items": _LABEL_LIST}],
        },
        "values": {**_DOMAINS, "description": "Values that hold for this metric, instead of the file's."},
        "buckets": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "number", "description": "An upper bound."},
            "description": "The upper bounds of a histogram, ascending, without +Inf.",
        },
        "native": _flag("A native histogram, which has series under its own name."),
    },
    "type",
)
SERVER = _record(
    "The Prometheus that the metrics were seen on.",
    {
        "version": _text("Its version, quoted."),
        "scrapeInterval": _duration("How often it scrapes, unless a job says otherwise."),
        "evaluationInterval": _duration("How often it evaluates rules, unless a group says otherwise."),
        "retention": _duration("How long it keeps samples."),
        "flags": {**_WRITTEN_LIST, "description": "What --enable-feature switches on."},
        "externalLabels": {
            "type": "object",
            "additionalProperties": _WRITTEN,
            "description": "Labels that it adds to alerts and to what it sends elsewhere.",
        },
    },
)
METADATA = _record("Who this is.", {"name": _text("A name, for people.")})

CATALOGUE: Mapping[str, Any] = MappingProxyType(
    {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Sightline catalogue",
        **_record(
            "What a cluster's metrics look like.",
            {
                "apiVersion": {"const": API_VERSION, "description": "Version of this format."},
                "kind": {"const": KIND, "description": "What the document is."},
                "metadata": METADATA,
                "server": SERVER,
                "labelSets": {
                    "type": "object",
                    "propertyNames": {"pattern": "-"},
                    "additionalProperties": {
                        "type": "array",
                        "items": {"type": "string", "pattern": f"^{_LABEL}$", "description": "A label."},
                        "description": "Labels.",
                    },
                    "description": "Named lists of labels, for metrics that share them.",
                },
                "values": {**_DOMAINS, "description": "Values, for every metric here that has the label."},
                "metrics": {
                    "type": "object",
                    "propertyNames": {"pattern": "^[a-zA-Z_:][a-zA-Z0-9_:]*$"},
                    "additionalProperties": {
                        **METRIC,
                        "if": _BUCKETED,
                        "then": {"anyOf": [{"required": ["buckets"]}, {"required": ["native"]}]},
                        "else": {"not": {"required": ["buckets"]}},
                    },
                    "description": "Each metric by its family's name.",
                },
            },
            "apiVersion",
            "kind",
            "metrics",
        ),
    }
)


def keys(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys that a part of a catalogue may have."""
    return tuple(record["properties"])
