"""Ratios that are summed or averaged."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, literal
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Aggregation, Binary
from generator.promql.known import Known

ID = "promql/sum-of-ratios"
SEVERITY = Severity.ERROR
TITLE = "A sum or an average of ratios"
DOC = (
    "The average of ratios is not the ratio of the sums: a pod with one failed request of two weighs as "
    "much as one with a million. And one idle series, 0/0, makes the whole sum NaN. Sum both sides first "
    "and divide last: `sum(a) / sum(b)`. A denominator that cannot be zero, such as `(b > 0)`, and one that "
    "many series share (`group_left`) are left alone."
)
NODES = (Aggregation,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for a sum or an average of one-to-one quotients that may be 0/0."""
    del known
    node = flow.node
    assert isinstance(node, Aggregation)  # noqa: S101  # as NODES says
    if node.operation not in {"sum", "avg"}:
        return
    operand = flow.of[-1]
    quotient = _quotient(operand)
    if quotient is None:
        return
    left, right = quotient.of
    one_each = not operand.labels.open and not operand.labels.known - flow.labels.known
    if (
        one_each
        or not (left.is_vector and right.is_vector)
        or not right.interval.low <= 0 <= right.interval.high
    ):
        return
    if not {left.kind, right.kind} <= {"rate", "counter", "total"}:
        return
    yield Finding(
        code=ID,
        message=f"{node.operation} of ratios",
        at=node.at,
        cause="an idle series, 0/0, makes it NaN, and few events weigh as much as many",
        fix="sum both sides first and divide last: sum(...) / sum(...)",
        severity=SEVERITY,
    )


def _quotient(flow: Flow) -> Flow | None:
    """The division that a flow is, or is a literal's multiple of."""
    node = flow.node
    if not isinstance(node, Binary) or node.group:
        return None
    left, right = flow.of
    if node.operator == "/" and literal(right.node) is None:
        return flow
    if node.operator in {"*", "/", "+", "-"}:
        if literal(right.node) is not None:
            return _quotient(left)
        if literal(left.node) is not None:
            return _quotient(right)
    return None
