"""Days and weeks, from injected sums: the long windows, the budget of the period, and the facts of an SLO.

A sum stands for the records of a whole hour here. The ratio of two sums does not mind, and what counts
records is told so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

from generator.promql.build import Selector, equal
from generator.promql.duration import Duration
from generator.proof import claims, records
from generator.proof.injection import Injection
from generator.proof.likeness import info_labels
from generator.proof.model import Claim, Labels, Subject, Trial, scenario
from generator.proof.notation import decimal
from generator.proof.records import minutes
from generator.rules.model import Expectation, Sample

_HOUR = 3_600_000
_DAY = 24
_TICK = Duration(24 * _HOUR)
_STEP = Duration(_HOUR)
_DIGITS = 12
_MOST_SAMPLES = 9_000  # in one query: promtool gives up at 10,000

Hourly = Callable[[int], tuple[Fraction, Fraction]]
"""Bad and total events of the hour that ends so many hours after the beginning."""


def _hours(window: Duration) -> int:
    return window.milliseconds // _HOUR


def _ratio(hourly: Hourly, window: Duration, at: int) -> Fraction:
    """Bad over all events of the hours in a window; no window's edge is where the rates change much."""
    span = range(max(0, at - _hours(window) + 1), at + 1)
    return sum((hourly(hour)[0] for hour in span), Fraction(0)) / sum(
        (hourly(hour)[1] for hour in span), Fraction(0)
    )


def _series(hourly: Hourly, hours: int, outcome: int) -> str:
    """Sums hour by hour, equal ones in a row together."""
    values = [decimal(hourly(hour)[outcome], _DIGITS) for hour in range(hours + 1)]
    words, begin = [], 0
    for index in range(1, len(values) + 1):
        if index == len(values) or values[index] != values[begin]:
            count = index - begin
            words.append(f"{values[begin]}x{count - 1}" if count > 1 else values[begin])
            begin = index
    return " ".join(words)


def _trial(subject: Subject, hourly: Hourly, hours: int, checks: list[Claim], name: str = "") -> Trial:
    # The records of others are fewer as well as larger: neither their sum nor their count is ours.
    given = Injection(subject, f"_x{hours // 3} 7x{hours - hours // 3}")
    given.give(records.sums(subject, "bad"), _series(hourly, hours, 0))
    given.give(records.sums(subject, "total"), _series(hourly, hours, 1))
    return Trial(
        name=name,
        evaluation=_TICK,
        step=_STEP,
        series=tuple(given.series),
        claims=tuple(checks),
        injected=tuple(given.selectors),
    )


def _budget(subject: Subject, ratio: Fraction, at: Duration) -> Iterator[Claim]:
    burn = ratio / subject.budget
    yield from claims.value(subject, "slo:period_burn_rate:ratio", at, burn, near=True)
    if abs(1 - burn) > burn / 2:  # else the difference is of the size of what the window's edge adds
        yield from claims.value(subject, "slo:period_error_budget_remaining:ratio", at, 1 - burn, near=True)


@scenario("a whole period")
def whole_period(subject: Subject) -> Iterator[Trial]:
    """What happened before a window does not count; what happened in it counts by its events."""
    if not subject.slo.has_budget:
        return
    days = _hours(subject.slo.period) // _DAY
    before = max(4, days // 9)  # so many that a window twice as long would be seen
    end = (before + days) * _DAY

    def hourly(hour: int) -> tuple[Fraction, Fraction]:
        day = hour / _DAY
        if day <= before - 0.5:  # out of the period at the end
            return Fraction(40), Fraction(100)
        if day <= before + days - 3:
            return Fraction(1, 100), Fraction(100)
        if day <= before + days - 0.5:  # in the last three days, not in the last one
            return Fraction(3, 100), Fraction(100)
        return Fraction(12, 100), Fraction(100)

    at = Duration(end * _HOUR)
    checks: list[Claim] = []
    for window in records.long_windows(subject):
        checks += claims.value(subject, records.ratio(window), at, _ratio(hourly, window, end), near=True)
    checks += _budget(subject, _ratio(hourly, subject.slo.period, end), at)
    hours = Fraction(_hours(subject.slo.period)) + Fraction(1, 2)
    checks += claims.value(subject, "slo:period_coverage:ratio", at, hours / _full(subject), near=True)
    yield _trial(subject, hourly, end, checks)


@scenario("a period without traffic")
def nothing(subject: Subject) -> Iterator[Trial]:
    """Without an event there is no ratio, of no window, and no budget is spent or left."""
    yield _idle(subject)
    if not subject.slo.has_budget:
        return
    at = Duration(2 * _DAY * _HOUR)
    checks = [claims.absent(subject, records.ratio(window), at) for window in records.long_windows(subject)]
    checks.append(claims.absent(subject, "slo:period_burn_rate:ratio", at))
    checks.append(claims.absent(subject, "slo:period_error_budget_remaining:ratio", at))
    yield _trial(subject, lambda _: (Fraction(0), Fraction(0)), 2 * _DAY, checks, "for days")


def _idle(subject: Subject) -> Trial:
    """Records of no event, hour after hour, of which the shorter windows are made."""
    given = Injection(subject, "7x8")
    for window in records.raw_windows(subject):
        for outcome in ("bad", "total"):
            given.give(records.events(outcome, window), "0x8")
    windows = (*records.raw_windows(subject), *records.fast_windows(subject))
    return Trial(
        name="for hours",
        evaluation=_STEP,
        step=_STEP,
        series=tuple(given.series),
        claims=tuple(claims.absent(subject, records.ratio(window), _STEP) for window in windows),
        injected=tuple(given.selectors),
    )


@scenario("day and night")
def day_and_night(subject: Subject) -> Iterator[Trial]:
    """A hundred events a second by day, one by night, and nights that fail: events weigh, hours do not."""
    if not subject.slo.has_budget:
        return
    days = _hours(subject.slo.period) // _DAY
    end = days * _DAY

    def hourly(hour: int) -> tuple[Fraction, Fraction]:
        return (Fraction(0), Fraction(100)) if hour % _DAY < 12 else (Fraction(1, 2), Fraction(1))

    at = Duration(end * _HOUR)
    ratio = _ratio(hourly, subject.slo.period, end)
    checks = list(claims.value(subject, records.ratio(subject.slo.period), at, ratio, near=True))
    checks += _budget(subject, ratio, at)
    yield _trial(subject, hourly, end, checks)


@scenario("a young Prometheus")
def young(subject: Subject) -> Iterator[Trial]:
    """After two days the budget is what these days say, and the coverage says that they are two."""
    if not subject.slo.has_budget:
        return
    end = 2 * _DAY

    at = Duration(end * _HOUR)
    for name, total in (("with much traffic", Fraction(100)), ("with little", Fraction(1, 100))):
        checks: list[Claim] = []
        for window in records.long_windows(subject):
            checks += claims.value(subject, records.ratio(window), at, Fraction(1, 5000))
        checks += _budget(subject, Fraction(1, 5000), at)
        # A record an hour in place of one each long interval.
        hours = end + Fraction(1, 2)
        checks += claims.value(subject, "slo:period_coverage:ratio", at, hours / _full(subject), near=True)
        made = _trial(subject, partial(_even, total), end, checks, name)
        yield made.beside(_aliens(subject, end))


def _even(total: Fraction, _: int) -> tuple[Fraction, Fraction]:
    return total / 5000, total


def _full(subject: Subject) -> Fraction:
    """How many records a whole period has."""
    return Fraction(subject.slo.period.milliseconds, subject.platform.long_interval.milliseconds)


def _aliens(subject: Subject, hours: int) -> tuple[tuple[str, str], ...]:
    """What other SLOs record of their period."""
    given = Injection(subject, f"0.5x{hours}")
    for record in (records.ratio(subject.slo.period), "slo:period_burn_rate:ratio"):
        given.give(record, {})
    return tuple(given.series)


@scenario("more records than there can be")
def covered(subject: Subject) -> Iterator[Trial]:
    """A server that restarts evaluates a little more often: no more than the whole period is covered."""
    step = Duration(subject.platform.long_interval.milliseconds * 3 // 4)
    count = subject.slo.period.milliseconds // step.milliseconds
    if not subject.slo.has_budget or count > _MOST_SAMPLES:
        return
    given = Injection(subject, f"7x{count}")
    given.give(records.sums(subject, "total"), f"1x{count}")
    at = subject.slo.period
    yield Trial(
        evaluation=_TICK,
        step=step,
        series=tuple(given.series),
        claims=tuple(claims.value(subject, "slo:period_coverage:ratio", at, Fraction(1))),
        injected=tuple(given.selectors),
    )


@scenario("a label that changed")
def changed_label(subject: Subject) -> Iterator[Trial]:
    """Records that got another label within a window are one SLO's all the same."""
    if not subject.slo.has_budget:
        return
    end = 2 * _DAY
    given = Injection(subject, f"7x{end}")
    changed: list[tuple[str, str]] = []
    for outcome, (before, after) in (("bad", ("0.02", "0.06")), ("total", ("100", "100"))):
        record = records.sums(subject, outcome)
        given.give(record, f"{before}x35")
        changed += [
            (_with_a_label(subject.record(record, group)).render(), f"_x36 {after}x12")
            for group in subject.groups
        ]
    at = Duration(end * _HOUR)
    checks: list[Claim] = []
    for window in records.long_windows(subject):
        hours = min(_hours(window), end)
        share = (Fraction("0.02") * (hours - 12) + Fraction("0.06") * 12) / (100 * hours)
        if hours > 12:
            checks += claims.value(subject, records.ratio(window), at, share, near=True)
    counted = (end + Fraction(1, 2)) / _full(subject)
    checks += claims.value(subject, "slo:period_coverage:ratio", at, counted, near=True)
    yield Trial(
        evaluation=_TICK,
        step=_STEP,
        series=(*given.series, *changed),
        claims=tuple(checks),
        injected=tuple(given.selectors),
    )


@scenario("a label that changed within hours")
def changed_within_hours(subject: Subject) -> Iterator[Trial]:
    """Beside the records stand some with another label, of three times the failures: they are added up."""
    windows = records.fast_windows(subject)
    if not windows:
        return
    given = Injection(subject, "7x24")
    changed: list[tuple[str, str]] = []
    for outcome, own, other in (("bad", "0.0002", "0.0006"), ("total", "0.01", "0.01")):
        record = records.events(outcome, records.SHORTEST)
        # Twice between two evaluations, so that at none of them something is made of the total.
        own_text, other_text = (" ".join([f"_ {value}x1"] * 8) for value in (own, other))
        given.give(record, own_text)
        changed += [
            (_with_a_label(subject.record(record, group)).render(), other_text) for group in subject.groups
        ]
    checks: list[Claim] = []
    for window in windows:
        checks += claims.value(subject, records.ratio(window), Duration(8 * _HOUR), Fraction(4, 100))
    yield Trial(
        evaluation=_STEP,
        step=minutes(20),
        series=(*given.series, *changed),
        claims=tuple(checks),
        injected=tuple(given.selectors),
    )


def _with_a_label(record: Selector) -> Selector:
    return Selector(record.metric, (*record.matchers, equal("team", "another")))


@scenario("facts of the SLO")
def facts(subject: Subject) -> Iterator[Trial]:
    """Objective, budget, days and labels are there without any traffic."""
    slo = subject.slo
    if not slo.has_budget:
        return
    at = _TICK
    own: dict[Labels, Fraction] = {(): Fraction(slo.objective) / 100}
    checks = list(claims.value(subject, "slo:objective:ratio", at, own))
    checks += claims.value(subject, "slo:error_budget:ratio", at, {(): subject.budget})
    checks += claims.value(subject, "slo:time_period:days", at, {(): Fraction(_hours(slo.period), _DAY)})
    labels = info_labels(subject)
    info = Selector("slo_info", tuple(equal(*pair) for pair in labels.items()))
    asked = subject.record("slo_info")
    expectation = Expectation(expr=asked.render(), at=at, samples=(Sample(info.render()),))
    checks.append(Claim(rule="slo_info", kind="value", expectation=expectation))
    yield Trial(evaluation=_TICK, step=_STEP, series=(), claims=tuple(checks))


SCENARIOS = (whole_period, nothing, day_and_night, young, covered, changed_label, changed_within_hours, facts)
