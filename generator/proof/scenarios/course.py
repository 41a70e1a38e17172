"""What scenarios of raw series are made of: courses of traffic, trials of them, claims about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from generator.promql.build import Selector, equal
from generator.promql.duration import Duration
from generator.proof import claims, records
from generator.proof.flow import Flow
from generator.proof.injection import Injection
from generator.proof.model import Claim, Labels, Scenario, Subject, Trial, scenario
from generator.proof.records import minutes
from generator.proof.truth import Alarm
from generator.proof.world import Event, World, world

TICK = minutes(1.5)
COARSE = minutes(5)
A_MINUTE = 60  # events a minute of each kind
_ALIEN = 77


def with_world(name: str) -> Callable[[Callable[[Subject, World], Iterator[Trial]]], Scenario]:
    """A scenario of services of whose raw series something is known."""

    def made(make: Callable[[Subject, World], Iterator[Trial]]) -> Scenario:
        def trials(subject: Subject) -> Iterator[Trial]:
            found = world(subject.service, subject.slo, subject.groups)
            if found is not None:
                yield from make(subject, found)

        trials.__doc__ = make.__doc__
        return scenario(name)(trials)

    return made


def counted(events: Iterable[Event], group: Labels, *, bad: bool = False) -> list[Event]:
    """Those of the events that the SLI counts in a group; with `bad` its failures."""
    return [event for event in events if event.total and event.group == group and (event.bad or not bad)]


def rates(events: Iterable[Event], a_minute: int = A_MINUTE) -> dict[Event, int]:
    """Each of the events so often a minute."""
    return dict.fromkeys(events, a_minute)


def answered(found: World) -> tuple[Event, ...]:
    """The events that are good."""
    return found.of(total=True, bad=False)


def failures_of(found: World, *, reached: bool) -> list[Event]:
    """The failures that the service itself knows of, or those that never reached it."""
    return [event for event in found.of(total=True, bad=True) if event.reached is reached]


def at_tick(ticks: int) -> Duration:
    """The time after so many evaluations."""
    return Duration(ticks * TICK.milliseconds)


def labelled(label: str, value: str) -> Callable[[Selector], Selector]:
    """Series with a label set to another value."""

    def changed(series: Selector) -> Selector:
        matchers = tuple(one for one in series.matchers if one.label != label)
        return Selector(series.metric, (*matchers, equal(label, value)))

    return changed


def trial(flow: Flow, checks: Iterable[Claim], evaluation: Duration, name: str = "") -> Trial:
    """A trial of raw series alone."""
    return Trial(
        name=name,
        evaluation=evaluation,
        step=flow.step,
        series=tuple(flow.series()),
        claims=tuple(checks),
        native=flow.native,
    )


def alien_events(subject: Subject, flow: Flow) -> tuple[tuple[str, str], ...]:
    """Event records of other SLOs for the whole time."""
    given = Injection(subject, f"{_ALIEN}x{flow.steps}")
    for window in records.raw_windows(subject):
        for outcome in ("bad", "total"):
            given.give(records.events(outcome, window), {})
    return tuple(given.series)


def event_claims(
    subject: Subject, found: World, flow: Flow, window: Duration, at: Duration, *, near: bool = False
) -> Iterator[Claim]:
    """Total and bad events and their ratio in a raw window."""
    total = {group: flow.rate(counted(found.events, group), window, at) for group in subject.groups}
    bad = {group: flow.rate(counted(found.events, group, bad=True), window, at) for group in subject.groups}
    yield from claims.value(subject, records.events("total", window), at, total, near=near)
    yield from claims.value(subject, records.events("bad", window), at, bad, near=near)
    ratio = {group: bad[group] / total[group] for group in subject.groups}
    yield from claims.value(subject, records.ratio(window), at, ratio, near=near)


def pages(subject: Subject) -> list[Alarm]:
    """The alarms that look back six hours at most: a trial of hours shows them."""
    return [alarm for alarm in subject.alarms if alarm.long <= records.LONGEST_FAST]


def all_silent(subject: Subject, at: Duration) -> Iterator[Claim]:
    """No page fires."""
    for alarm in pages(subject):
        yield claims.silent(subject, alarm.name, at)
