"""Scenarios for protocols and dataplanes: an hour with failures, then an hour in which nothing gets through.

Each is one service with counters as its proxies would keep them, the traps included: gRPC failures that
travel as HTTP 200, every event told by two reporters, connections that fail at the caller alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.scenario import Scenario
from engine.series import DAY, HOUR, Counter, Pod, Requests, between, born, constant, gone, requests
from engine.truth import Truth

FAILING = (DAY, DAY + HOUR)
"""When a fifth of the requests failed, in seconds since `START`."""

OUTAGE = (DAY + 6 * HOUR, DAY + 7 * HOUR)
"""When every request failed."""

_END = DAY + 10 * HOUR
_OPENED, _CLOSED = "istio_tcp_connections_opened_total", "istio_tcp_connections_closed_total"


def all_scenarios() -> list[Scenario]:
    """Every scenario, each with its own service name."""
    spoken = [grpc(), tcp(), mixed(), waypoint(), ztunnel(), gateway(), callers()]
    return [*spoken, *pods_gone()]


def pods_gone() -> list[Scenario]:
    """All pods of a service go away, and whoever is left tells; HTTP with sidecars is in `detection`."""
    return [
        grpc_gone(),
        tcp_gone(),
        mixed_gone(),
        waypoint_gone(),
        ztunnel_gone(),
        gateway_gone(),
        callers_gone(),
    ]


def grpc() -> Scenario:
    """Calls that fail with UNAVAILABLE, which is HTTP 200, told by both proxies; NOT_FOUND is an answer."""
    made = _made(4)
    answered = requests(0, _END, constant(1), constant(0), seed=9)
    pods = [Pod("grpc", extra=_calls("0"), reporter=reporter) for reporter in ("destination", "source")]
    counters = []
    for pod in pods:
        counters.append(pod.counter(made.good, 0, "200"))
        counters.append(born(replace(pod, extra=_calls("14")).counter(made.bad, 0, "200")))
        counters.append(replace(pod, extra=_calls("5")).counter(answered.good, 0, "200"))
    return _scenario("grpc", counters, [counters[0], counters[2]], [counters[1]], protocol="grpc")


def grpc_gone() -> Scenario:
    """The callers' proxies answer each call themselves, with UNAVAILABLE, 200 and UH."""
    parts = _around_the_outage(4, seed=3)
    server = Pod("grpc-gone", extra=_calls("0"))
    served = _served(server.counter((), 0, "200"), parts)
    lost = _lost(
        Pod("grpc-gone", reporter="source", extra=_NOBODY | _calls("14")).counter((), 0, "200", "UH"), parts
    )
    return _scenario("grpc-gone", [*served, lost], served, [lost], protocol="grpc")


def tcp_gone() -> Scenario:
    """The callers' proxies find nobody to connect to."""
    parts = _around_the_outage(2, seed=21)
    server, client = (
        Pod("tcp-gone", reporter=each, extra=_CONNECTIONS) for each in ("destination", "source")
    )
    served = _served(_connections(server, _OPENED, ()), parts)
    again = _told(_connections(client, _OPENED, ()), parts)
    unreached = replace(client, extra=_CONNECTIONS | _NOBODY)
    lost = _lost(_connections(unreached, _OPENED, (), "UH"), parts)
    return _scenario("tcp-gone", [*served, again, lost], served, [lost], protocol="tcp")


def mixed_gone() -> Scenario:
    """The callers' proxies answer requests with 503 and calls with UNAVAILABLE."""
    web, calls = _around_the_outage(3, seed=23), _around_the_outage(2, seed=26)
    pod, called = Pod("mixed-gone"), Pod("mixed-gone", extra=_calls("0"))
    client = Pod("mixed-gone", reporter="source", extra=_NOBODY)
    served = [*_served(pod.counter((), 0, "200"), web), *_served(called.counter((), 0, "200"), calls)]
    lost = [
        _lost(client.counter((), 0, "503", "UH"), web),
        _lost(replace(client, extra=_NOBODY | _calls("14")).counter((), 0, "200", "UH"), calls),
    ]
    return _scenario("mixed-gone", [*served, *lost], served, lost, protocol="[http, grpc]")


def waypoint_gone() -> Scenario:
    """The waypoint is there still, and answers in their place."""
    parts = _around_the_outage(5, seed=31)
    pod = Pod("waypoint-gone", reporter="waypoint")
    answered = _told(pod.counter((), 0, "200"), parts)
    lost = _lost(replace(pod, extra=_NOBODY).counter((), 0, "503", "UH"), parts)
    ambient = "{dataplane: ambient, waypoint: shop-waypoint}"
    return _scenario("waypoint-gone", [answered, lost], [answered], [lost], telemetry=ambient)


def ztunnel_gone() -> Scenario:
    """Nodes are lost with the pods on them: until their endpoints are removed, the callers' ztunnels tell.

    Once a service has no endpoint, a ztunnel refuses connections before it counts any (`log_early_deny` in
    istio/ztunnel, src/proxy/outbound.rs); what fires then is in `absence`.
    """
    parts = _around_the_outage(2, seed=34)
    client = Pod("ztunnel-gone", reporter="source", extra=_CONNECTIONS)
    before, during, after = parts
    opened = _connections(client, _OPENED, [*before.good, *during.bad, *after.good], first=before.first)
    closed = _told(_connections(client, _CLOSED, ()), parts)
    lost = _lost(_connections(client, _CLOSED, (), "CONNECT"), parts)
    callee = _served(_connections(Pod("ztunnel-gone", extra=_CONNECTIONS), _OPENED, ()), parts)
    total = _told(_connections(client, _OPENED, ()), parts)  # what the truth adds the failures to
    counters = [opened, closed, lost, *callee]
    return _scenario(
        "ztunnel-gone", counters, [total], [lost], protocol="tcp", telemetry="{dataplane: ambient}"
    )


def gateway_gone() -> Scenario:
    """The service behind a gateway goes away, and the gateway answers for it."""
    parts = _around_the_outage(3, seed=37)
    edge = {"source_workload": "gateway-gone", "source_workload_namespace": "shop"}
    sent = Pod("behind-gone", reporter="source", extra=edge)
    answered = _told(sent.counter((), 0, "200"), parts)
    lost = _lost(replace(sent, extra=edge | _NOBODY).counter((), 0, "503", "UH"), parts)
    taken = _served(Pod("behind-gone", extra=edge).counter((), 0, "200"), parts)
    counters = [answered, lost, *taken]
    return _scenario("gateway-gone", counters, [answered], [lost], telemetry="{dataplane: gateway}")


def callers_gone() -> Scenario:
    """Callers in the mesh tell of their requests as before, all of them failed."""
    parts = _around_the_outage(3, seed=41)
    seen = Pod("callers-gone", reporter="source")
    answered = _told(seen.counter((), 0, "200"), parts)
    lost = _lost(replace(seen, extra=_NOBODY).counter((), 0, "503", "UH"), parts)
    served = _served(Pod("callers-gone").counter((), 0, "200"), parts)
    counters = [answered, lost, *served]
    return _scenario("callers-gone", counters, [answered], [lost], telemetry="{reporter: source}")


def tcp() -> Scenario:
    """Connections: those that were made are told twice, those that were not by the caller alone."""
    made = _made(2)
    server, client = Pod("tcp", extra=_CONNECTIONS), Pod("tcp", reporter="source", extra=_CONNECTIONS)
    opened = _connections(server, _OPENED, made.good)
    again = _connections(client, _OPENED, made.good)
    failed = born(_connections(client, _OPENED, made.bad, "UF,URX"))
    return _scenario("tcp", [opened, again, failed], [opened], [failed], protocol="tcp")


def mixed() -> Scenario:
    """HTTP and gRPC on one service, each failing in its own way."""
    web, calls = _made(3, seed=6), _made(2, seed=7)
    pod, called = Pod("mixed"), Pod("mixed", "b", extra=_calls("0"))
    good, bad = pod.counters(web, "503")
    fine = called.counter(calls.good, 0, "200")
    wrong = born(replace(called, extra=_calls("13")).counter(calls.bad, 0, "200"))
    counters = [good, bad, fine, wrong]
    return _scenario("mixed", counters, [good, fine], [bad, wrong], protocol="[http, grpc]")


def waypoint() -> Scenario:
    """Ambient: the waypoint tells of each request once; the gateway in front of it tells of it again."""
    made = _made(5, seed=8)
    pod = Pod("waypoint", reporter="waypoint")
    good, bad = pod.counters(made, "503", "UH")
    gateway = Pod("waypoint", "gateway", reporter="source")
    return _scenario(
        "waypoint",
        [good, bad, *gateway.counters(made, "503", "UH")],
        [good],
        [bad],
        telemetry="{dataplane: ambient, waypoint: shop-waypoint}",
    )


def ztunnel() -> Scenario:
    """Ambient without a waypoint: each connection begins without a flag and ends with its result."""
    made = _made(2, seed=11)
    pod = Pod("ztunnel", reporter="source", extra=_CONNECTIONS)
    opened = _connections(pod, _OPENED, [good + bad for good, bad in zip(made.good, made.bad, strict=True)])
    closed = _connections(pod, _CLOSED, made.good)
    failed = born(_connections(pod, _CLOSED, made.bad, "CONNECT"))
    callee = _connections(Pod("ztunnel", extra=_CONNECTIONS), _OPENED, made.good)
    total = _connections(pod, _OPENED, made.good)  # what the truth adds the failures to
    scenario = _scenario("ztunnel", [opened, closed, failed, callee], [total], [failed], protocol="tcp")
    return replace(scenario, telemetry="{dataplane: ambient}")


def gateway() -> Scenario:
    """A gateway tells as the source; what it sent on is told again by the callee, as its own."""
    made = _made(3, seed=13)
    edge = {"source_workload": "gateway", "source_workload_namespace": "shop"}
    sent = Pod("behind", reporter="source", extra=edge)
    good, bad = sent.counters(made, "503", "UF,URX")
    taken = Pod("behind", extra=edge).counter(made.good, 0, "200")
    return _scenario("gateway", [good, bad, taken], [good], [bad], telemetry="{dataplane: gateway}")


def callers() -> Scenario:
    """What callers in the mesh saw. Those from outside, whom only the callee knows, count for nothing."""
    made, outside = _made(3, seed=15), requests(0, _END, constant(2), constant(0.5), seed=16)
    seen = Pod("callers", reporter="source")
    good, bad = seen.counters(made, "504", "UT")
    # What timed out for the caller was answered all the same, too late.
    told = Pod("callers").counter([a + b for a, b in zip(made.good, made.bad, strict=True)], 0, "200")
    strangers = Pod("callers", "b", extra={"source_workload": "unknown"}).counters(outside)
    return _scenario("callers", [good, bad, told, *strangers], [good], [bad], telemetry="{reporter: source}")


_NOBODY = {"destination_workload": "unknown", "destination_canonical_service": "unknown"}
"""How a proxy names whom it reached where it could choose nobody."""

_CONNECTIONS = {"request_protocol": "tcp", "response_code": "", "grpc_response_status": ""}


def _calls(status: str) -> dict[str, str]:
    return {"request_protocol": "grpc", "grpc_response_status": status}


def _made(rate: float, seed: int = 1):
    """Traffic of one pod: a fifth fails in one hour, everything in another."""

    def failing(time: float) -> float:
        if OUTAGE[0] <= time < OUTAGE[1]:
            return 1.0
        return 0.2 if FAILING[0] <= time < FAILING[1] else 0.0

    return requests(0, _END, constant(rate), failing, seed=seed)


def _connections(
    pod: Pod, metric: str, increments: Sequence[int], flags: str = "-", first: int = 0
) -> Counter:
    return Counter(pod.labels(metric, "", flags), increments, first, pod.phase_ms)


_Parts = tuple[Requests, Requests, Requests]


def _around_the_outage(rate: float, seed: int) -> _Parts:
    """Requests before, in and after the outage: answered, lost, answered again."""
    begin, end = OUTAGE
    return (
        requests(0, begin, constant(rate), constant(0), seed=seed),
        requests(begin, end, constant(rate), constant(1), seed=seed + 1),
        requests(end, _END, constant(rate), constant(0), seed=seed + 2),
    )


def _served(counter: Counter, parts: _Parts) -> list[Counter]:
    """What the service's own pods tell: the old ones up to the outage, and a new one after it."""
    before, _, after = parts
    old = replace(counter, increments=before.good, first=before.first)
    named = {**counter.labels, "pod": f"{counter.labels['pod']}-new"}
    return [gone(old), replace(counter, labels=named, increments=after.good, first=after.first)]


def _told(counter: Counter, parts: _Parts) -> Counter:
    """What somebody else tells of the answered ones, who is there all the time."""
    before, during, after = parts
    quiet = [0] * len(during.bad)
    return replace(counter, increments=[*before.good, *quiet, *after.good], first=before.first)


def _lost(counter: Counter, parts: _Parts) -> Counter:
    """What somebody else tells of those that reached nobody; the series stays."""
    _, during, after = parts
    return born(replace(counter, increments=[*during.bad, *[0] * len(after.good)], first=during.first))


def _scenario(
    name: str,
    counters: Iterable[Counter],
    good: Sequence[Counter],
    bad: Sequence[Counter],
    protocol: str = "http",
    telemetry: str = "{dataplane: sidecar}",
) -> Scenario:
    return Scenario(
        name,
        tuple(counters),
        {"availability": Truth(list(good), list(bad))},
        (0, _END),
        [(OUTAGE[0] - HOUR // 2, OUTAGE[1]), (_END - 2 * HOUR, _END)],
        protocol=protocol,
        telemetry=telemetry,
    )


__all__ = ["FAILING", "OUTAGE", "all_scenarios", "between"]
