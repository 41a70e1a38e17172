"""What happens to services: outages, silence, restarts, and telemetry that is not there.

Alerts are asked where arithmetic is certain: an error ratio 5 % away from its threshold, whether a window
over records lags or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from generator.promql.build import Selector, equal
from generator.promql.duration import Duration
from generator.proof import claims, records, truth
from generator.proof.flow import Flow, Phase, Rates
from generator.proof.model import Claim, Labels, Subject, Trial
from generator.proof.records import minutes
from generator.proof.scenarios.traffic import (
    alien_events,
    counted,
    event_claims,
    trial,
    with_world,
)
from generator.proof.truth import Alarm
from generator.proof.world import Event, World

_TICK = minutes(1.5)
_COARSE = minutes(5)
_MARGIN = Fraction(105, 100)
_MINUTE = 60_000
_A_MINUTE = 60  # events a minute of each kind


def _rates(events: Iterable[Event], a_minute: int = _A_MINUTE) -> dict[Event, int]:
    return dict.fromkeys(events, a_minute)


def _good(found: World) -> tuple[Event, ...]:
    return found.of(total=True, bad=False)


def _bad(found: World, *, reached: bool) -> list[Event]:
    return [event for event in found.of(total=True, bad=True) if event.reached is reached]


def _at(ticks: int) -> Duration:
    return Duration(ticks * _TICK.milliseconds)


def _verdict(subject: Subject, found: World, flow: Flow, alarm: Alarm, at: Duration) -> bool | None:
    """Whether an alarm's condition holds in every group; None where that is not certain, or groups differ."""
    verdicts = {_holds(found, flow, alarm, at, group) for group in subject.groups}
    return verdicts.pop() if len(verdicts) == 1 else None


def _holds(found: World, flow: Flow, alarm: Alarm, at: Duration, group: Labels) -> bool | None:
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
    return True if sure and failed > 2 * alarm.failures else None


def _lags(window: Duration) -> tuple[int, ...]:
    return (0,) if window <= records.LONGEST_RAW else (0, 5)


def _ratio(found: World, flow: Flow, window: Duration, at: Duration, group: Labels, lag: int) -> Fraction:
    end = Fraction(at.milliseconds, _MINUTE) - lag
    begin = end - Fraction(window.milliseconds, _MINUTE)
    total = flow.count(counted(found.events, group), begin, end)
    failed = flow.count(counted(found.events, group, bad=True), begin, end)
    return failed / total if total else Fraction(0)


def _pages(subject: Subject) -> list[Alarm]:
    """The alarms that look back six hours at most: a trial of hours shows them."""
    return [alarm for alarm in subject.alarms if alarm.long <= records.LONGEST_FAST]


def _rising(subject: Subject, found: World, flow: Flow, begin: int, end: int) -> Iterator[Claim]:
    """From `begin` to `end`, in minutes: silent as long as it surely must be, firing once it surely must."""
    ticks = range(begin * _MINUTE // _TICK.milliseconds, end * _MINUTE // _TICK.milliseconds + 1)
    for alarm in _pages(subject):
        verdicts = {tick: _verdict(subject, found, flow, alarm, _at(tick)) for tick in ticks}
        first = next((tick for tick in ticks if verdicts[tick] is True), None)
        calm = [tick for tick in ticks if verdicts[tick] is False and (first is None or tick < first)]
        if calm:
            yield claims.silent(subject, alarm.name, _at(calm[-1]))
        wait = -(-alarm.wait.milliseconds // _TICK.milliseconds) if alarm.wait else 0
        held = first is not None and all(verdicts.get(tick) for tick in range(first, first + wait + 1))
        if first is not None and held:
            yield claims.fires(subject, alarm, _at(first + wait))


def _ended(alarm: Alarm, minute: int) -> Duration:
    """When an alarm is silent again after failures ended: its short window, then what it is kept for."""
    keep = alarm.keep.milliseconds if alarm.keep else 0
    lag = 5 * _MINUTE if alarm.short > records.LONGEST_RAW else 0
    end = minute * _MINUTE + alarm.short.milliseconds + lag + keep
    return _at(-(-end // _TICK.milliseconds) + 1)


def _all_silent(subject: Subject, at: Duration) -> Iterator[Claim]:
    for alarm in _pages(subject):
        yield claims.silent(subject, alarm.name, at)


@with_world("total outage by errors")
def outage(subject: Subject, found: World) -> Iterator[Trial]:
    """From one moment on every request fails: each page comes when the budget's share is spent, and ends."""
    failing = _bad(found, reached=True)
    if not failing:
        return
    calm = _rates(_good(found)) | _rates(failing, 0)
    out = _rates(_good(found), 0) | _rates(failing, _A_MINUTE * 4)
    flow = Flow((Phase(Fraction(90), calm), Phase(Fraction(60), out), Phase(Fraction(45), calm)))
    checks = list(_rising(subject, found, flow, 90, 150))
    for alarm in _pages(subject):
        over = _ended(alarm, 150)
        if over <= minutes(195):
            checks.append(claims.silent(subject, alarm.name, over))
    yield trial(flow, checks, _TICK)


@with_world("all pods gone")
def pods_gone(subject: Subject, found: World) -> Iterator[Trial]:
    """Nobody is left to report but the callers' proxies: the pages come all the same."""
    unreached = _bad(found, reached=False)
    if not unreached:
        return
    calm = _rates(_good(found)) | _rates(unreached, 0)
    flow = Flow((Phase(Fraction(90), calm), Phase(Fraction(60), _rates(unreached, _A_MINUTE * 4))))
    yield trial(flow, _rising(subject, found, flow, 90, 150), _TICK)


@with_world("one group failing")
def group_failing(subject: Subject, found: World) -> Iterator[Trial]:
    """All of one group's requests fail: its budget burns, and no other's."""
    failing = _bad(found, reached=True)
    if len(subject.groups) < 2 or not failing:
        return
    first = subject.groups[0]
    calm = _rates(_good(found)) | _rates(failing, 0)
    out = calm | {
        event: 0 if event in _good(found) else _A_MINUTE * 4 for event in calm if event.group == first
    }
    flow = Flow((Phase(Fraction(90), calm), Phase(Fraction(60), out)))
    checks = [
        claims.fires(subject, alarm, minutes(150), [first])
        for alarm in _pages(subject)
        if alarm.wait is None and _holds(found, flow, alarm, minutes(150), first)
    ]
    yield trial(flow, checks, _TICK)


@with_world("idle hour")
def idle(subject: Subject, found: World) -> Iterator[Trial]:
    """Without traffic the total is 0 and the ratio absent; nothing alerts."""
    failing = _rates(_bad(found, reached=True), 2)
    yield _idle(subject, found, _rates(_good(found)) | failing, "after a few failures")
    if found.fills:
        yield _idle(subject, found, _rates(_good(found)), "without a failure ever")


def _idle(subject: Subject, found: World, busy: Rates, name: str) -> Trial:
    flow = Flow((Phase(Fraction(30), busy), Phase(Fraction(70), dict.fromkeys(busy, 0))))
    at = minutes(100)
    checks: list[Claim] = []
    for window in records.raw_windows(subject):
        for outcome in ("total", "bad"):
            checks += claims.value(subject, records.events(outcome, window), at, Fraction(0))
        checks.append(claims.absent(subject, records.ratio(window), at))
    checks += _all_silent(subject, at)
    if subject.slo.has_budget:
        checks.append(claims.absent(subject, "slo:current_burn_rate:ratio", at))
    if found.sees_loss and (absent := truth.absence(subject.platform, subject.service, subject.slo)):
        checks.append(claims.silent(subject, absent[0], at))
    return trial(flow, checks, _COARSE, name)


@with_world("no error series yet")
def no_errors(subject: Subject, found: World) -> Iterator[Trial]:
    """A service that never failed has no failures: a ratio of 0, and not none."""
    flow = Flow((Phase(Fraction(75), _rates(_good(found))),))
    checks: list[Claim] = []
    for window in records.raw_windows(subject):
        checks += event_claims(subject, found, flow, window, minutes(75))
    yield trial(flow, checks, _COARSE).beside(alien_events(subject, flow))


@with_world("first error of a new series")
def first_error(subject: Subject, found: World) -> Iterator[Trial]:
    """After hours without one, failures begin: every rule goes on, and counts them."""
    calm = _rates(_good(found))
    failing = calm | _rates(found.of(total=True, bad=True), 4)
    flow = Flow((Phase(Fraction(60), calm), Phase(Fraction(30), failing)))
    checks = list(event_claims(subject, found, flow, records.SHORTEST, minutes(75)))
    checks += event_claims(subject, found, flow, records.raw_windows(subject)[-1], minutes(90), near=True)
    yield trial(flow, checks, _COARSE)


@with_world("the first failures of several pods")
def first_failures(subject: Subject, found: World) -> Iterator[Trial]:
    """Every failure begins a series: where first events count, it is one failure each."""
    failing = _bad(found, reached=True)
    if subject.slo.first_events != "counted" or not failing:
        return
    good = [event for event in _good(found) if event.reached]
    calm = _rates(good)
    born = Phase(Fraction(1, 2), calm | _rates(failing, 2))
    flow = Flow((Phase(Fraction(70), calm), born, Phase(Fraction(3), calm | _rates(failing, 0))))
    at = minutes(73.5)
    checks = list(event_claims(subject, found, flow, records.SHORTEST, at))
    for window in records.raw_windows(subject):
        bad = {
            group: Fraction(sum(event.group == group for event in failing), window.seconds)
            for group in subject.groups
        }
        checks += claims.value(subject, records.events("bad", window), at, bad)
    yield trial(flow, dict.fromkeys(checks), _TICK)


def _disturbed(subject: Subject, found: World, second: Phase, name: str = "") -> Iterator[Trial]:
    """An hour of traffic, then something happens to its series: the hour's numbers stay what they are."""
    if records.LONGEST_RAW not in records.raw_windows(subject):
        return
    busy = _rates(_good(found)) | _rates(found.of(total=True, bad=True), 4)
    flow = Flow(
        (
            Phase(Fraction(60), busy),
            replace(second, rates=busy),
            Phase(Fraction(15), busy, relabel=second.relabel),
        )
    )
    at = Duration(int((75 + second.minutes) * _MINUTE))
    yield trial(flow, event_claims(subject, found, flow, records.LONGEST_RAW, at, near=True), _COARSE, name)


_NO_RATES: Rates = {}


@with_world("counter reset")
def reset(subject: Subject, found: World) -> Iterator[Trial]:
    """A process begins again at 0: no event is lost, and none is counted twice."""
    yield from _disturbed(subject, found, Phase(Fraction(10), _NO_RATES, restart=True))


@with_world("pod restart")
def pod_restart(subject: Subject, found: World) -> Iterator[Trial]:
    """Every pod is replaced by one of another name."""
    yield from _disturbed(
        subject, found, Phase(Fraction(10), _NO_RATES, relabel=_labelled("pod", "replaced"))
    )


@with_world("a relabel")
def relabel(subject: Subject, found: World) -> Iterator[Trial]:
    """All series get one more label from Prometheus: they are other series of the same events."""
    yield from _disturbed(
        subject, found, Phase(Fraction(10), _NO_RATES, relabel=_labelled("team", "another"))
    )


@with_world("a gap of ten minutes")
def gap(subject: Subject, found: World) -> Iterator[Trial]:
    """Nobody scrapes for ten minutes: the counters remember what happened."""
    yield from _disturbed(subject, found, Phase(Fraction(10), _NO_RATES, blind=True))


@with_world("a missing bucket")
def missing_bucket(subject: Subject, found: World) -> Iterator[Trial]:
    """Without the threshold's bucket nothing is known: neither green nor red."""
    if not found.essential:
        return
    phase = Phase(Fraction(75), _rates(_good(found)), lost=lambda series: series in found.essential)
    flow = Flow((phase,))
    checks: list[Claim] = []
    for window in records.raw_windows(subject):
        total = {
            group: flow.rate(counted(found.events, group), window, minutes(75)) for group in subject.groups
        }
        checks += claims.value(subject, records.events("total", window), minutes(75), total)
        checks.append(claims.absent(subject, records.events("bad", window), minutes(75)))
        checks.append(claims.absent(subject, records.ratio(window), minutes(75)))
    yield trial(flow, checks, _COARSE).beside(alien_events(subject, flow))


@with_world("little traffic")
def little(subject: Subject, found: World) -> Iterator[Trial]:
    """One good request a minute is traffic: every ratio is there, and 0."""
    good = [next((one for one in _good(found) if one.group == group), None) for group in subject.groups]
    events = [event for event in good if event is not None]
    flow = Flow((Phase(Fraction(30), _rates(events, 1)),), step=minutes(1))
    checks: list[Claim] = []
    for window in (*records.raw_windows(subject), *records.fast_windows(subject)):
        # Of the longer windows twenty records add up to a third of an event a second.
        checks += claims.value(subject, records.ratio(window), minutes(30), Fraction(0))
    if checks and len(events) == len(subject.groups):
        yield trial(flow, checks, _TICK)


@with_world("one failure at low traffic")
def low_traffic(subject: Subject, found: World) -> Iterator[Trial]:
    """One request a minute, and one of sixty fails: that is no incident."""
    good, failing = _good(found)[:1], _bad(found, reached=True)[:1]
    if not failing or any(alarm.failures < 2 for alarm in subject.alarms) or len(subject.groups) > 1:
        return
    calm = _rates(good, 1) | _rates(failing, 0)
    flow = Flow(
        (
            Phase(Fraction(60), calm),
            Phase(Fraction(1), _rates(good, 0) | _rates(failing, 1)),
            Phase(Fraction(14), calm),
        ),
        step=minutes(1),
    )
    checks = [*_all_silent(subject, minutes(63)), *_all_silent(subject, minutes(75))]
    checks += event_claims(subject, found, flow, records.raw_windows(subject)[-1], minutes(75), near=True)
    yield trial(flow, checks, _TICK)


@with_world("telemetry gone")
def telemetry_gone(subject: Subject, found: World) -> Iterator[Trial]:
    """The service's own telemetry stops while others see its traffic: the alert for that, and no number."""
    absent = truth.absence(subject.platform, subject.service, subject.slo)
    if not found.sees_loss or absent is None:
        return
    seen = [event for event in _good(found) if event.reached]
    own = frozenset(series for event in seen for series in event.series)
    flow = Flow(
        (
            Phase(Fraction(30), _rates(seen)),
            Phase(Fraction(60), _rates(seen), lost=own.__contains__),
            Phase(Fraction(30), _rates(seen, 0), lost=own.__contains__),
        )
    )
    name, wait, labels = absent
    # The total is gone once its five minutes hold less than two samples; then the alert waits.
    must = -(-(36 * _MINUTE + wait.milliseconds) // _TICK.milliseconds)
    checks = [
        claims.silent(subject, name, minutes(30)),
        claims.silent(subject, name, _at((34 * _MINUTE + wait.milliseconds) // _TICK.milliseconds)),
        claims.firing(subject, name, labels, _at(must + 1)),
        # Others see nothing for ten minutes: nobody knows of traffic.
        claims.firing(subject, name, labels, minutes(97.5)),
        claims.silent(subject, name, minutes(102)),
    ]
    for window in records.raw_windows(subject):
        # A tick after the window has passed the last sample.
        empty = _at(-(-(32 * _MINUTE + window.milliseconds) // _TICK.milliseconds))
        empties = (*(records.events(outcome, window) for outcome in ("total", "bad")), records.ratio(window))
        checks += [claims.absent(subject, record, empty) for record in empties]
    if must + 1 > 90 * _MINUTE // _TICK.milliseconds:
        return
    strangers = [
        (_labelled(matcher.label, "another")(series).render(), f"0+60x{flow.steps}")
        for series in dict.fromkeys(series for event in seen for series in event.aside)
        for matcher in (subject.service.subject.identity if subject.service.subject else ())
    ]
    yield trial(flow, checks, _TICK, "series gone").beside((*alien_events(subject, flow), *strangers))
    yield _stuck(subject, seen, absent)


def _stuck(subject: Subject, seen: list[Event], absent: tuple[str, Duration, dict[str, str]]) -> Trial:
    """The service's counters are there and do not move."""
    name, wait, labels = absent
    moving = [
        replace(event, name=f"{event.name}, seen aside", series=event.aside, aside=()) for event in seen
    ]
    still = [replace(event, aside=()) for event in seen]
    flow = Flow(
        (
            Phase(Fraction(30), _rates(still) | _rates(moving)),
            Phase(Fraction(60), _rates(still, 0) | _rates(moving)),
        )
    )
    must = -(-(36 * _MINUTE + wait.milliseconds) // _TICK.milliseconds) + 1
    checks = [claims.silent(subject, name, minutes(30)), claims.firing(subject, name, labels, _at(must))]
    return trial(flow, checks, _TICK, "counters stuck")


def _labelled(label: str, value: str) -> Callable[[Selector], Selector]:
    """Series with a label set to another value."""

    def changed(series: Selector) -> Selector:
        matchers = tuple(one for one in series.matchers if one.label != label)
        return Selector(series.metric, (*matchers, equal(label, value)))

    return changed


SCENARIOS = (
    outage,
    pods_gone,
    group_failing,
    idle,
    no_errors,
    first_error,
    first_failures,
    reset,
    pod_restart,
    relabel,
    gap,
    missing_bucket,
    little,
    low_traffic,
    telemetry_gone,
)
