"""A comparison that every value fulfils."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding
from generator.promql.checks.never_true import words
from generator.promql.flow.interval import compare
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import COMPARISONS, Binary
from generator.promql.known import Known

ID = "promql/always-true"
SEVERITY = Severity.WARNING
TITLE = "A comparison that is always true"
DOC = (
    "Every value that the left side can have fulfils the comparison: it filters nothing, and an alert on it "
    "fires as soon as there is any data. Values are known as for `promql/never-true`. It is a warning, "
    "because the comparison may stand there to be read. `count(...) > 0` asks whether there is anything, "
    "and is fine; so are other guards `> 0`, and a comparison that drops NaN."
)
NODES = (Binary,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for a comparison that always holds."""
    del known
    node = flow.node
    assert isinstance(node, Binary)  # noqa: S101  # as NODES says
    if node.operator not in COMPARISONS or "count" in {flow.of[0].kind, flow.of[1].kind}:
        return
    left, right = flow.of
    if node.operator == ">" and right.interval.point == 0:
        return  # a guard against zero
    if compare(node.operator, left.interval, right.interval) is not True:
        return
    yield Finding(
        code=ID,
        message=f"this comparison is always true: {words(flow)}",
        at=node.at,
        cause="it is 1 for ever"
        if node.bool_
        else "it filters nothing; an alert on it fires as long as there are data",
        fix="correct the threshold, or leave the comparison out",
        severity=SEVERITY,
    )
