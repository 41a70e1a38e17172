"""Gauges behind an SLI that is weighted by time: levels at which its query is good or bad."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from generator.promql.build import Selector
from generator.promql.parse import Expr, parse, selectors
from generator.proof.world.arithmetic import Steady, Unknown, estimate
from generator.proof.world.labels import fitting, selector
from generator.spec.model import SLO

_NOW = 86_400.0
_SHARES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
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

    `missing` is what a minute without a value is: bad (1), or None, which does not count.
    """

    levels: tuple[tuple[Level, Fraction], ...]
    missing: Fraction | None

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
    series = _series(tree)
    if not series or len(series) > 3:
        return None
    found: dict[Fraction, Level] = {}
    for level in _levels(series, float(getattr(sli, "bound", 1))):
        try:
            value = estimate(tree, [Steady(one, _value(held, level)) for one, held in level.values], _NOW)
        except Unknown:
            return None
        if value is None or value != value:  # noqa: PLR0124  # NaN alone is not itself
            continue
        share = _share(sli, value)
        if share is not None:
            found.setdefault(share, level)
    if min(found, default=1) > 0 or max(found, default=0) == 0:
        return None
    chosen = [(found[share], share) for share in sorted(found)]
    missing = Fraction(1) if getattr(sli, "missing", "ignore") == "bad" else None
    return Gauges(tuple(chosen), missing)


def _series(tree: Expr) -> list[Selector]:
    every = [selector(use.metric, fitting(use.matchers)) for use in selectors(tree) if use.metric]
    return list(dict.fromkeys(every))


def _levels(series: list[Selector], bound: float) -> Iterator[Level]:
    for clock in (False, True):
        for shares in itertools.product(_SHARES, repeat=len(series)):
            for scale in dict.fromkeys((1.0, abs(bound) or 1.0)):
                values = tuple((one, share * scale) for one, share in zip(series, shares, strict=True))
                yield Level(values, clock)


def _value(held: float, level: Level) -> float:
    return _NOW - held if level.clock else held


def _share(sli: Any, value: float) -> Fraction | None:
    """The share of a minute that is bad at a value: all or nothing at a bound, else the value itself."""
    if hasattr(sli, "bound"):
        return Fraction(0 if _COMPARED[sli.op](value, float(sli.bound)) else 1)
    share = min(max(value, 0.0), 1.0)
    exact = Fraction(share).limit_denominator(1000)
    return exact if sli.bad else 1 - exact
