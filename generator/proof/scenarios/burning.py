"""Alerts from injected recordings: at each threshold, at each guard, and at the end of a burn.

The recordings hold still, so that one evaluation decides. That they are what the raw series make of them is
the business of `traffic`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from generator.promql.build import equal
from generator.promql.duration import Duration
from generator.proof import claims, records
from generator.proof.injection import Injection
from generator.proof.model import Claim, Labels, Subject, Trial, scenario
from generator.proof.notation import decimal
from generator.proof.records import minutes
from generator.proof.truth import Alarm

_PAGE_STEP, _TICKET_STEP = minutes(1.5), minutes(30)
_ABOVE, _BELOW = Fraction(102, 100), Fraction(98, 100)
_PLENTY = 1_000_000  # failures: no guard holds an alert back
_DIGITS = 12
_POWER_OF_TWO = 2**20
_LACKING = Fraction(3, 5)  # rates are extrapolated: with half a failure less than one it is still counted
_SPARE = Fraction(1, 4)  # so much of a failure can be missing where whole ones are counted

Levels = list[tuple[Fraction, int]]
"""A value and for how many steps it holds, one after the other."""


@dataclass(frozen=True, slots=True)
class Burn:
    """What an alert reads: the ratios of its two windows, and the failures in the long one."""

    long: Levels
    short: Levels
    failures: Fraction | int = _PLENTY


def step(alarm: Alarm) -> Duration:
    """How often a trial of an alert evaluates: a tenth of what a page goes on firing, half of a ticket's."""
    return _PAGE_STEP if alarm.long <= records.LONGEST_FAST else _TICKET_STEP


def injected(subject: Subject, alarm: Alarm, burns: Mapping[Labels, Burn], steps: int) -> Injection:
    """The recordings that an alert reads, for each group its burn; other windows show no failure."""
    given = Injection(subject, f"0.9999x{steps - 1}")
    for window in (*records.raw_windows(subject), *records.fast_windows(subject)):
        levels = {group: _of_window(alarm, burn, window, steps) for group, burn in burns.items()}
        given.give(records.ratio(window), {group: _text(level) for group, level in levels.items()})
    if alarm.long > records.LONGEST_FAST:
        _give_sums(given, subject, burns)
    else:
        _give_failures(given, subject, alarm, burns, steps)
    return given


def _of_window(alarm: Alarm, burn: Burn, window: Duration, steps: int) -> Levels:
    if window == alarm.short:
        return burn.short
    return burn.long if window == alarm.long else [(Fraction(0), steps)]


def _give_failures(
    given: Injection, subject: Subject, alarm: Alarm, burns: Mapping[Labels, Burn], steps: int
) -> None:
    """Failures a second: of a raw window all the time, of a longer one in a single staged record."""
    for window in records.raw_windows(subject):
        staged = window == records.SHORTEST and alarm.long > records.LONGEST_RAW
        seconds = window.seconds if window == alarm.long else subject.platform.interval.seconds
        rates = {group: decimal(Fraction(burn.failures) / seconds, _DIGITS) for group, burn in burns.items()}
        values = {group: rate if staged else f"{rate}x{steps - 1}" for group, rate in rates.items()}
        given.give(records.events("bad", window), values)


def _give_sums(given: Injection, subject: Subject, burns: Mapping[Labels, Burn]) -> None:
    """The pair of sums of which a long window's ratio is made: a single sample each."""
    bad, total = {}, {}
    for group, burn in burns.items():
        share = burn.long[0][0]
        failed = Fraction(burn.failures) / subject.platform.interval.seconds if share else Fraction(0)
        bad[group] = decimal(failed, _DIGITS)
        # Without a failure there is still traffic.
        total[group] = decimal(failed / share if share else Fraction(100), _DIGITS)
    given.give(records.sums(subject, "bad"), bad)
    given.give(records.sums(subject, "total"), total)


def _text(levels: Levels) -> str:
    words = [(decimal(value, _DIGITS), count) for value, count in levels]
    return " ".join(f"{word}x{count - 1}" if count > 1 else word for word, count in words)


def _settled(alarm: Alarm) -> int:
    """After how many steps an alert whose condition always held must fire."""
    return -(-alarm.wait.milliseconds // step(alarm).milliseconds) if alarm.wait else 2


def _after(alarm: Alarm, steps: int) -> Duration:
    return Duration(steps * step(alarm).milliseconds)


def _steady(  # one argument for each thing that an alert looks at
    subject: Subject,
    alarm: Alarm,
    long: Fraction,
    short: Fraction,
    failures: Fraction | int = _PLENTY,
    *,
    enough: bool | None = None,
) -> Trial:
    """A burn that holds still: the alert fires if all of it is above what it asks for.

    `enough` says whether the failures are, where others stand beside them.
    """
    settled = _settled(alarm)
    burn = Burn([(long, settled + 1)], [(short, settled + 1)], failures)
    many = failures >= alarm.failures if enough is None else enough
    burning = long > alarm.threshold < short and many
    at = _after(alarm, settled)
    checks = [claims.fires(subject, alarm, at) if burning else claims.silent(subject, alarm.name, at)]
    if burning and alarm.wait:
        checks.append(claims.silent(subject, alarm.name, _after(alarm, settled - 1)))
    return _trial(subject, alarm, dict.fromkeys(subject.groups, burn), settled + 1, checks)


def _trial(
    subject: Subject,
    alarm: Alarm,
    burns: Mapping[Labels, Burn],
    steps: int,
    checks: list[Claim],
    form: str = "",
) -> Trial:
    given = injected(subject, alarm, burns, steps)
    return Trial(
        name=f"{alarm.name}{form}",
        evaluation=step(alarm),
        step=step(alarm),
        series=tuple(given.series),
        claims=tuple(checks),
        injected=tuple(given.selectors),
    )


def _high(alarm: Alarm, factor: Fraction) -> Fraction:
    """So many times the threshold, as far as a ratio can be that large."""
    return min(alarm.threshold * factor, (alarm.threshold + 1) / 2)


@scenario("burn just above the threshold")
def above(subject: Subject) -> Iterator[Trial]:
    """Both windows are 2 % above it: the alert fires."""
    for alarm in subject.alarms:
        level = _high(alarm, _ABOVE)
        yield _steady(subject, alarm, level, level)


@scenario("burn just below the threshold")
def below(subject: Subject) -> Iterator[Trial]:
    """Both windows are 2 % below it: the alert is silent."""
    for alarm in subject.alarms:
        yield _steady(subject, alarm, alarm.threshold * _BELOW, alarm.threshold * _BELOW)


@scenario("burn exactly at the threshold")
def exactly(subject: Subject) -> Iterator[Trial]:
    """A threshold must be exceeded, in each of the windows: the alert is silent."""
    for alarm in subject.alarms:
        if (alarm.threshold * 10**_DIGITS).denominator != 1:
            continue
        level, high = alarm.threshold, _high(alarm, Fraction(2))
        # Over a power of two the quotient of two sums is the very number.
        exact = level * _POWER_OF_TWO * Fraction(subject.platform.interval.milliseconds, 1000)
        failures = exact if alarm.long > records.LONGEST_FAST else _PLENTY
        yield replace(_steady(subject, alarm, level, high, failures), name=f"long window of {alarm.name}")
        yield replace(_steady(subject, alarm, high, level), name=f"short window of {alarm.name}")


@scenario("burn in the short window only")
def short_only(subject: Subject) -> Iterator[Trial]:
    """The long window does not prove that much was spent: the alert is silent."""
    for alarm in subject.alarms:
        yield _steady(subject, alarm, alarm.threshold * _BELOW, _high(alarm, Fraction(2)))


@scenario("burn in the long window only")
def long_only(subject: Subject) -> Iterator[Trial]:
    """The short window says that it is over: the alert is silent."""
    for alarm in subject.alarms:
        yield _steady(subject, alarm, _high(alarm, Fraction(2)), alarm.threshold * _BELOW)


@scenario("one failure too few")
def too_few(subject: Subject) -> Iterator[Trial]:
    """Everything fails, but more than half a failure is missing to minFailures: the alert is silent."""
    for alarm in subject.alarms:
        yield _steady(subject, alarm, Fraction(1), Fraction(1), alarm.failures - _LACKING)


@scenario("just enough failures")
def enough(subject: Subject) -> Iterator[Trial]:
    """Everything fails, minFailures times in the long window: the alert fires."""
    for alarm in subject.alarms:
        yield _steady(subject, alarm, Fraction(1), Fraction(1), alarm.failures)


@scenario("failures under two labels")
def two_labels(subject: Subject) -> Iterator[Trial]:
    """Records that got another label are the same SLO's: their failures add up, and the alert fires."""
    for alarm in subject.alarms:
        if alarm.long <= records.LONGEST_RAW:
            continue
        half = (alarm.failures - _SPARE) / 2
        made = _steady(subject, alarm, Fraction(1), Fraction(1), half, enough=True)
        texts = dict(made.series)
        old = [
            (replace(one, matchers=(*one.matchers, equal("team", "another"))).render(), texts[one.render()])
            for one in made.injected
            if one.metric.startswith("slo:events_")
        ]
        yield made.beside(tuple(old))


@scenario("failures of long ago")
def long_ago(subject: Subject) -> Iterator[Trial]:
    """Failures count for as long as the long window is, each of them, and no longer."""
    for alarm in subject.alarms:
        if alarm.long <= records.LONGEST_RAW or alarm.long.milliseconds % 8:
            continue
        tick = Duration(alarm.long.milliseconds // 8)
        seconds = Fraction(subject.platform.interval.milliseconds, 1000)
        halves = ((alarm.failures - _SPARE) / 2, alarm.failures - _LACKING)
        half, few = (decimal(count / seconds, _DIGITS) for count in halves)
        # Just enough in two records; nothing while they pass out of the window; then one failure too few.
        text = f"{half} {half} _x8 {few}"
        given = Injection(subject, "0.9999x11")
        for window in (*records.raw_windows(subject), *records.fast_windows(subject)):
            given.give(records.ratio(window), "1x11" if window in {alarm.long, alarm.short} else "0x11")
        if alarm.long > records.LONGEST_FAST:
            given.give(records.sums(subject, "bad"), text)
            given.give(records.sums(subject, "total"), text)
        else:
            given.give(records.events("bad", records.SHORTEST), text)
        within, beyond = Duration(7 * tick.milliseconds), Duration(11 * tick.milliseconds)
        checks = [claims.silent(subject, alarm.name, beyond)]
        if alarm.wait is None or alarm.wait.milliseconds <= 5 * tick.milliseconds:
            checks.append(claims.fires(subject, alarm, within))
        yield Trial(
            name=alarm.name,
            evaluation=tick,
            step=tick,
            series=tuple(given.series),
            claims=tuple(checks),
            injected=tuple(given.selectors),
        )


@scenario("recovery within the short window")
def recovery(subject: Subject) -> Iterator[Trial]:
    """The short window is clean, the long one remembers: the alert ends, after the time it is kept for."""
    for alarm in subject.alarms:
        settled = _settled(alarm)
        kept = -(-alarm.keep.milliseconds // step(alarm).milliseconds) if alarm.keep else 0
        steps = settled + 1 + kept + 2
        level = _high(alarm, Fraction(2))
        burn = Burn([(level, steps)], [(level, settled + 1), (Fraction(0), steps - settled - 1)])
        over = settled + 1
        checks = [claims.fires(subject, alarm, _after(alarm, settled))]
        if kept:
            checks.append(claims.fires(subject, alarm, _after(alarm, over + kept - 1)))
        checks.append(claims.silent(subject, alarm.name, _after(alarm, over + kept)))
        yield _trial(subject, alarm, dict.fromkeys(subject.groups, burn), steps, checks)


@scenario("one group of several burning")
def one_group(subject: Subject) -> Iterator[Trial]:
    """Only the group that burns has an alert."""
    if len(subject.groups) < 2:
        return
    for alarm in subject.alarms:
        steps, at = _settled(alarm) + 1, _after(alarm, _settled(alarm))
        level = _high(alarm, Fraction(2))
        burns = dict.fromkeys(subject.groups, Burn([(Fraction(0), steps)], [(Fraction(0), steps)], 0))
        burning = subject.groups[:1]
        burns |= dict.fromkeys(burning, Burn([(level, steps)], [(level, steps)]))
        yield _trial(subject, alarm, burns, steps, [claims.fires(subject, alarm, at, burning)])


SCENARIOS = (
    above,
    below,
    exactly,
    short_only,
    long_only,
    too_few,
    enough,
    two_labels,
    long_ago,
    recovery,
    one_group,
)
