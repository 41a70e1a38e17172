"""A counter whose value is read as if it told of now."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, doubt, first_place, literal, metrics
from generator.promql.flow.functions import BLENDS
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import COMPARISONS, Binary, Call
from generator.promql.known import Known

ID = "promql/raw-counter"
SEVERITY = Severity.ERROR
TITLE = "A counter read without a rate"
DOC = (
    "The value of a counter, and of a histogram's buckets, sum and count, says how much there was since "
    "the process started. Compared with a threshold it is true for ever once it was true, until a restart; "
    "divided, averaged over time or given to `histogram_quantile` it tells of all days since the start "
    "and not of now. Take `rate` or `increase` of it first. Whether a counter exists or ever counted "
    "(`> 0`, `== 0`) may be asked. It is a warning where the fixture infers the type from the name."
)
NODES = (Binary, Call)
RAW = frozenset({"counter", "total"})
_QUANTILES = frozenset({"histogram_quantile", "histogram_quantiles", "histogram_fraction"})


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """Findings for comparisons, quotients, averages and quantiles of raw counters."""
    del known
    node = flow.node
    if isinstance(node, Binary):
        left, right = flow.of
        if node.operator in COMPARISONS:
            yield from _compared(node, left, right)
        elif node.operator == "/" and left.kind in RAW and right.kind in RAW:
            yield _finding(
                left, "it is divided", "the quotient tells of all time since the processes started"
            )
    elif isinstance(node, Call):
        operand = next((one for one in flow.of if one.is_vector), None)
        if operand is None or operand.kind not in RAW:
            return
        if node.name in BLENDS:
            yield _finding(operand, f"{node.name} reads it", "the result depends on the last restart")
        elif node.name in _QUANTILES:
            yield _finding(operand, f"{node.name} reads it", "the result tells of all time since the start")


def _compared(node: Binary, left: Flow, right: Flow) -> Iterator[Finding]:
    for side, other, mirrored in ((left, right, False), (right, left, True)):
        threshold = literal(other.node)
        if side.kind in RAW and threshold is not None and not _existence(node.operator, threshold, mirrored):
            yield _finding(
                side, "it is compared with a threshold", "it only grows: once true, the comparison stays true"
            )


def _existence(operator: str, threshold: float, mirrored: bool) -> bool:  # noqa: FBT001  # of one caller
    """Whether a comparison asks no more than whether anything was ever counted."""
    at_least = (operator == ">=" and not mirrored) or (operator == "<=" and mirrored)
    less = (operator == "<" and not mirrored) or (operator == ">" and mirrored)
    return threshold <= 0 or (threshold == 1 and (at_least or less))


def _finding(operand: Flow, how: str, cause: str) -> Finding:
    return Finding(
        code=ID,
        message=f"{metrics(operand.sources)} is a counter, and {how} without a rate",
        at=first_place(operand),
        cause=cause,
        fix="take rate(...[5m]) or increase(...[5m]) of it first, inside any sum",
        severity=doubt(source.facts for source in operand.sources),
    )
