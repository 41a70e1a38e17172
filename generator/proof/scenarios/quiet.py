"""Little happens: idle hours, little traffic, services that never failed, and first failures."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from generator.proof import claims, records, truth
from generator.proof.flow import Flow, Phase, Rates
from generator.proof.injection import Injection
from generator.proof.model import Claim, Subject, Trial, scenario
from generator.proof.records import minutes
from generator.proof.scenarios.course import (
    COARSE,
    TICK,
    alien_events,
    all_silent,
    answered,
    event_claims,
    failures_of,
    rates,
    trial,
    with_world,
)
from generator.proof.world import World
from generator.proof.world.queries import says_without_series


@with_world("idle hour")
def idle(subject: Subject, found: World) -> Iterator[Trial]:
    """Without traffic the total is 0 and the ratio absent; nothing alerts."""
    failing = rates(failures_of(found, reached=True), 2)
    yield _idle(subject, found, rates(answered(found)) | failing, "after a few failures")
    if found.fills:
        yield _idle(subject, found, rates(answered(found)), "without a failure ever")


def _idle(subject: Subject, found: World, busy: Rates, name: str) -> Trial:
    flow = Flow((Phase(Fraction(30), busy), Phase(Fraction(70), dict.fromkeys(busy, 0))))
    at = minutes(100)
    checks: list[Claim] = []
    for window in records.raw_windows(subject):
        for outcome in ("total", "bad"):
            checks += claims.value(subject, records.events(outcome, window), at, Fraction(0))
        checks.append(claims.absent(subject, records.ratio(window), at))
    checks += all_silent(subject, at)
    if subject.slo.has_budget:
        checks.append(claims.absent(subject, "slo:current_burn_rate:ratio", at))
    if found.sees_loss and (absent := truth.absence(subject.platform, subject.service, subject.slo)):
        checks.append(claims.silent(subject, absent[0], at))
    return trial(flow, checks, COARSE, name)


@with_world("no error series yet")
def no_errors(subject: Subject, found: World) -> Iterator[Trial]:
    """A service that never failed has no failures: a ratio of 0, and not none."""
    flow = Flow((Phase(Fraction(75), rates(answered(found))),))
    checks: list[Claim] = []
    for window in records.raw_windows(subject):
        checks += event_claims(subject, found, flow, window, minutes(75))
    yield trial(flow, checks, COARSE).beside(alien_events(subject, flow))


@with_world("nothing but failures")
def all_failing(subject: Subject, found: World) -> Iterator[Trial]:
    """Without a single success the ratio is 1, also where scrapes are late, and nothing fails when idle."""
    failing = failures_of(found, reached=True)
    if not found.fills or not failing:
        return
    # The last scrape is so old that half a window would be empty.
    flow = Flow((Phase(Fraction(153, 2), rates(failing)), Phase(Fraction(40), rates(failing), blind=True)))
    checks: list[Claim] = []
    for window, at in ((minutes(5), 80), (minutes(30), 95), (minutes(60), 110)):
        if window in records.raw_windows(subject):
            checks += claims.value(subject, records.ratio(window), minutes(at), Fraction(1))
    yield trial(flow, checks, COARSE)
    yield _idle(subject, found, rates(failing), "after nothing but failures")


@with_world("first error of a new series")
def first_error(subject: Subject, found: World) -> Iterator[Trial]:
    """After hours without one, failures begin: every rule goes on, and counts them."""
    calm = rates(answered(found))
    failing = calm | rates(found.of(total=True, bad=True), 4)
    flow = Flow((Phase(Fraction(60), calm), Phase(Fraction(30), failing)))
    checks = list(event_claims(subject, found, flow, records.SHORTEST, minutes(75)))
    checks += event_claims(subject, found, flow, records.raw_windows(subject)[-1], minutes(90), near=True)
    yield trial(flow, checks, COARSE)


@with_world("the first failures of several pods")
def first_failures(subject: Subject, found: World) -> Iterator[Trial]:
    """Every failure begins a series: where first events count, it is one failure each."""
    failing = failures_of(found, reached=True)
    if subject.slo.first_events != "counted" or not failing:
        return
    good = [event for event in answered(found) if event.reached]
    calm = rates(good)
    born = Phase(Fraction(1, 2), calm | rates(failing, 2))
    flow = Flow((Phase(Fraction(70), calm), born, Phase(Fraction(3), calm | rates(failing, 0))))
    at = minutes(73.5)
    checks = list(event_claims(subject, found, flow, records.SHORTEST, at))
    for window in records.raw_windows(subject):
        bad = {
            group: Fraction(sum(event.group == group for event in failing), window.seconds)
            for group in subject.groups
        }
        checks += claims.value(subject, records.events("bad", window), at, bad)
    yield trial(flow, dict.fromkeys(checks), TICK)


@with_world("little traffic")
def little(subject: Subject, found: World) -> Iterator[Trial]:
    """One good request a minute is traffic: every ratio is there, and 0."""
    good = [next((one for one in answered(found) if one.group == group), None) for group in subject.groups]
    events = [event for event in good if event is not None]
    flow = Flow((Phase(Fraction(30), rates(events, 1)),), step=minutes(1))
    checks: list[Claim] = []
    for window in (*records.raw_windows(subject), *records.fast_windows(subject)):
        # Of the longer windows twenty records add up to a third of an event a second.
        checks += claims.value(subject, records.ratio(window), minutes(30), Fraction(0))
    if checks and len(events) == len(subject.groups):
        yield trial(flow, checks, TICK)


@with_world("one failure at low traffic")
def low_traffic(subject: Subject, found: World) -> Iterator[Trial]:
    """One request a minute, and one of sixty fails: that is no incident."""
    good, failing = answered(found)[:1], failures_of(found, reached=True)[:1]
    if not failing or any(alarm.failures < 2 for alarm in subject.alarms) or len(subject.groups) > 1:
        return
    calm = rates(good, 1) | rates(failing, 0)
    flow = Flow(
        (
            Phase(Fraction(60), calm),
            Phase(Fraction(1), rates(good, 0) | rates(failing, 1)),
            Phase(Fraction(14), calm),
        ),
        step=minutes(1),
    )
    checks = [*all_silent(subject, minutes(63)), *all_silent(subject, minutes(75))]
    checks += event_claims(subject, found, flow, records.raw_windows(subject)[-1], minutes(75), near=True)
    yield trial(flow, checks, TICK)


@scenario("no series at all")
def nothing(subject: Subject) -> Iterator[Trial]:
    """An SLO without any series says nothing, whatever those of others say."""
    if says_without_series(subject.slo):
        return
    given = Injection(subject, "77x2")
    checks = []
    for window in records.raw_windows(subject):
        names = (*(records.events(outcome, window) for outcome in ("bad", "total")), records.ratio(window))
        for name in names:
            given.give(name, {})
            checks.append(claims.absent(subject, name, COARSE))
    yield Trial(evaluation=COARSE, step=COARSE, series=tuple(given.series), claims=tuple(checks))


SCENARIOS = (nothing, idle, no_errors, all_failing, first_error, first_failures, little, low_traffic)
