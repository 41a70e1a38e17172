"""`kind: AlertPack`: a team's own alerts, written once as a template over services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.diagnostics import Diagnostics
from generator.documents import Mapping as MappingNode
from generator.documents import Scalar, Sequence
from generator.names import NAMESPACE, SERVICE
from generator.promql.duration import Duration
from generator.spec.model import AlertPack, PackRule
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
            "description": "PromQL with the tokens `$selector`, `$service`, `$namespace` and the pack's "
            "parameters.",
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
            "description": "Annotations of the alert; prose may use `<< service >>`, `<< namespace >>` and "
            "parameters.",
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
    },
}
DOCUMENT = document_schema(KIND, metadata_fragment(namespaced=False), SPEC)
# Labels of a pack's rules that Sightline and Prometheus set.
_RESERVED = frozenset({NAMESPACE, SERVICE, "alertname", "alertstate", "__name__"})
_LIMIT = 20  # rules in a group: Mimir's default limit


@dataclass(frozen=True, slots=True)
class _Timing:
    interval: Duration | None = None


def read_pack(root: MappingNode, source: str, diagnostics: Diagnostics) -> AlertPack:
    """A pack from a structurally sound document."""
    metadata, spec = root.get("metadata"), root.get("spec")
    assert isinstance(metadata, MappingNode)  # noqa: S101  # the structure says so
    assert isinstance(spec, MappingNode)  # noqa: S101  # the structure says so
    rows, parameters = spec.get("rules"), spec.get("parameters")
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
        check_labels(row, _RESERVED, diagnostics)
        rules.append(read(PackRule, row, diagnostics))
    if len(rows.items) > _LIMIT:
        diagnostics.error(
            "pack/too-many-rules",
            f"a pack has at most {_LIMIT} rules, this one has {len(rows.items)}",
            rows.span,
            cause="it becomes one rule group, and Mimir refuses larger ones by default.",
            fix="split the pack.",
        )
    name = metadata.get("name")
    return AlertPack(
        name=name.text if isinstance(name, Scalar) else "",
        interval=read(_Timing, spec, diagnostics).interval,
        parameters=plain(parameters) if isinstance(parameters, MappingNode) else {},
        rules=tuple(rules),
        source=source,
        at=places(metadata),
    )
