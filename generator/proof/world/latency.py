"""Requests as fast and slow events, in the buckets of a histogram."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from generator.promql.build import Selector, number
from generator.proof.model import Labels
from generator.proof.world.labels import selected, selector
from generator.proof.world.model import Event, World
from generator.proof.world.native import observed
from generator.proof.world.requests import Requests, Way, all_of, sees_loss, strangers
from generator.spec.model import SLO, Service
from generator.telemetry.profile import Histogram


@dataclass(frozen=True, slots=True)
class _Timed:
    """The requests of one protocol, timed; `bound` is the threshold in the histogram's unit."""

    requests: Requests
    histogram: Histogram
    bound: Decimal
    of_all: bool

    def series(
        self, labels: dict[str, str], edges: list[Decimal], *, dotted: bool = False
    ) -> tuple[Selector, ...]:
        """The series that a request raises: the count, these buckets, and the last one.

        In a native histogram it is one series; without an edge the request took twice the threshold.
        """
        if self.histogram.native:
            value = self.bound / 2 if edges else self.bound * 2
            return (observed(self.histogram.metric, labels, value),)
        buckets = [_le(edge, dotted=dotted) for edge in edges]
        return (
            selector(f"{self.histogram.metric}_count", labels),
            *(selector(f"{self.histogram.metric}_bucket", {**labels, "le": le}) for le in (*buckets, "+Inf")),
        )

    def edges(self, *, slow: bool) -> list[Decimal]:
        """The next edges that a request is below; of a native histogram the threshold alone is known."""
        if self.histogram.native:
            return [] if slow else [self.bound]
        return [
            edge for edge in self.histogram.buckets if (edge > self.bound if slow else edge >= self.bound)
        ][:3]


def latency(service: Service, slo: SLO, groups: tuple[Labels, ...]) -> World | None:
    """Requests, each fast or slow; failures only count where the SLI says so."""
    every = all_of(service, slo)
    events: list[Event] = []
    within: set[Selector] = set()
    for timed in _all(every, slo):
        for group in groups:
            for way in timed.requests.ways():
                events += _request(timed, way, group)
            events += _others(timed, group)
        spelled = {_le(timed.bound, dotted=False), _le(timed.bound, dotted=True)}
        if timed.histogram.native:
            continue  # a series holds all buckets or none
        within |= {series for event in events for series in event.series if _has_edge(series, spelled)}
    if not events:
        return None
    return World(tuple(events), fills=False, sees_loss=sees_loss(every, groups), essential=frozenset(within))


def _all(every: list[Requests], slo: SLO) -> Iterator[_Timed]:
    sli: Any = slo.sli
    for requests in every:
        histogram = requests.traffic.protocol.duration
        if histogram is not None:
            in_unit = Decimal(sli.threshold.milliseconds) / (1 if histogram.unit == "ms" else 1000)
            yield _Timed(requests, histogram, in_unit, sli.of == "all")


def _request(timed: _Timed, way: Way, group: Labels) -> Iterator[Event]:
    requests, name = timed.requests, f"{timed.requests.traffic.protocol.name} {way.name}"
    if not way.reached:
        # It has a duration at the caller only, and that is not the service's.
        labels = requests.labels(way, requests.reporter(way), group, "caller")
        yield Event(
            name=name, total=False, bad=False, series=timed.series(labels, []), group=group, reached=False
        )
        return
    below = (
        [edge for edge in timed.histogram.buckets if edge < timed.bound][-1:]
        if way.name == "answered"
        else []
    )
    native = timed.histogram.native
    for form, pod, edges, slow in (
        ("fast", "callee", [*below, *timed.edges(slow=False)], False),
        ("fast, as Prometheus 3 writes it", "callee-3", timed.edges(slow=False), False),
        # A pod's native histogram holds one bucket here.
        ("slow", "callee-slow" if native else "callee", timed.edges(slow=True), True),
    ):
        labels = requests.labels(way, requests.counted, group, pod)
        seen = (timed.of_all or not way.failed) and selected(labels, requests.matchers)
        yield Event(
            name=f"{name}, {form}",
            total=seen,
            bad=seen and slow,
            series=timed.series(labels, edges, dotted=pod == "callee-3"),
            aside=requests.seen_aside(way, group),
            group=group,
        )


def _others(timed: _Timed, group: Labels) -> Iterator[Event]:
    """Strangers' requests, and the caller's timing of our own, which would count each one twice."""
    found = list(strangers(timed.requests, group))
    evidence = timed.requests.traffic.reporter.evidence
    if evidence is not None:
        way = next(iter(timed.requests.ways()))
        found.append(("timed by the other reporter", timed.requests.labels(way, evidence, group, "caller")))
    for name, labels in found:
        series = timed.series(labels, [timed.bound])
        yield Event(name=name, total=False, bad=False, series=series, group=group)


def spellings(service: Service, slo: SLO) -> tuple[set[str], set[str]]:
    """How the buckets of the threshold are written, and how all others of the histograms are."""
    mine: set[str] = set()
    every: set[str] = {"+Inf"}
    for timed in _all(all_of(service, slo), slo):
        mine |= {_le(timed.bound, dotted=False), _le(timed.bound, dotted=True)}
        every |= {_le(edge, dotted=dotted) for edge in timed.histogram.buckets for dotted in (False, True)}
    return mine, every - mine


def _has_edge(series: Selector, spelled: set[str]) -> bool:
    return any(matcher.label == "le" and matcher.value in spelled for matcher in series.matchers)


def _le(edge: Decimal, *, dotted: bool) -> str:
    """A bucket's label as Prometheus 2 keeps it from Envoy, or (dotted) as Prometheus 3 writes it."""
    text = number(edge)
    if not dotted or "." in text:
        return text
    if len(text) <= 6:
        return f"{text}.0"
    digits = text[1:].rstrip("0")
    return f"{text[0]}{'.' if digits else ''}{digits}e+{len(text) - 1:02d}"
