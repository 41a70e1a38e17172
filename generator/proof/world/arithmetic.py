"""What an author's query gives for series that stand still or rise evenly, as far as arithmetic can say.

It knows sums, extremes, means, differences, products and quotients of series, their rates, what is left of
them in a comparison, and the clock.
That is what SLIs are written in. For anything else it raises Unknown, and no trial is made of such a query.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from generator.promql.build import Selector
from generator.promql.tree import Expr, matchers, metric_name
from generator.proof.world.labels import selected


class Unknown(Exception):  # noqa: N818  # no error: an answer
    """A query of which nothing is said."""


@dataclass(frozen=True, slots=True)
class Steady:
    """A series: its labels, its value, and its increase a second."""

    series: Selector
    value: float
    rate: float = 0.0


_OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right if right else math.nan,
}
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_AGGREGATES: Mapping[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "min": min,
    "max": max,
    "avg": lambda values: sum(values) / len(values),
    "count": len,
    "group": lambda _: 1.0,
}
_OF_RATES = frozenset({"rate", "irate"})
_OF_LEVELS = frozenset({"avg_over_time", "min_over_time", "max_over_time", "last_over_time"})


def estimate(node: Expr, series: Sequence[Steady], now: float) -> float | None:
    """The value of a query of one result at a time in seconds; None where it has none."""
    values = estimates(node, series, now)
    if len(values) > 1:
        raise Unknown
    return values[0] if values else None


def estimates(node: Expr, series: Sequence[Steady], now: float) -> list[float]:  # noqa: PLR0911  # one for each kind
    """The values of a query's results at a time in seconds."""
    match type(node).__name__:
        case "NumberLiteral":
            return [node.val]
        case "ParenExpr":
            return estimates(node.expr, series, now)
        case "UnaryExpr":
            return [-value for value in estimates(node.expr, series, now)]
        case "VectorSelector":
            return [one.value for one in _selected(node, series)]
        case "Call":
            return _call(node, series, now)
        case "AggregateExpr" if str(node.op) in _AGGREGATES:
            values = estimates(node.expr, series, now)
            return [float(_AGGREGATES[str(node.op)](values))] if values else []
        case "BinaryExpr" if str(node.op) in _OPERATORS and node.modifier is None:
            return _combined(node, estimates(node.lhs, series, now), estimates(node.rhs, series, now))
        case "BinaryExpr" if str(node.op) in _COMPARISONS and node.modifier is None:
            return _filtered(node, estimates(node.lhs, series, now), estimates(node.rhs, series, now))
    raise Unknown


def _filtered(node: Expr, left: list[float], right: list[float]) -> list[float]:
    """The results that a comparison with a number keeps."""
    if not _is_number(node.rhs):
        raise Unknown
    return [one for one in left for other in right if _COMPARISONS[str(node.op)](one, other)]


def _combined(node: Expr, left: list[float], right: list[float]) -> list[float]:
    """Two sides together; several results only with a number beside them, for labels are not followed."""
    if len(left) > 1 and not _is_number(node.rhs):
        raise Unknown
    if len(right) > 1 and not _is_number(node.lhs):
        raise Unknown
    operation = _OPERATORS[str(node.op)]
    return [operation(one, other) for one in left for other in right]


def _is_number(node: Expr) -> bool:
    """Whether a side has no labels: a number, or the clock."""
    kind = type(node).__name__
    if kind == "ParenExpr":
        return _is_number(node.expr)
    return kind == "NumberLiteral" or (kind == "Call" and node.func.name == "time")


def _call(node: Expr, series: Sequence[Steady], now: float) -> list[float]:
    name = node.func.name
    if name == "time":
        return [now]
    if len(node.args) == 1 and name in {"vector", "scalar"}:
        return estimates(node.args[0], series, now)
    if len(node.args) != 1 or type(node.args[0]).__name__ != "MatrixSelector":
        raise Unknown
    found = _selected(node.args[0].vector_selector, series)
    if name in _OF_RATES:
        return [one.rate for one in found]
    if name in _OF_LEVELS and all(one.rate == 0 for one in found):
        return [one.value for one in found]
    if name == "increase":
        return [one.rate * node.args[0].range.total_seconds() for one in found]
    raise Unknown


def _selected(node: Expr, series: Sequence[Steady]) -> list[Steady]:
    if node.offset is not None or node.at is not None:
        raise Unknown
    metric, wanted = metric_name(node), matchers(node)
    return [
        one
        for one in series
        if metric in {None, one.series.metric}
        and selected({matcher.label: str(matcher.value) for matcher in one.series.matchers}, wanted)
    ]
