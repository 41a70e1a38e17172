"""A service's workloads: what runs its pods, by name and kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.diagnostics import Diagnostics, Related
from generator.documents import Mapping as MappingNode
from generator.documents import Node, Scalar, Sequence
from generator.spec.lookup import text_at

DEFAULT_KIND = "Deployment"
_KINDS = (DEFAULT_KIND, "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout", "CronJob", "Job")
SCHEMA: Mapping[str, Any] = {
    "type": "array",
    "items": {
        "anyOf": [
            {"$ref": "#/definitions/slug"},
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "kind": {
                        "enum": list(_KINDS),
                        "default": DEFAULT_KIND,
                        "description": "Its kind; prose that is made for each workload has it as "
                        "`<< workload_kind >>`.",
                    },
                    "name": {"$ref": "#/definitions/slug", "description": "Its name."},
                },
            },
        ]
    },
    "uniqueItems": True,
    "description": "What runs its pods: Deployments by name, others with their kind.",
    "x-default": "one, of the service's name",
    "x-example": ["cart"],
}


def read_workloads(node: Node | None, service: str, diagnostics: Diagnostics) -> dict[str, str]:
    """The kind of each workload by its name; without any, a Deployment of the service's name."""
    kinds: dict[str, str] = {}
    first: dict[str, Node] = {}
    for item in node.items if isinstance(node, Sequence) else ():
        name, kind = _name_and_kind(item)
        if name in kinds:
            diagnostics.error(
                "spec/duplicate-item",
                f'the workload "{name}" stands twice in workloads',
                item.span,
                related=[Related(first[name].span, "first here")],
                fix="remove one.",
            )
        kinds.setdefault(name, kind)
        first.setdefault(name, item)
    return kinds or {service: DEFAULT_KIND}


def _name_and_kind(item: Node) -> tuple[str, str]:
    if isinstance(item, MappingNode):
        return text_at(item, "name"), text_at(item, "kind") or DEFAULT_KIND
    return (item.text if isinstance(item, Scalar) else ""), DEFAULT_KIND
