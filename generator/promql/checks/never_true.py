"""A comparison that no value fulfils."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks import unit_mismatch
from generator.promql.checks.model import Finding
from generator.promql.flow.interval import Interval, compare
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import COMPARISONS, Binary, shape
from generator.promql.known import Known

ID = "promql/never-true"
SEVERITY = Severity.ERROR
TITLE = "A comparison that can never be true"
DOC = (
    "Of every part of an expression it is known between which values it lies: counters and rates are not "
    "negative, a part of a whole is at most 1, `up` is 0 or 1, `count` is at least 1 or absent, a quantile "
    "is at most the highest bucket. A comparison that none of these values fulfils yields nothing, and an "
    "alert on it never fires: `count(up == 1) < 1`, an error ratio above 1.44, `x > 5 and x < 3`."
)
NODES = (Binary,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """Findings for comparisons that are never true, alone or together with one before them."""
    del known
    node = flow.node
    assert isinstance(node, Binary)  # noqa: S101  # as NODES says
    left, right = flow.of
    if node.operator in COMPARISONS:
        if compare(node.operator, left.interval, right.interval) is not False:
            return
        if unit_mismatch.mistaken(left, right) or unit_mismatch.mistaken(right, left):
            return  # a better explanation has been given
        yield Finding(
            code=ID,
            message=f"this comparison is never true: {words(flow)}",
            at=node.at,
            cause="it is 0 for ever" if node.bool_ else "it yields nothing; an alert on it never fires",
            fix="correct the threshold, or the comparison",
            severity=SEVERITY,
            selects_nothing=not node.bool_,
        )
    elif node.operator == "and":
        yield from _together(flow, left, right)


def words(flow: Flow) -> str:
    """Both sides of a comparison and what they can be."""
    left, right = flow.of
    return f"the left side is {_range(left.interval)}, the right side {_range(right.interval)}"


def _range(interval: Interval) -> str:
    low, high = interval.low, interval.high
    if low == high:
        return f"{low:g}"
    if low == float("-inf"):
        return f"at most {high:g}"
    return f"at least {low:g}" if high == float("inf") else f"between {low:g} and {high:g}"


def _together(flow: Flow, left: Flow, right: Flow) -> Iterator[Finding]:
    """Two comparisons of the same numbers, joined by all labels."""
    node = flow.node
    assert isinstance(node, Binary)  # noqa: S101  # the caller looked
    if node.matching == "on":
        return
    for one in _comparisons(left):
        for other in _comparisons(right):
            if shape(one.of[0].node) != shape(other.of[0].node):
                continue
            if (
                not one.interval.empty
                and not other.interval.empty
                and one.interval.meet(other.interval).empty
            ):
                yield Finding(
                    code=ID,
                    message="these two comparisons are never true together",
                    at=node.at,
                    cause="no number fulfils both; an alert on it never fires",
                    fix="correct one of the thresholds; for either of the two use or",
                    severity=SEVERITY,
                    selects_nothing=True,
                )
                return


def _comparisons(flow: Flow) -> Iterator[Flow]:
    """The comparisons that all hold for a result: a filter of a vector, or several joined by `and`."""
    node = flow.node
    if not isinstance(node, Binary) or node.bool_:
        return
    if node.operator == "and" and node.matching != "on":
        yield from _comparisons(flow.of[0])
        yield from _comparisons(flow.of[1])
    elif node.operator in COMPARISONS and flow.of[0].is_vector and flow.of[1].type == "scalar":
        yield flow
