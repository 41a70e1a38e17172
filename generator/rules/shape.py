"""The PromQL of an SLO's rules below its SLI, once per shape.

Everything here reads recorded series only and knows no SLI kind. A shape holds all that the structure of the
expressions depends on; what differs between SLOs of one shape are literals, left open as slots. The reasons
for each expression, with measurements, are in docs/maths.md and docs/numbers.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from generator import names
from generator.promql.build import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Matcher,
    Number,
    Selector,
    Slot,
    Template,
    equal,
    total,
)
from generator.promql.duration import Duration

# Windows up to an hour are measured on raw series, so that detection is as fast as the classical rules'; up
# to six hours they are staged on the fast group's 5m records, beyond on the long group's sums of those.
SHORTEST = Duration.parse("5m")
_LONGEST_RAW = Duration.parse("1h")
LONGEST_FAST = Duration.parse("6h")
# Of three failures a staged count may see 2.5: it is within 5 % of the truth, and integers lie 1 apart.
_LESS_THAN_ONE_FAILURE = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Shape:
    """All that the rules' structure depends on.

    `windows` are the alerts' windows and `period` the SLO's; `groups` the labels beside the identity; the
    intervals are those of the two rule groups.
    """

    windows: tuple[Duration, ...]
    period: Duration
    groups: tuple[str, ...]
    interval: Duration
    long_interval: Duration

    @property
    def identity(self) -> tuple[str, ...]:
        """Every label of the SLO's recorded series."""
        return names.IDENTITY + self.groups

    @property
    def raw(self) -> tuple[Duration, ...]:
        """Windows measured on raw series; 5m is always there, for the longer ones are made of it."""
        return tuple(sorted({SHORTEST, *(window for window in self.windows if window <= _LONGEST_RAW)}))

    @property
    def fast_ratios(self) -> tuple[Duration, ...]:
        """Windows beyond the raw ones whose ratio the fast group records: up to six hours."""
        return tuple(window for window in self._staged if window <= LONGEST_FAST)

    @property
    def long_ratios(self) -> tuple[Duration, ...]:
        """Windows whose ratio the long group records, the period last."""
        return tuple(window for window in self._staged if window > LONGEST_FAST)

    @property
    def _staged(self) -> tuple[Duration, ...]:
        return tuple(sorted({window for window in (*self.windows, self.period) if window > _LONGEST_RAW}))


def _recorded(record: str, window: Duration | None = None) -> Selector:
    """One of the SLO's own records; its identity is a slot each."""
    matchers: tuple[Matcher, ...] = tuple(equal(label, Slot(label)) for label in names.IDENTITY)
    return Selector(record, matchers, str(window) if window else None)


def _per_second(outcome: str, window: Duration) -> Selector:
    return _recorded(names.events_record(outcome, str(window)))


def _over(shape: Shape, outcome: str, window: Duration) -> Aggregate:
    """The sum of the staged samples of one window.

    The sum by identity keeps one series when another label of the records changed within the window.
    """
    record = (
        names.events_record(outcome, "5m")
        if window <= LONGEST_FAST
        else names.staged_record(outcome, str(shape.long_interval))
    )
    return total(Call("sum_over_time", (_recorded(record, window),)), shape.identity)


def _positive(expression: Expr) -> Binary:
    return Binary(expression, ">", Number(0))


@cache
def zero_filled(shape: Shape, window: Duration) -> Template:
    """Zero for each group of the total: stands after `or` behind bad events that were never counted.

    The sum drops the record's identity labels, which the bad events get only from their rule; with them the
    two sides of `or` would never match and both be kept.
    """
    return Template.of(Binary(Number(0), "*", total(_per_second("total", window), shape.groups)))


@cache
def raw_ratio(window: Duration) -> Template:
    """Bad over total events of a raw window; absent while there is no traffic."""
    return Template.of(Binary(_per_second("bad", window), "/", _positive(_per_second("total", window))))


@cache
def staged_ratio(shape: Shape, window: Duration) -> Template:
    """Bad over total events of a long window: sums are divided, never ratios averaged."""
    return Template.of(Binary(_over(shape, "bad", window), "/", _positive(_over(shape, "total", window))))


@cache
def staged_sum(outcome: str, long_interval: Duration) -> Template:
    """The fast group's 5m records of one long interval, each read exactly once."""
    record = names.events_record(outcome, "5m")
    return Template.of(Call("sum_over_time", (_recorded(record, long_interval),)))


@cache
def constant() -> Template:
    """A series without labels whose value is the slot `value`."""
    return Template.of(Call("vector", (Number(Slot("value")),)))


@cache
def burn_rate(window: Duration) -> Template:
    """How many times faster than allowed the budget burns in `window`: error ratio over budget."""
    ratio = _recorded(names.error_ratio_record(str(window)))
    return Template.of(Binary(ratio, "/", Number(Slot("budget"))))


@cache
def budget_remaining() -> Template:
    """The share of the period's budget that is left; negative once it is overspent."""
    return Template.of(Binary(Number(1), "-", _recorded(names.PERIOD_BURN_RATE)))


@cache
def coverage(shape: Shape) -> Template:
    """The share of the period for which there are measurements, between 0 and 1."""
    record = names.staged_record("total", str(shape.long_interval))
    count = total(Call("count_over_time", (_recorded(record, shape.period),)), shape.identity)
    samples = shape.period.milliseconds // shape.long_interval.milliseconds
    return Template.of(Call("clamp_max", (Binary(count, "/", Number(samples)), Number(1))))


@cache
def burn_alert(shape: Shape, long: Duration, short: Duration) -> Template:
    """Both windows above the slot `threshold`, and at least the slot `failures` in the long one."""
    threshold = Number(Slot("threshold"))
    above = [
        Binary(_recorded(names.error_ratio_record(str(window))), ">", threshold) for window in (short, long)
    ]
    enough = Binary(_failures(shape, long), ">", Number(Slot("failures")))
    return Template.of(Binary(Binary(above[0], "and", above[1]), "and", enough))


def _failures(shape: Shape, window: Duration) -> Expr:
    """How many events failed in `window`: rate x seconds, or staged rates x the seconds of each."""
    if window <= _LONGEST_RAW:
        return Binary(_per_second("bad", window), "*", Number(window.seconds))
    return Binary(_over(shape, "bad", window), "*", Number(shape.interval.seconds))


def failure_guard(min_failures: int) -> Decimal:
    """The number that a count of failures must exceed to be at least `min_failures`."""
    return min_failures - _LESS_THAN_ONE_FAILURE


@cache
def events_told() -> Template:
    """The SLI's own record of the last five minutes: a vector that is missing when blind, and 0 when idle."""
    return Template.of(_recorded(names.events_record("total", "5m")))


@cache
def events_seen() -> Template:
    """The SLI's own traffic of the last five minutes: a vector that is missing when idle or blind."""
    return Template.of(_positive(_recorded(names.events_record("total", "5m"))))
