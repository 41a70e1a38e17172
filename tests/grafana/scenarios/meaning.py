"""What kind of number a query gives, read from its expression alone.

A share of what happens has no value while nothing happens. Whether an expression is one is decided by its
form: a division by events, a quantile of a histogram's growth, or a record that such a division was stored
in. All other kinds must be proved too, so that none is left out by oversight.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum
from typing import Any

import promql_parser

from generator import names

# Growth of counters: events. Trends of gauges are none, and are there where nothing happens.
GROWTH = {"rate", "irate", "increase"}
EVENTS_RECORD = ("slo:events_total:rate", "slo:events_bad:rate")
RATIO_RECORD = ("slo:sli_error:ratio_rate", names.CURRENT_BURN_RATE)
# These aggregate series into how many there are, and no longer into their values.
COUNTING = {"count", "count_values", "group"}


class Kind(Enum):
    """What a query gives, with what must be true of it."""

    OF_EVENTS = "a share of events, or a quantile of theirs: nothing while there are none"
    OF_RING = "a share of events that is a part of a node's ring: 0 in every part is no ring"
    OF_PERIOD = "a share of a whole period's events, of which there may have been some before"
    OF_TIME = "how much of a period has data: quiet time is measured time"
    OF_CAPACITY = "a division by gauges: limits, sizes, intervals, which are there without events"
    DECLARED = "what the definitions say: constants, and records of constants"
    COUNTED = "how many series there are"
    PLAIN = "no division: how many, how fast, how large, when"
    UNKNOWN = "none of these"


def kind_of(expr: str, unit: str, gauges: Collection[str], periods: Collection[str]) -> Kind:
    """The kind of a query; `gauges` are metrics of that type, `periods` those of objectives, such as 30d."""
    tree = promql_parser.parse(expr)
    nodes = list(_values(tree))
    divisions = [node for node in nodes if _is_division(node)]
    of_period = {names.BUDGET_REMAINING, names.PERIOD_BURN_RATE, *map(names.error_ratio_record, periods)}
    read = {_name(node) for node in nodes if _name(node)}
    if any(_is_share_of_events(node, of_period) for node in nodes):
        return Kind.OF_EVENTS
    if any(_named(_metrics(each.rhs), EVENTS_RECORD) or _grows(each.rhs) for each in divisions):
        return Kind.OF_EVENTS
    if read & of_period:
        return Kind.OF_PERIOD
    if names.PERIOD_COVERAGE in read:
        return Kind.OF_TIME
    if any(_counts(node) for node in nodes):
        return Kind.COUNTED
    if read <= names.CONSTANTS:
        return Kind.DECLARED
    if divisions:
        divisors = {name for each in divisions for name in _metrics(each.rhs)}
        return Kind.OF_CAPACITY if divisors <= {*gauges, *names.CONSTANTS} else Kind.UNKNOWN
    return Kind.UNKNOWN if unit.startswith("percent") else Kind.PLAIN


def _is_share_of_events(node: Any, of_period: Collection[str]) -> bool:
    if _is(node, "Call") and node.func.name.startswith("histogram_quantile"):
        return True
    name = _name(node)
    return name.startswith(RATIO_RECORD) and name not in of_period


def _counts(node: Any) -> bool:
    return _is(node, "AggregateExpr") and str(node.op) in COUNTING


def _is_division(node: Any) -> bool:
    """Whether it divides by series; thousandths and days are other units of the same number."""
    return _is(node, "BinaryExpr") and str(node.op) == "/" and bool(_metrics(node.rhs))


def _values(node: Any) -> Iterator[Any]:
    """The parts of an expression whose values become its own; not what only chooses or counts series."""
    yield node
    if _counts(node):
        return
    if _is(node, "BinaryExpr") and str(node.op) in {"and", "unless"}:
        yield from _values(node.lhs)
        return
    for child in _children(node):
        yield from _values(child)


def _all(node: Any) -> Iterator[Any]:
    yield node
    for child in _children(node):
        yield from _all(child)


def _children(node: Any) -> Iterator[Any]:
    for attribute in ("expr", "param", "lhs", "rhs", "vector_selector"):
        child = getattr(node, attribute, None)
        if child is not None:
            yield child
    yield from getattr(node, "args", None) or []


def _grows(node: Any) -> bool:
    return any(_is(each, "Call") and each.func.name in GROWTH for each in _all(node))


def _metrics(node: Any) -> set[str]:
    return {_name(each) for each in _all(node) if _name(each)}


def _named(metrics: Collection[str], beginnings: tuple[str, ...]) -> bool:
    return any(name.startswith(beginnings) for name in metrics)


def _name(node: Any) -> str:
    return (node.name or "") if _is(node, "VectorSelector") else ""


def _is(node: Any, kind: str) -> bool:
    return type(node).__name__ == kind
