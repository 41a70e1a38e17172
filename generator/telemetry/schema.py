"""The schema of a telemetry profile: what `telemetryProfiles` may hold, and what the built-in files do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.telemetry.outcomes import GRPC_CODES

PROTOCOLS = ("http", "grpc", "tcp")
DATAPLANES = ("sidecar", "ambient", "gateway", "none")
INNER_DATAPLANES = ("waypoint",)
"""Dataplanes that no service names: another one leads `through` them."""
REPORTERS = ("destination", "source", "waypoint")
SPELLINGS = ("number", "upper", "camel")

_METRIC = "^[a-zA-Z_:][a-zA-Z0-9_:]*$"
_LABEL = "^[a-zA-Z_][a-zA-Z0-9_]*$"


def _metric(description: str) -> dict[str, Any]:
    return {"type": "string", "pattern": _METRIC, "description": description}


def _record(
    description: str, properties: Mapping[str, Any], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    record: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "description": description,
        "properties": properties,
    }
    return {**record, "required": list(required)} if required else record


def _matched(description: str) -> dict[str, Any]:
    return {"$ref": "#/definitions/labels", "description": description}


def _label_list(description: str) -> dict[str, Any]:
    return {
        "type": "array",
        "uniqueItems": True,
        "items": {"$ref": "#/definitions/label"},
        "description": description,
    }


def _failure(description: str, item: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    values = {
        "type": "array",
        "uniqueItems": True,
        "items": item,
        "description": "Those that mean a failure.",
    }
    label = {"$ref": "#/definitions/label", "description": "The label that tells it."}
    return _record(description, {"label": label, "values": values, **more})


HTTP_CODE: Mapping[str, Any] = {"type": "string", "pattern": "^([1-5][0-9x]{2}|0)$"}
"""An HTTP status code; `x` stands for any digit, `0` for no answer."""
_FAILURES = _record(
    "Which labels tell that a request failed; one that does is enough.",
    {
        "httpCodes": _failure("An HTTP status code.", HTTP_CODE),
        "grpcCodes": _failure(
            "A gRPC status code. `values` are names, `spelling` is how the label writes them.",
            {"enum": list(GRPC_CODES)},
            spelling={
                "enum": list(SPELLINGS),
                "default": "number",
                "description": "`14`, `UNAVAILABLE` or `Unavailable`.",
            },
        ),
        "errorTypes": _failure(
            "A kind of error. `*` is any that is no HTTP status code.",
            {"type": "string", "minLength": 1},
        ),
        "spanStatuses": _failure("The status of a span.", {"type": "string", "minLength": 1}),
    },
)
_DURATION = _record(
    "The histogram of durations, if there is one.",
    {
        "metric": _metric("Its name, without `_bucket` or `_count`."),
        "unit": {"enum": ["ms", "s"], "description": "The unit of its values."},
        "buckets": {
            "type": "array",
            "items": {"type": "number"},
            "uniqueItems": True,
            "description": "The edges of its buckets, ascending, without +Inf; none of a native histogram.",
        },
        "native": {
            "type": "boolean",
            "default": False,
            "description": "A native histogram: any threshold can be measured, within a bucket's width.",
        },
        "exemplars": {
            "type": "boolean",
            "default": False,
            "description": "Whether its buckets name traces as examples. Envoy's do not.",
        },
        "outcomes": {
            "type": "boolean",
            "default": True,
            "description": "Whether its series carry the labels that tell failures.",
        },
    },
)
_PROTOCOL = _record(
    "How its requests are counted.",
    {
        "requests": _metric("The counter of requests; `<histogram>_count` is one."),
        "select": _matched("What tells its series from another protocol's, for services that speak both."),
        "duration": _DURATION,
        "failures": _FAILURES,
    },
)
_REPORTER = _record(
    "Who tells of the requests.",
    {
        "seenBy": _matched("Labels that select what it tells."),
        "unreached": _matched("Labels of a second reporter, the only one to know what never arrived."),
        "evidence": _matched(
            "Labels of an independent reporter: if it sees requests and this one does not, telemetry is lost."
        ),
        "evidenceNot": _matched("Labels that leave out what only the independent reporter can see."),
    },
)
_DATAPLANE = _record(
    "Whose series are the service's.",
    {
        "identity": _matched(
            "Labels and values that select a service's series. `$service` and `$namespace` stand for its own."
        ),
        "flags": {
            "type": "array",
            "uniqueItems": True,
            "items": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"},
            "description": "Response flags that tell that a request was not delivered.",
        },
        "failuresIn": _metric("The metric that carries the flags, where another one counts requests."),
        "reporters": {
            "type": "object",
            "propertyNames": {"enum": list(REPORTERS)},
            "additionalProperties": _REPORTER,
            "description": "Who may be asked, the default first; none where only the service itself tells.",
        },
        "through": {
            "type": "object",
            "propertyNames": {"enum": list(PROTOCOLS)},
            "additionalProperties": {"enum": [*DATAPLANES, *INNER_DATAPLANES]},
            "description": "By protocol, the dataplane that tells of it instead.",
        },
        "presence": {
            "$ref": "#/definitions/promql",
            "description": "An instant query that has a result while the service should have telemetry. It "
            "knows `$service` and `$namespace`.",
        },
        "dimensions": {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z][a-zA-Z0-9]*$"},
            "additionalProperties": {"$ref": "#/definitions/label"},
            "description": "Words that an SLO may be grouped by, each with its label.",
        },
    },
)
PROFILE: Mapping[str, Any] = _record(
    "Which series tell of requests, and how.",
    {
        "extends": {
            "$ref": "#/definitions/slug",
            "description": "A built-in profile that this one changes field by field.",
        },
        "flagsLabel": {"$ref": "#/definitions/label", "description": "The label of response flags."},
        "labels": _record(
            "Labels that say the same of a request, whoever reports it.",
            {
                "caller": _label_list("Of its caller."),
                "callee": _label_list("Of its callee."),
                "request": _label_list("Of the request itself."),
                "nobody": {
                    "type": "string",
                    "description": "What those of the callee hold where there was none.",
                },
            },
        ),
        "births": _record(
            "How a counter that is new is told from a reporter that is new (`firstEvents` of an SLO).",
            {
                "reporter": {
                    **_label_list("What names who is scraped."),
                    "minItems": 1,
                },
                "labels": _label_list("What else the reporter itself gives to a counter."),
            },
            ("reporter",),
        ),
        "protocols": {
            "type": "object",
            "propertyNames": {"enum": list(PROTOCOLS)},
            "additionalProperties": _PROTOCOL,
            "description": "The protocols whose requests are counted.",
        },
        "dataplanes": {
            "type": "object",
            "propertyNames": {"enum": [*DATAPLANES, *INNER_DATAPLANES]},
            "additionalProperties": _DATAPLANE,
            "description": "The dataplanes on which they are, the default first.",
        },
    },
)
