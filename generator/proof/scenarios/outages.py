"""Outages in hours of traffic: pages come when enough is spent, and end.

Alerts are asked where arithmetic is certain: an error ratio 5 % away from its threshold, whether a window
over records lags or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from generator.promql.duration import Duration
from generator.proof import claims, records
from generator.proof.flow import Flow, Phase
from generator.proof.model import Claim, Labels, Subject, Trial
from generator.proof.records import minutes
from generator.proof.scenarios.course import (
    A_MINUTE,
    answered,
    counted,
    failures_of,
    pages,
    rates,
    trial,
    with_world,
)
from generator.proof.truth import Alarm
from generator.proof.world import World

_MARGIN = Fraction(105, 100)
_MINUTE = 60_000
_TICK = minutes(3)
_CALM, _OUT = 45, 105  # an outage begins and ends after so many minutes


@with_world("total outage by errors")
def outage(subject: Subject, found: World) -> Iterator[Trial]:
    """From one moment on every request fails: each page comes when the budget's share is spent, and ends."""
    failing = failures_of(found, reached=True)
    if not failing:
        return
    calm = rates(answered(found)) | rates(failing, 0)
    out = rates(answered(found), 0) | rates(failing, A_MINUTE * 4)
    flow = Flow((Phase(Fraction(_CALM), calm), Phase(Fraction(60), out), Phase(Fraction(48), calm)))
    checks = list(_rising(subject, found, flow, _CALM, _OUT))
    for alarm in pages(subject):
        over = _ended(alarm, _OUT)
        if over <= minutes(_OUT + 48):
            checks.append(claims.silent(subject, alarm.name, over))
    yield trial(flow, checks, _TICK)


@with_world("all pods gone")
def pods_gone(subject: Subject, found: World) -> Iterator[Trial]:
    """Nobody is left to report but the callers' proxies: the pages come all the same."""
    unreached = failures_of(found, reached=False)
    if not unreached:
        return
    calm = rates(answered(found)) | rates(unreached, 0)
    flow = Flow((Phase(Fraction(_CALM), calm), Phase(Fraction(60), rates(unreached, A_MINUTE * 4))))
    yield trial(flow, _rising(subject, found, flow, _CALM, _OUT), _TICK)


@with_world("one group failing")
def group_failing(subject: Subject, found: World) -> Iterator[Trial]:
    """All of one group's requests fail: its budget burns, and no other's."""
    failing = failures_of(found, reached=True)
    if len(subject.groups) < 2 or not failing:
        return
    first = subject.groups[0]
    calm = rates(answered(found)) | rates(failing, 0)
    out = calm | {
        event: 0 if event in answered(found) else A_MINUTE * 4 for event in calm if event.group == first
    }
    flow = Flow((Phase(Fraction(_CALM), calm), Phase(Fraction(60), out)))
    checks = [
        claims.fires(subject, alarm, minutes(_OUT), [first])
        for alarm in pages(subject)
        if alarm.wait is None and _holds(subject, found, flow, alarm, minutes(_OUT), first)
    ]
    yield trial(flow, checks, _TICK)


def _rising(subject: Subject, found: World, flow: Flow, begin: int, end: int) -> Iterator[Claim]:
    """From `begin` to `end`, in minutes: silent as long as it surely must be, firing once it surely must."""
    ticks = range(begin * _MINUTE // _TICK.milliseconds, end * _MINUTE // _TICK.milliseconds + 1)
    for alarm in pages(subject):
        verdicts = {tick: _verdict(subject, found, flow, alarm, _at(tick)) for tick in ticks}
        first = next((tick for tick in ticks if verdicts[tick] is True), None)
        calm = [tick for tick in ticks if verdicts[tick] is False and (first is None or tick < first)]
        if calm:
            yield claims.silent(subject, alarm.name, _at(calm[-1]))
        wait = -(-alarm.wait.milliseconds // _TICK.milliseconds) if alarm.wait else 0
        held = first is not None and all(verdicts.get(tick) for tick in range(first, first + wait + 1))
        if first is not None and held:
            yield claims.fires(subject, alarm, _at(first + wait))


def _at(ticks: int) -> Duration:
    return Duration(ticks * _TICK.milliseconds)


def _ended(alarm: Alarm, minute: int) -> Duration:
    """When an alarm is silent again after failures ended: its short window, then what it is kept for."""
    keep = alarm.keep.milliseconds if alarm.keep else 0
    lag = 5 * _MINUTE if alarm.short > records.LONGEST_RAW else 0
    end = minute * _MINUTE + alarm.short.milliseconds + lag + keep
    return _at(-(-end // _TICK.milliseconds) + 1)


def _verdict(subject: Subject, found: World, flow: Flow, alarm: Alarm, at: Duration) -> bool | None:
    """Whether an alarm's condition holds in every group; None where that is not certain, or groups differ."""
    verdicts = {_holds(subject, found, flow, alarm, at, group) for group in subject.groups}
    return verdicts.pop() if len(verdicts) == 1 else None


def _holds(
    subject: Subject, found: World, flow: Flow, alarm: Alarm, at: Duration, group: Labels
) -> bool | None:
    windows = [
        [_ratio(found, flow, window, at, group, lag) for lag in _lags(window)]
        for window in (alarm.long, alarm.short)
    ]
    if any(all(ratio * _MARGIN < alarm.threshold for ratio in each) for each in windows):
        return False
    end = Fraction(at.milliseconds, _MINUTE)
    failed = flow.count(
        counted(found.events, group, bad=True), end - Fraction(alarm.long.milliseconds, _MINUTE), end - 5
    )
    sure = all(ratio > alarm.threshold * _MARGIN for each in windows for ratio in each)
    # A guard over records counts each for one interval, and here there are fewer of them.
    seldom = Fraction(_TICK.milliseconds, subject.platform.interval.milliseconds)
    return True if sure and failed > 2 * alarm.failures * seldom else None


def _lags(window: Duration) -> tuple[int, ...]:
    return (0,) if window <= records.LONGEST_RAW else (0, 5)


def _ratio(found: World, flow: Flow, window: Duration, at: Duration, group: Labels, lag: int) -> Fraction:
    end = Fraction(at.milliseconds, _MINUTE) - lag
    begin = end - Fraction(window.milliseconds, _MINUTE)
    total = flow.count(counted(found.events, group), begin, end)
    failed = flow.count(counted(found.events, group, bad=True), begin, end)
    return failed / total if total else Fraction(0)


SCENARIOS = (outage, pods_gone, group_failing)
