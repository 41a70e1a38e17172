"""Gauges behind an SLI that is weighted by time: levels at which its query is good or bad."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from generator.promql.build import Selector
from generator.promql.parse import parse
from generator.promql.tree import Expr, children, selectors
from generator.proof.world.arithmetic import Steady, Unknown, estimates
from generator.proof.world.labels import fitting, selector
from generator.spec.model import SLO

_NOW = 86_400.0
_SHARES = (0.25, 0.5, 1.0, 2.0, 4.0, 0.0)
_SECOND = 0.25  # what the second pod's gauge holds of the first one's
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Level:
    """What the gauges of an SLI hold: each series a value, or (`clock`) the time less that many seconds."""

    values: tuple[tuple[Selector, float], ...]
    clock: bool = False


@dataclass(frozen=True, slots=True)
class Gauges:
    """Levels of an SLI's gauges, each with the share of a minute that is bad at it.

    `missing` is what a minute without a value is: bad (1), or None, which does not count. `infinite` is what
    one is in which every gauge is; `edge` a level at which the query has the very value of the bound.
    """

    levels: tuple[tuple[Level, Fraction], ...]
    missing: Fraction | None
    infinite: Fraction | None
    edge: tuple[Level, Fraction] | None

    @property
    def series(self) -> tuple[Selector, ...]:
        """The gauges."""
        return tuple(series for series, _ in self.levels[0][0].values)


def gauges(slo: SLO) -> Gauges | None:
    """Levels that make a minute good and bad; None where none are found."""
    sli: Any = slo.sli
    query: Any = getattr(sli, "query", None) or getattr(sli, "bad", None) or getattr(sli, "good", None)
    if query is None or "$" in query.text or getattr(sli, "total", None):
        return None
    tree = parse(query.text)
    told = [
        {"__name__": use.metric, **fitting(use.matchers)} for use in selectors(tree) if use.metric is not None
    ]
    gauges_of = [labels for number, labels in enumerate(told) if labels not in told[:number]]
    if not gauges_of or len(gauges_of) > 3:
        return None
    # Two pods tell a maximum from a mean. A query that cannot have two of each is tried with one.
    for pods in (("one", "two"), ("one",)):
        try:
            return _found(sli, tree, gauges_of, pods)
        except Unknown:
            continue
    return None


def _found(sli: Any, tree: Expr, gauges_of: list[dict[str, str]], pods: tuple[str, ...]) -> Gauges | None:
    found: dict[Fraction, tuple[float, Level]] = {}
    edge = None
    clock = _reads_the_clock(tree)
    bound = float(getattr(sli, "bound", 1))
    for level in _levels(gauges_of, pods, bound, clock=clock):
        share = _of_level(sli, tree, level)
        if share is not None:
            # Of levels that are alike, the one nearest to the bound: there a minimum differs from a maximum.
            near = min(abs(value - bound) for value in _results(tree, level) if not math.isnan(value))
            if share not in found or near < found[share][0]:
                found[share] = (near, level)
            if edge is None and near == 0:
                edge = (level, share)
    if min(found, default=1) > 0 or max(found, default=0) == 0:
        return None
    chosen = [(found[share][1], share) for share in sorted(found)]
    missing = Fraction(1) if getattr(sli, "missing", "ignore") == "bad" else None
    endless = Level(tuple((one, math.inf) for one, _ in chosen[0][0].values))
    infinite = _of_level(sli, tree, endless)
    return Gauges(tuple(chosen), missing, missing if infinite is None else infinite, edge)


def _of_level(sli: Any, tree: Expr, level: Level) -> Fraction | None:
    """The share of a minute that is bad, on the average of all results; None where none is a number."""
    shares = [_share(sli, value) for value in _results(tree, level) if not math.isnan(value)]
    return sum(shares, Fraction(0)) / len(shares) if shares else None


def _results(tree: Expr, level: Level) -> list[float]:
    return estimates(tree, [Steady(one, _value(held, level)) for one, held in level.values], _NOW)


def _levels(
    gauges_of: list[dict[str, str]], pods: tuple[str, ...], bound: float, *, clock: bool
) -> Iterator[Level]:
    """Levels worth a try; the second pod's gauges hold a part of the first one's."""
    for shares in itertools.product(_SHARES, repeat=len(gauges_of)):
        for scale in dict.fromkeys((1.0, abs(bound) or 1.0)):
            values = [
                (_of_pod(labels, pod), share * scale * _SECOND**number)
                for labels, share in zip(gauges_of, shares, strict=True)
                for number, pod in enumerate(pods)
            ]
            yield Level(tuple(dict(values).items()), clock)


def _of_pod(labels: dict[str, str], pod: str) -> Selector:
    own = {label: value for label, value in labels.items() if label != "__name__"}
    return selector(labels["__name__"], {"pod": pod, **own})


def _reads_the_clock(node: Expr) -> bool:
    own = type(node).__name__ == "Call" and node.func.name == "time"
    return own or any(map(_reads_the_clock, children(node)))


def _value(held: float, level: Level) -> float:
    return _NOW - held if level.clock else held


def _share(sli: Any, value: float) -> Fraction:
    """The share of a minute that is bad at a value: all or nothing at a bound, else the value itself."""
    if hasattr(sli, "bound"):
        return Fraction(0 if _COMPARED[sli.op](value, float(sli.bound)) else 1)
    share = min(max(value, 0.0), 1.0)
    exact = Fraction(share).limit_denominator(1000)
    return exact if sli.bad else 1 - exact
