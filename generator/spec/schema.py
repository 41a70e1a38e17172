"""The JSON Schema of the spec, assembled from the fragments of the kind modules.

Draft-07 and self-contained, so that editors need no network. Keywords that start with `x-` are ours:
`x-cause`, `x-fix`, `x-instead` (a fix for a well-known wrong value) and `x-refused` (why a well-known key is
not there) speak in diagnostics, `x-default` and
`x-example` in the reference, `x-read` names a converter.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from generator.promql.duration import DURATION_PATTERN

API_VERSION = "sightline/v1"
QUALIFIED_NAME = "^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"
"""The pattern of names of labels and annotations in Kubernetes: `name` or `domain/name`."""
REFERENCE = "^([a-z0-9][a-z0-9-]*/)?[a-z0-9][a-z0-9-]*$"
"""The pattern of `name` or `namespace/name`."""

DEFINITIONS: Mapping[str, Any] = MappingProxyType(
    {
        "slug": {
            "type": "string",
            "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
            "description": "An identifier: 1 to 63 of a-z, 0-9 and -, not at the ends.",
            "x-fix": "use 1 to 63 of a-z, 0-9 and hyphens, none of them at an end.",
        },
        "duration": {
            "type": "string",
            "pattern": DURATION_PATTERN,
            "minLength": 2,
            "description": "A time such as 250ms, 30s, 5m, 1h30m, 30d.",
            "x-read": "duration",
            "x-fix": "write whole numbers with units from large to small, such as 250ms, 30s, 5m, 1h30m or "
            "30d.",
        },
        "matchers": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "x-read": "matcher"},
            "description": "PromQL label matchers.",
            "x-example": ['destination_canonical_revision="v3"'],
        },
        "percent": {
            "type": "string",
            "pattern": "^(100|[0-9]{1,2}(\\.[0-9]{1,2})?)%$",
            "description": "A share such as 5% or 0.25%.",
            "x-fix": "write a number from 0 to 100 with at most two decimals and a percent sign: 5%.",
        },
        "promql": {"type": "string", "minLength": 1, "x-read": "promql"},
        "url": {
            "type": "string",
            "pattern": "^https?://[^\\s]+$",
            "maxLength": 2000,
            "description": "An http or https address.",
            "x-fix": "write a whole address that starts with https:// or http://.",
        },
        "label": {
            "type": "string",
            "pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$",
            "description": "A Prometheus label name.",
        },
        "labels": {
            "type": "object",
            "propertyNames": {"pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$"},
            "additionalProperties": {"type": "string"},
            "description": "Label names and values.",
        },
        "version": {
            "type": "string",
            "pattern": "^[0-9]+\\.[0-9]+(\\.[0-9]+)?$",
            "description": "A version such as 2.42 or 3.10.1, quoted.",
            "x-fix": 'quote it: "3.10" and 3.10 are not the same in YAML.',
        },
    }
)


_FORMER_NAMES: Mapping[str, Any] = {
    "type": "array",
    "uniqueItems": True,
    "description": "Names that it had before. The history of each ends where that of the new one begins; "
    "dashboards show both.",
}


def former_names(item: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of `renamedFrom`: a list of names of the form `item`."""
    return {**_FORMER_NAMES, "items": dict(item)}


def metadata_fragment(*, namespaced: bool, titled: bool = False) -> dict[str, Any]:
    """The schema of `metadata` for kinds with or without a namespace and a title."""
    properties: dict[str, Any] = {
        "name": {"$ref": "#/definitions/slug", "description": "The identity; a new name is a new history."}
    }
    if titled:
        properties["displayName"] = {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "Title in any script.",
            "x-default": "the name",
        }
    if namespaced:
        properties["namespace"] = {
            "$ref": "#/definitions/slug",
            "description": "Part of the identity.",
            "x-default": "the platform's",
        }
        properties["labels"] = {
            "$ref": "#/definitions/labels",
            "description": "`team` and others; on slo_info and on alerts, never on recorded series.",
        }
        form = {"type": "string", "pattern": REFERENCE} if titled else {"$ref": "#/definitions/slug"}
        properties["renamedFrom"] = former_names(form)
    if titled:
        properties["annotations"] = {
            "type": "object",
            "propertyNames": {"pattern": QUALIFIED_NAME},
            "additionalProperties": {"type": "string", "maxLength": 10000},
            "description": "On the Kubernetes objects that are made for it.",
        }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "description": "Who this is.",
        "properties": properties,
    }


def document_schema(kind: str, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope around one kind's `spec`."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": {"const": API_VERSION, "description": "Version of this format."},
            "kind": {"const": kind, "description": "What the document defines."},
            "metadata": metadata,
            "spec": spec,
        },
    }


@cache
def kinds() -> Mapping[str, Any]:
    """The schema of each kind of document by its name."""
    from generator.spec import alert_pack, dashboard, platform, service, slo  # they use this module

    modules = (service, slo, alert_pack, dashboard, platform)
    return MappingProxyType({module.KIND: module.DOCUMENT for module in modules})


def project_schema() -> dict[str, Any]:
    """One JSON Schema for every kind, told apart by `kind`; what `sightline schema` prints."""
    from generator.spec import alerting, slo  # they use this module

    documents = kinds()
    often = {"ServiceSLO": slo.INLINE, "Alerting": alerting.ALERTING_SCHEMA}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Sightline",
        "description": "Services, SLOs, alert packs, dashboards and the platform of a Sightline project.",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {"kind": {"enum": sorted(documents)}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {"$ref": f"#/definitions/{kind}"},
            }
            for kind in sorted(documents)
        ],
        "definitions": {
            **DEFINITIONS,
            **{name: _once(document, often) for name, document in documents.items()},
            **{name: _within(fragment, often) for name, fragment in often.items()},
        },
    }


def _once(node: Any, often: Mapping[str, Any]) -> Any:
    """`node` with references in place of the fragments that stand in it many times."""
    for name, fragment in often.items():
        if node is fragment:
            return {"$ref": f"#/definitions/{name}", "description": fragment["description"]}
    return _within(node, often)


def _within(node: Any, often: Mapping[str, Any]) -> Any:
    if isinstance(node, Mapping):
        return {key: _once(value, often) for key, value in node.items()}
    return [_once(item, often) for item in node] if isinstance(node, list) else node
