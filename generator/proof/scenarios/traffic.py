"""Recordings from raw series: what the rules make of traffic whose truth is known to the event."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from generator.promql.duration import Duration
from generator.proof import claims, records
from generator.proof.flow import Flow, Phase, Rates
from generator.proof.injection import Injection
from generator.proof.model import Claim, Labels, Subject, Trial
from generator.proof.records import minutes
from generator.proof.scenarios.course import (
    COARSE,
    TICK,
    alien_events,
    counted,
    event_claims,
    trial,
    with_world,
)
from generator.proof.world import Event, World

_HOUR, _MINUTE = 60, 60_000
# Each 5m record tells of five minutes, so a window over records tells what was two and a half minutes ago.
_LAG = Fraction(5, 2)


@with_world("traffic of every kind")
def every_kind(subject: Subject, found: World) -> Iterator[Trial]:
    """Each event counts once, whoever reports it; those of others do not count."""
    calm = distinct(found)
    burst = {event: rate * (10 if event.bad else 30 if event.total else 1) for event, rate in calm.items()}
    yield _hours(subject, found, calm, burst)
    yield _minutes(subject, found, calm, burst)


def _hours(subject: Subject, found: World, calm: Rates, burst: Rates) -> Trial:
    """Hours of the same traffic, then an hour of thirty times as much, with ten times as many failures."""
    longest = max([*records.fast_windows(subject), records.LONGEST_RAW])
    before = -(-longest.milliseconds // (_HOUR * _MINUTE)) * _HOUR
    flow = Flow((Phase(Fraction(before), calm), Phase(Fraction(_HOUR), burst)), step=minutes(1))
    steady, turned, last = minutes(before), minutes(before + 20), minutes(before + _HOUR)
    checks: list[Claim] = []
    for window in records.raw_windows(subject):
        checks += event_claims(subject, found, flow, window, steady)
        if window > records.SHORTEST:
            checks += event_claims(subject, found, flow, window, turned, near=True)
    for window in records.fast_windows(subject):
        for at, near in ((steady, False), (last, True)):
            ratio = staged_ratio(subject, found, flow, window, at)
            checks += claims.value(subject, records.ratio(window), at, ratio, near=near)
    made = trial(flow, checks, COARSE, "for hours")
    return made.beside(alien_events(subject, flow))


def _minutes(subject: Subject, found: World, calm: Rates, burst: Rates) -> Trial:
    """The same at its begin, scraped every ten seconds: what the shortest window sees, and the sums."""
    flow = Flow((Phase(Fraction(30), calm), Phase(Fraction(3), burst)), step=Duration(10_000))
    steady, turned = minutes(30), minutes(33)
    checks = [*event_claims(subject, found, flow, records.SHORTEST, steady)]
    for window in records.raw_windows(subject):
        if window <= minutes(30):
            checks += event_claims(subject, found, flow, window, turned, near=True)
    if subject.slo.has_budget:
        rates = {
            (outcome, group): flow.rate(
                counted(found.events, group, bad=outcome == "bad"), records.SHORTEST, steady
            )
            for outcome in ("bad", "total")
            for group in subject.groups
        }
        burn = {
            group: rates["bad", group] / rates["total", group] / subject.budget for group in subject.groups
        }
        checks += claims.value(subject, "slo:current_burn_rate:ratio", steady, burn)
        # A sum takes every evaluation of the last long interval: those 0, 1, ... evaluations ago.
        readings = subject.platform.long_interval.milliseconds // TICK.milliseconds + 1
        for outcome in ("total", "bad"):
            each = {group: readings * rates[outcome, group] for group in subject.groups}
            checks += claims.value(subject, records.sums(subject, outcome), steady, each)
    made = trial(flow, checks, TICK, "at the begin of a burst")
    given = Injection(subject, f"0.5x{flow.steps}")
    given.give(records.ratio(records.SHORTEST), {})
    return made.beside((*alien_events(subject, flow), *given.series))


def staged_ratio(
    subject: Subject, found: World, flow: Flow, window: Duration, at: Duration
) -> dict[Labels, Fraction]:
    """The ratio in a window over records, for each group."""
    end = Fraction(at.milliseconds, _MINUTE) - _LAG
    begin = end - Fraction(window.milliseconds, _MINUTE)
    return {
        group: flow.count(counted(found.events, group, bad=True), begin, end)
        / flow.count(counted(found.events, group), begin, end)
        for group in subject.groups
    }


def distinct(found: World) -> dict[Event, int]:
    """A rate for every event, so that leaving one out or adding one changes the sum."""
    rates = {}
    for number, event in enumerate(found.events):
        weight = 12 * (number + 1) if event.total else 240 * (number + 1)
        rates[event] = weight if event.bad or not event.total else 4 * weight
    return rates


SCENARIOS = (every_kind,)
