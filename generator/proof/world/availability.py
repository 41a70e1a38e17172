"""Requests as good and bad events."""

from __future__ import annotations

from generator.proof.model import Labels
from generator.proof.world.labels import selected, selector
from generator.proof.world.model import Event, World
from generator.proof.world.requests import NO_FLAG, Requests, Way, all_of, counter, sees_loss, strangers
from generator.spec.model import SLO, Service


def availability(service: Service, slo: SLO, groups: tuple[Labels, ...]) -> World | None:
    """Requests, each a good or a bad event."""
    every = all_of(service, slo)
    events: list[Event] = []
    for requests in every:
        for group in groups:
            events += [_request(requests, way, group) for way in requests.ways()]
            for name, labels in strangers(requests, group):
                series = (counter(requests.traffic, labels),)
                events.append(Event(name=name, total=False, bad=False, series=series, group=group))
    return World(tuple(events), fills=True, sees_loss=sees_loss(every, groups)) if events else None


def _request(requests: Requests, way: Way, group: Labels) -> Event:
    labels = requests.labels(way, requests.reporter(way), group, "callee" if way.reached else "caller")
    series = [counter(requests.traffic, labels)]
    if way.flag != NO_FLAG and requests.traffic.dataplane.failures_in:
        opened = requests.labels(Way("", way.codes, failed=False), requests.counted, group, "callee")
        series = [
            selector(requests.traffic.protocol.requests, opened),
            selector(requests.traffic.dataplane.failures_in, labels),
        ]
    counts = selected(labels, requests.matchers) and (way.reached or requests.shares(group))
    return Event(
        name=f"{requests.traffic.protocol.name} {way.name}",
        total=counts,
        bad=counts and way.failed,
        series=tuple(series),
        aside=requests.seen_aside(way, group),
        group=group,
        reached=way.reached,
    )
