"""What happens to series while events go on: restarts, other labels, gaps, and one that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from generator.promql.build import Selector
from generator.promql.duration import Duration
from generator.proof import claims, records
from generator.proof.flow import Flow, Phase, Rates
from generator.proof.model import Claim, Subject, Trial
from generator.proof.records import minutes
from generator.proof.scenarios.course import (
    COARSE,
    alien_events,
    answered,
    counted,
    event_claims,
    labelled,
    rates,
    trial,
    with_world,
)
from generator.proof.world import World

_MINUTE = 60_000
_NO_RATES: Rates = {}


def _disturbed(subject: Subject, found: World, second: Phase, name: str = "") -> Iterator[Trial]:
    """An hour of traffic, then something happens to its series: the hour's numbers stay what they are."""
    if records.LONGEST_RAW not in records.raw_windows(subject):
        return
    busy = rates(answered(found)) | rates(found.of(total=True, bad=True), 4)
    flow = Flow(
        (
            Phase(Fraction(60), busy),
            replace(second, rates=busy),
            Phase(Fraction(15), busy, relabel=second.relabel),
        )
    )
    at = Duration(int((75 + second.minutes) * _MINUTE))
    yield trial(flow, event_claims(subject, found, flow, records.LONGEST_RAW, at, near=True), COARSE, name)


@with_world("counter reset")
def reset(subject: Subject, found: World) -> Iterator[Trial]:
    """A process begins again at 0: no event is lost, and none is counted twice."""
    yield from _disturbed(subject, found, Phase(Fraction(10), _NO_RATES, restart=True))


@with_world("pod restart")
def pod_restart(subject: Subject, found: World) -> Iterator[Trial]:
    """Every pod is replaced by one of another name."""
    yield from _disturbed(subject, found, Phase(Fraction(10), _NO_RATES, relabel=_replaced))


def _replaced(series: Selector) -> Selector:
    pod = next((str(one.value) for one in series.matchers if one.label == "pod"), "one")
    return labelled("pod", f"{pod}-replaced")(series)


@with_world("a relabel")
def relabel(subject: Subject, found: World) -> Iterator[Trial]:
    """All series get one more label from Prometheus: they are other series of the same events."""
    yield from _disturbed(subject, found, Phase(Fraction(10), _NO_RATES, relabel=labelled("team", "another")))


@with_world("a gap of ten minutes")
def gap(subject: Subject, found: World) -> Iterator[Trial]:
    """Nobody scrapes for ten minutes: the counters remember what happened."""
    yield from _disturbed(subject, found, Phase(Fraction(10), _NO_RATES, blind=True))


@with_world("a missing bucket")
def missing_bucket(subject: Subject, found: World) -> Iterator[Trial]:
    """Without the threshold's bucket nothing is known: neither green nor red."""
    if not found.essential:
        return
    phase = Phase(Fraction(75), rates(answered(found)), lost=lambda series: series in found.essential)
    flow = Flow((phase,))
    checks: list[Claim] = []
    for window in records.raw_windows(subject):
        total = {
            group: flow.rate(counted(found.events, group), window, minutes(75)) for group in subject.groups
        }
        checks += claims.value(subject, records.events("total", window), minutes(75), total)
        checks.append(claims.absent(subject, records.events("bad", window), minutes(75)))
        checks.append(claims.absent(subject, records.ratio(window), minutes(75)))
    yield trial(flow, checks, COARSE).beside(alien_events(subject, flow))


SCENARIOS = (reset, pod_restart, relabel, gap, missing_bucket)
