"""What the checks share: findings, and words for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.diagnostics import Severity, did_you_mean
from generator.promql.flow.model import Flow, Source
from generator.promql.flow.nodes import At, Node, Number
from generator.promql.known import Facts, Known, passes

__all__ = ["Finding", "Known", "doubt", "literal", "metrics", "nearest", "passes"]

_MANY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A mistake in an expression.

    `at` are the offsets of the words to point at. `selects_nothing` says that the part of the expression
    that it stands in has no result: excusable in one branch of an `or`.
    """

    code: str
    message: str
    at: At
    cause: str
    fix: str
    severity: Severity = Severity.ERROR
    selects_nothing: bool = False


def nearest(label: str, labels: Iterable[str]) -> str:
    """`did you mean "response_code"?` for `code`: near spelling, or longer names that end with the word."""
    names = set(labels) - {"__name__"}
    longer = sorted(name for name in names if name.endswith(f"_{label}"))
    if 0 < len(longer) <= _MANY:
        return f"did you mean {' or '.join(f'{chr(34)}{name}{chr(34)}' for name in longer)}?"
    return did_you_mean(label, names)


def metrics(sources: Iterable[Source]) -> str:
    """The names of the metrics that are read, joined by `or`."""
    names = dict.fromkeys(source.node.metric or "a selector without a name" for source in sources)
    return " or ".join(names) or "a number"


def doubt(facts: Iterable[Facts | None]) -> Severity:
    """An error, or a warning where the kind of one metric follows from its name alone."""
    return Severity.WARNING if any(fact is None or fact.inferred for fact in facts) else Severity.ERROR


def literal(node: Node) -> float | None:
    """The value of a number that is written out."""
    return node.value if isinstance(node, Number) else None


def first_place(flow: Flow) -> At:
    """Where the first selector of a flow stands, or its own first word."""
    return flow.sources[0].node.at if flow.sources else flow.node.at
