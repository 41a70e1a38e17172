"""Telemetry that is lost: who can tell that there should be some says so, and nobody says more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from generator.promql.build import Selector, equal
from generator.promql.duration import Duration
from generator.proof import claims, records, truth
from generator.proof.flow import Flow, Phase
from generator.proof.model import Claim, Labels, Subject, Trial, scenario
from generator.proof.records import minutes
from generator.proof.scenarios.course import (
    TICK,
    alien_events,
    answered,
    at_tick,
    labelled,
    rates,
    trial,
    with_world,
)
from generator.proof.scenarios.minutes import Stretch, values
from generator.proof.world import Event, World, world
from generator.proof.world.gauges import Gauges, gauges
from generator.proof.world.presence import Presence, presence

_MINUTE = 60_000
_STEP = minutes(1)
_FEW = 6  # events a minute of each kind: less than one a second together


@with_world("telemetry gone")
def telemetry_gone(subject: Subject, found: World) -> Iterator[Trial]:
    """The service's own telemetry stops while others see its traffic: the alert for that, and no number."""
    absent = truth.absence(subject.platform, subject.service, subject.slo)
    if not found.sees_loss or absent is None or subject.service.presence:
        return
    seen = [event for event in answered(found) if event.reached]
    # Where there are groups, only the first one's is lost.
    lost = subject.groups[:1]
    own = frozenset(series for event in seen if event.group in lost for series in event.series)
    flow = Flow(
        (
            Phase(Fraction(30), rates(seen, _FEW)),
            Phase(Fraction(60), rates(seen, _FEW), lost=own.__contains__),
            Phase(Fraction(30), rates(seen, 0), lost=own.__contains__),
        ),
        _STEP,
    )
    name, wait, labels = absent
    # The total is gone once its five minutes hold less than two samples; then the alert waits.
    must = -(-(36 * _MINUTE + wait.milliseconds) // TICK.milliseconds)
    checks = [
        claims.silent(subject, name, minutes(30)),
        claims.silent(subject, name, at_tick((34 * _MINUTE + wait.milliseconds) // TICK.milliseconds)),
        claims.firing(subject, name, labels, at_tick(must + 1), lost),
        # Others see nothing for ten minutes: nobody knows of traffic.
        claims.firing(subject, name, labels, minutes(97.5), lost),
        *_ended(subject, name, 102, 120),
    ]
    for window in records.raw_windows(subject) if len(subject.groups) == 1 else ():
        # A tick after the window has passed the last sample.
        empty = at_tick(-(-(32 * _MINUTE + window.milliseconds) // TICK.milliseconds))
        empties = (*(records.events(outcome, window) for outcome in ("total", "bad")), records.ratio(window))
        checks += [claims.absent(subject, record, empty) for record in empties]
    if must + 1 > 90 * _MINUTE // TICK.milliseconds:
        return
    strangers = [(series.render(), f"0+60x{flow.steps}") for series in _strangers(subject, seen)]
    yield trial(flow, checks, TICK, "series gone").beside((*alien_events(subject, flow), *strangers))
    yield _stuck(subject, seen, absent)
    failed = [event for event in found.events if event.aside and not event.total]
    if failed:
        yield _uncounted(subject, seen, failed, name)


def _uncounted(subject: Subject, seen: list[Event], failed: list[Event], name: str) -> Trial:
    """All requests fail, and the SLI is about those that succeed: it has nothing to see, and lost nothing."""
    out = Phase(Fraction(60), rates(seen, 0) | rates(failed))
    flow = Flow((Phase(Fraction(30), rates(seen) | rates(failed, 0)), out), _STEP)
    return trial(flow, [claims.silent(subject, name, minutes(90))], TICK, "all failing")


def _ended(subject: Subject, name: str, minute: int, last: int) -> Iterator[Claim]:
    """The alert has ended in a minute, or by what it is kept for later, if the trial goes on for so long."""
    keep = subject.slo.alerting.absent.keep_firing_for
    over = at_tick(-(-(minute * _MINUTE + (keep.milliseconds if keep else 0)) // TICK.milliseconds))
    if over <= minutes(last):
        yield claims.silent(subject, name, over)


def _strangers(subject: Subject, seen: list[Event]) -> Iterator[Selector]:
    """What others see of other services, and of requests for which no host was chosen."""
    known = subject.service.subject
    if known is None:
        return
    other = {matcher.label: "another" for matcher in known.identity}
    nobody = {label: known.labels.nobody for label in subject.slo.groups if label in known.labels.callee}
    for series in dict.fromkeys(series for event in seen for series in event.aside):
        for label, value in {**other, **nobody}.items():
            yield labelled(label, value)(series)


def _stuck(subject: Subject, seen: list[Event], absent: tuple[str, Duration, dict[str, str]]) -> Trial:
    """The service's counters are there and do not move."""
    name, wait, labels = absent
    moving = [
        replace(event, name=f"{event.name}, seen aside", series=event.aside, aside=()) for event in seen
    ]
    still = [replace(event, aside=()) for event in seen]
    flow = Flow(
        (
            Phase(Fraction(30), rates(still, _FEW) | rates(moving, _FEW)),
            Phase(Fraction(60), rates(still, 0) | rates(moving, _FEW)),
        ),
        _STEP,
    )
    must = -(-(36 * _MINUTE + wait.milliseconds) // TICK.milliseconds) + 1
    checks = [claims.silent(subject, name, minutes(30)), claims.firing(subject, name, labels, at_tick(must))]
    return trial(flow, checks, TICK, "counters stuck")


@scenario("telemetry gone, and its presence")
def presence_tells(subject: Subject) -> Iterator[Trial]:
    """A query says that there should be telemetry: lost, the alert fires; idle or both gone, it is silent."""
    absent = truth.absence(subject.platform, subject.service, subject.slo)
    found = world(subject.service, subject.slo, subject.groups)
    own = gauges(subject.slo)
    told = presence(subject.service, subject.slo, seen_aside=found is not None and found.sees_loss)
    if absent is None or told is None:
        return
    length = 45 + -(-absent[1].milliseconds // _MINUTE)  # minutes of the loss, in which the alert must fire
    if found is not None:
        series = _of_world(subject, found, length)
    elif own is not None:
        series = _of_gauges(subject, own, length)
    else:
        return
    series += [(one.render(), f"{_held(told)}x{length + 60}") for one in told.strangers]
    series += [
        (other.render(), f"77x{length + 60}")
        for other in subject.others(records.events("total", records.SHORTEST))
    ]
    yield _told(subject, absent, "lost", length, [*series, *_presence(subject, told, length, ())])
    if told.lingers <= absent[1]:
        gone = [*series, *_presence(subject, told, length, _places(subject)[:1])]
        yield _told(subject, absent, "gone with it", length, gone, fires=False)
    if found is not None:
        still = rates(answered(found), 0)
        flow = Flow((Phase(Fraction(30), rates(answered(found))), Phase(Fraction(length + 30), still)), _STEP)
        idle = [*flow.series(), *_presence(subject, told, length, ())]
        yield _told(subject, absent, "idle", length, idle, fires=False)


def _places(subject: Subject) -> tuple[Labels, ...]:
    """The values of the platform's identity labels, in each of which telemetry is looked for."""
    wanted = subject.platform.identity_labels
    parts = (tuple(pair for pair in group if pair[0] in wanted) for group in subject.groups)
    return tuple(dict.fromkeys(parts))


def _within(group: Labels, places: Iterable[Labels]) -> bool:
    return any(set(place) <= set(group) for place in places)


def _of_world(subject: Subject, found: World, length: int) -> list[tuple[str, str]]:
    """A service's own series: half an hour, a loss in the first place, half an hour."""
    lost = _places(subject)[:1]
    seen = rates(answered(found))
    series = frozenset(one for event in seen if _within(event.group, lost) for one in event.series)
    gone = Phase(Fraction(length), seen, lost=series.__contains__)
    return Flow((Phase(Fraction(30), seen), gone, Phase(Fraction(30), seen)), _STEP).series()


def _of_gauges(subject: Subject, found: Gauges, length: int) -> list[tuple[str, str]]:
    """The same of an SLI's gauges."""
    lost = _places(subject)[:1]
    good = Stretch(30, *found.levels[0])
    those = [group for group in subject.groups if _within(group, lost)]
    others = [group for group in subject.groups if not _within(group, lost)]
    whole = [good, replace(good, minutes=length + 30)]
    return [*values(found, [good, Stretch(length), good], those), *values(found, whole, others)]


def _held(told: Presence) -> str:
    return "0+60" if told.counts else "1"


def _presence(
    subject: Subject, told: Presence, length: int, gone: tuple[Labels, ...]
) -> list[tuple[str, str]]:
    """What the query reads, a sample a minute; in some places it says for a time that nothing is needed."""
    off = f"stale _x{length - 1}"
    if told.still:
        off = f"{1800 if told.counts else 0}x{length - 1}"
    again = "1860+60x29" if told.counts else "1x29"
    found = []
    for place in _places(subject):
        labels = tuple(equal(*pair) for pair in place)
        text = f"{_held(told)}x30 {off} {again}" if place in gone else f"{_held(told)}x{length + 60}"
        found += [(replace(one, matchers=(*one.matchers, *labels)).render(), text) for one in told.series]
    return found


def _told(  # one argument for each thing that is told
    subject: Subject,
    absent: tuple[str, Duration, dict[str, str]],
    name: str,
    length: int,
    series: list[tuple[str, str]],
    *,
    fires: bool = True,
) -> Trial:
    """A trial of the alert: silent before the loss and after it, and firing in it if it must."""
    alert, wait, labels = absent
    begin = at_tick((34 * _MINUTE + wait.milliseconds) // TICK.milliseconds)
    must = at_tick(-(-(36 * _MINUTE + wait.milliseconds) // TICK.milliseconds) + 1)
    last = at_tick((30 + length) * _MINUTE // TICK.milliseconds)
    lost = _places(subject)[:1]
    checks = [claims.silent(subject, alert, time) for time in (minutes(30), begin)]
    checks += _ended(subject, alert, 36 + length, 60 + length)
    checks += [
        claims.firing(subject, alert, labels, time, lost) if fires else claims.silent(subject, alert, time)
        for time in dict.fromkeys((must, last))
    ]
    return Trial(name=name, evaluation=TICK, step=_STEP, series=tuple(series), claims=tuple(checks))


SCENARIOS = (telemetry_gone, presence_tells)
