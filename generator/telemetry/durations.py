"""How long requests took: the PromQL of classic and of native histograms.

A classic histogram counts requests in buckets, and only what lies at an edge can be measured. A native one
has fine buckets of its own; `histogram_fraction` estimates within one of them. All histograms of a service
are of one kind: the reader of profiles sees to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from generator.promql.build import (
    WINDOW,
    Binary,
    Call,
    Expr,
    Matcher,
    Number,
    Selector,
    bucket_matcher,
    either,
    rate,
    total,
)
from generator.telemetry.profile import Histogram


@dataclass(frozen=True, slots=True)
class Timed:
    """A histogram, the matchers of the requests in it that count, and how counters become rates."""

    histogram: Histogram
    matchers: tuple[Matcher, ...]
    rate: Callable[[Selector], Expr]

    def part(self, suffix: str, *more: Matcher) -> Expr:
        """The rate of the series with this suffix."""
        return self.rate(Selector(f"{self.histogram.metric}{suffix}", self.matchers + more, WINDOW))

    def whole(self) -> Expr:
        """The rate of a native histogram, which has one series for all."""
        return rate(Selector(self.histogram.metric, self.matchers, WINDOW))


def requests(timed: Iterable[Timed], by: tuple[str, ...]) -> Expr:
    """Timed requests per second, summed by `by`."""
    timed = tuple(timed)
    if _native(timed):
        return Call("histogram_count", (_merged(timed, by),))
    return total(either(*(each.part("_count") for each in timed)), by)


def slower(timed: Iterable[Timed], milliseconds: int, by: tuple[str, ...]) -> Expr:
    """Requests per second that took longer; absent where the bucket does not exist, and never filled."""
    timed = tuple(timed)
    if _native(timed):
        return _slower_natively(timed, milliseconds, by)
    within = [each.part("_bucket", bucket_matcher(each.histogram.in_unit(milliseconds))) for each in timed]
    remainder = Binary(requests(timed, by), "-", total(either(*within), by))
    return Call("clamp_min", (remainder, Number(0)))


def _slower_natively(timed: tuple[Timed, ...], milliseconds: int, by: tuple[str, ...]) -> Expr:
    """The share above the threshold times the number; 0 and not NaN while there are no requests."""
    merged, bound = _merged(timed, by), timed[0].histogram.in_unit(milliseconds)
    count = Call("histogram_count", (merged,))
    faster = Call("histogram_fraction", (Number(0), Number(bound), merged))
    slow = Binary(Binary(Number(1), "-", faster), "*", count)
    return either(Binary(slow, ">=", Number(0)), Binary(Number(0), "*", count))


def distribution(timed: Iterable[Timed], by: tuple[str, ...] = ()) -> Expr:
    """What `histogram_quantile` reads, summed by `by`: buckets by `le`, or native histograms."""
    timed = tuple(timed)
    if _native(timed):
        return _merged(timed, by)
    return total(either(*(each.part("_bucket") for each in timed)), ("le", *by))


def _merged(timed: tuple[Timed, ...], by: tuple[str, ...]) -> Expr:
    return total(either(*(each.whole() for each in timed)), by)


def _native(timed: tuple[Timed, ...]) -> bool:
    return timed[0].histogram.native
