"""`groupBy` and `maxGroups`: by which labels an SLO's events are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.diagnostics import Diagnostics
from generator.documents import Mapping as MappingNode
from generator.documents import Node, Scalar, Sequence
from generator.spec.lookup import value_at
from generator.spec.model import Group
from generator.telemetry import Subject

MAX_GROUPS = 50
PROPERTIES: Mapping[str, Any] = {
    "groupBy": {
        "type": "array",
        "uniqueItems": True,
        "items": {"$ref": "#/definitions/label"},
        "description": "Each combination of these has its own budget and alerts: dimensions of the telemetry "
        "profile such as `revision`, or labels. Queries of your own know labels only.",
        "x-default": "one budget for all",
        "x-example": ["revision"],
    },
    "maxGroups": {
        "type": "integer",
        "minimum": 1,
        "maximum": 10000,
        "default": MAX_GROUPS,
        "description": "Most groups of an SLO with `groupBy`. Compared with the fixtures; with more of them "
        "in Prometheus, its rules fail.",
    },
}


def read_groups(
    node: MappingNode, subject: Subject | None, taken: Mapping[str, str], diagnostics: Diagnostics
) -> tuple[Group, ...]:
    """The groups of an SLO, each with its label; unsuitable ones are reported and left out.

    `subject` is None for an SLI that reads no telemetry profile: then there are no dimensions. `taken` are
    labels that cannot be groups, with the reason.
    """
    dimensions = subject.dimensions if subject else {}
    groups: dict[str, Group] = {}
    for item in _items(node.get("groupBy")):
        label = dimensions.get(item.text, item.text)
        if label in taken:
            diagnostics.error(
                "slo/group-label",
                f'"{item.text}" cannot be a group',
                item.span,
                cause=taken[label],
                fix="group by another label, or leave it out.",
            )
        elif label in groups:
            diagnostics.error(
                "slo/group-label",
                f'"{item.text}" and "{groups[label].name}" are the same label',
                item.span,
                cause=f"both stand for {label}.",
                fix="remove one.",
            )
        else:
            groups[label] = Group(name=item.text, label=label, at={"": item.span})
    return tuple(groups.values())


def max_groups(node: MappingNode) -> int:
    """The most groups that an SLO may have."""
    value = value_at(node, "maxGroups")
    return MAX_GROUPS if value is None else int(value)


def _items(node: Node | None) -> list[Scalar]:
    return [item for item in node.items if isinstance(item, Scalar)] if isinstance(node, Sequence) else []
