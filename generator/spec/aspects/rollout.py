"""`rollout`: which revisions of a service are compared, and the share of traffic that each shall get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from generator.diagnostics import Diagnostics, did_you_mean
from generator.documents import Mapping as MappingNode
from generator.spec.location import Places, no_places
from generator.spec.read import places, read
from generator.telemetry import Subject

DIMENSION = "revision"
_ALL = Decimal(100)
# A Kubernetes label's value, which is where a revision comes from.
_REVISION: Mapping[str, Any] = {
    "type": "string",
    "pattern": "^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$",
    "x-fix": 'write the canonical revision, such as v1; quote it where it is a number, such as "2".',
}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "A release in progress, or an A/B test: revisions that are compared with each other.",
    "additionalProperties": False,
    "required": ["baseline", "candidates"],
    "properties": {
        "baseline": {**_REVISION, "description": "The revision that the others are measured against."},
        "candidates": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": _REVISION,
            "description": "The revisions under observation.",
        },
        "weights": {
            "type": "object",
            "additionalProperties": {"type": "number", "minimum": 0, "maximum": 100},
            "propertyNames": {"pattern": _REVISION["pattern"]},
            "description": "The percentage of requests that each revision shall get; together 100.",
            "x-default": "not compared",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """Revisions to compare; `weights` are percentages that add up to 100, or empty."""

    baseline: str
    candidates: tuple[str, ...]
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    at: Places = no_places()

    @property
    def revisions(self) -> tuple[str, ...]:
        """All of them, the baseline first."""
        return (self.baseline, *self.candidates)


def read_rollout(
    node: MappingNode | None, subject: Subject | None, diagnostics: Diagnostics
) -> Rollout | None:
    """The rollout of a service seen as `subject`; None where there is none, or where it makes no sense."""
    if node is None:
        return None
    rollout = read(Rollout, node, diagnostics)
    if subject is None or DIMENSION not in subject.dimensions:
        diagnostics.error(
            "service/rollout",
            "nothing tells the revisions of this service apart",
            rollout.at.get(""),
            cause="its telemetry knows no revisions, or it has none.",
            fix="remove rollout, or measure the service where revisions are known.",
        )
        return None
    if rollout.baseline in rollout.candidates:
        diagnostics.error(
            "service/rollout",
            f'"{rollout.baseline}" is the baseline and a candidate',
            rollout.at.get("candidates"),
            cause="a revision cannot be compared with itself.",
            fix="remove it from the candidates.",
        )
        return None
    return rollout if _weights_are_sound(rollout, node, diagnostics) else None


def _weights_are_sound(rollout: Rollout, node: MappingNode, diagnostics: Diagnostics) -> bool:
    if not rollout.weights:
        return True
    before = len(diagnostics.items)
    weights = node.get("weights")
    at = places(weights) if isinstance(weights, MappingNode) else {}
    for revision in rollout.weights:
        if revision not in rollout.revisions:
            diagnostics.error(
                "service/rollout",
                f'"{revision}" has a weight, but is no revision of the rollout',
                at.get(revision),
                fix=did_you_mean(revision, rollout.revisions) or f"known: {', '.join(rollout.revisions)}.",
            )
    given = sum(rollout.weights.values(), start=Decimal(0))
    if given != _ALL and len(diagnostics.items) == before:
        diagnostics.error(
            "service/rollout",
            f"the weights add up to {given}, not to 100",
            rollout.at.get("weights"),
            cause="each request goes to exactly one revision.",
            fix="correct them; a revision that is left out gets nothing.",
        )
    return len(diagnostics.items) == before
