"""`kind: AlertPack`: a team's own alerts, written once as a template over services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.diagnostics import Diagnostics
from generator.documents import Mapping as MappingNode
from generator.documents import Scalar, Sequence
from generator.names import NAMESPACE, SERVICE, WORKLOAD_LABEL
from generator.promql.duration import Duration
from generator.spec.content import AlertPack, ForEach, PackRule, PackTest
from generator.spec.for_each import CLUSTER, FOR_EACH, WORKLOAD
from generator.spec.read import places, plain, read
from generator.spec.schema import document_schema, metadata_fragment
from generator.spec.slo import check_labels

KIND = "AlertPack"
_RULE: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["expr"],
    "properties": {
        "alert": {
            "type": "string",
            "pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$",
            "description": "Name of an alert; give this or `record`.",
        },
        "record": {
            "type": "string",
            "pattern": "^[a-zA-Z_:][a-zA-Z0-9_:]*$",
            "description": "Name of a recorded series.",
        },
        "expr": {
            "$ref": "#/definitions/promql",
            "description": "PromQL with the tokens `$selector`, `$service`, `$namespace`, `$workload` and "
            "the pack's parameters.",
        },
        "for": {
            "$ref": "#/definitions/duration",
            "description": "Time that the condition must hold.",
            "x-default": "none",
        },
        "keepFiringFor": {
            "$ref": "#/definitions/duration",
            "description": "Time that the alert stays after its condition ended.",
            "x-default": "none",
        },
        "labels": {"$ref": "#/definitions/labels", "description": "Labels of the rule."},
        "annotations": {
            "$ref": "#/definitions/labels",
            "description": "Annotations of the alert; prose may use `<< service >>`, `<< namespace >>`, "
            "`<< workload >>` and parameters.",
        },
    },
}
_TEST: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "series", "at", "expect"],
    "properties": {
        "name": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "What is shown, in a sentence.",
        },
        "series": {
            "type": "array",
            "minItems": 1,
            "description": "The series that Prometheus has, a value a minute.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["series", "values"],
                "properties": {
                    "series": {
                        "$ref": "#/definitions/promql",
                        "description": "A metric with its labels and the tokens of the rules.",
                        "x-example": 'istio_requests_total{$selector, response_code="404"}',
                    },
                    "values": {
                        "type": "string",
                        "minLength": 1,
                        "description": "Its values, one a minute, as promtool has them: `5`, `0+6x60` (60 "
                        "more, each 6 higher), `1x60`, `_` for none, `stale`.",
                        "x-example": "0+6x60",
                    },
                },
            },
        },
        "at": {"$ref": "#/definitions/duration", "description": "How long after the first value."},
        "expect": {
            "type": "array",
            "description": "The alerts of the pack that fire then; `[]` says that none does.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["alert"],
                "properties": {
                    "alert": {
                        "type": "string",
                        "minLength": 1,
                        "description": "Name of an alert of the pack.",
                    },
                    "labels": {
                        "$ref": "#/definitions/labels",
                        "description": "The labels that the expression brings. Those that the rule sets and "
                        "those of the service are filled in.",
                    },
                },
            },
        },
    },
}
SPEC: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["rules"],
    "properties": {
        "parameters": {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z][a-zA-Z0-9]*$"},
            "additionalProperties": {"type": ["string", "number"]},
            "description": "Names and default values; a service may set others where it uses the pack. A "
            "string is a duration or a quoted string of PromQL, a number is a number.",
        },
        "forEach": {
            **FOR_EACH,
            "description": "Whom the pack applies to without being listed there.",
            "x-default": "services that list it in `alertPacks`",
        },
        "interval": {
            "$ref": "#/definitions/duration",
            "description": "Evaluation interval.",
            "x-default": "the platform's, 30s",
        },
        "rules": {
            "type": "array",
            "minItems": 1,
            "items": _RULE,
            "description": "The alerts and recordings.",
        },
        "tests": {
            "type": "array",
            "items": _TEST,
            "description": "Proof of the alerts, run by `promtool test rules`.",
        },
    },
}
DOCUMENT = document_schema(KIND, metadata_fragment(namespaced=False), SPEC)
# Labels of a pack's rules that Sightline and Prometheus set.
_RESERVED = frozenset({"alertname", "alertstate", "__name__"})
_OF_SERVICE = _RESERVED | {NAMESPACE, SERVICE}
# Tokens of every rule: a parameter of such a name would hide them.
_TOKENS = frozenset({"service", "namespace", "selector", "workload", "workload_kind"})
_LIMIT = 20  # rules in a group: Mimir's default limit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rest:
    """The fields of a pack that need no care."""

    interval: Duration | None = None
    for_each: ForEach | None = None
    tests: tuple[PackTest, ...] = ()


def read_pack(root: MappingNode, source: str, diagnostics: Diagnostics) -> AlertPack:
    """A pack from a structurally sound document."""
    metadata, spec = root.get("metadata"), root.get("spec")
    assert isinstance(metadata, MappingNode)  # noqa: S101  # the structure says so
    assert isinstance(spec, MappingNode)  # noqa: S101  # the structure says so
    rest = read(_Rest, spec, diagnostics)
    name = metadata.get("name")
    return AlertPack(
        name=name.text if isinstance(name, Scalar) else "",
        interval=rest.interval,
        parameters=_parameters(spec, diagnostics),
        rules=_rules(spec, _reserved(rest.for_each), diagnostics),
        for_each=rest.for_each,
        tests=rest.tests,
        source=source,
        at=places(metadata),
    )


def _reserved(for_each: ForEach | None) -> frozenset[str]:
    """Labels that the rules get, and may not set themselves."""
    if for_each and for_each.kind == CLUSTER:
        return _RESERVED
    return _OF_SERVICE | {WORKLOAD_LABEL} if for_each and for_each.kind == WORKLOAD else _OF_SERVICE


def _rules(spec: MappingNode, reserved: frozenset[str], diagnostics: Diagnostics) -> tuple[PackRule, ...]:
    rows = spec.get("rules")
    assert isinstance(rows, Sequence)  # noqa: S101  # the structure says so
    rules = []
    for row in rows.items:
        assert isinstance(row, MappingNode)  # noqa: S101  # the structure says so
        if (row.get("alert") is None) == (row.get("record") is None):
            diagnostics.error(
                "pack/alert-or-record",
                "a rule is either an alert or a record",
                row.entries[0][0].span,
                fix="give one.",
            )
            continue
        check_labels(row, reserved, diagnostics)
        rules.append(read(PackRule, row, diagnostics))
    if len(rows.items) > _LIMIT:
        diagnostics.error(
            "pack/too-many-rules",
            f"a pack has at most {_LIMIT} rules, this one has {len(rows.items)}",
            rows.span,
            cause="it becomes one rule group, and Mimir refuses larger ones by default.",
            fix="split the pack.",
        )
    return tuple(rules)


def _parameters(spec: MappingNode, diagnostics: Diagnostics) -> dict[str, Any]:
    """The parameters with their defaults; those that would hide a token are reported and left out."""
    node = spec.get("parameters")
    entries = node.entries if isinstance(node, MappingNode) else ()
    for key, _ in entries:
        if key.text in _TOKENS:
            diagnostics.error(
                "pack/parameter-name",
                f'a parameter cannot be called "{key.text}"',
                key.span,
                cause=f"${key.text} and << {key.text} >> stand for what the pack is filled with.",
                fix="choose another name.",
            )
    return {key.text: plain(value) for key, value in entries if key.text not in _TOKENS}
