"""Scenarios for protocols and dataplanes: an hour with failures, then an hour in which nothing gets through.

Each is one service with counters as its proxies would keep them, the traps included: gRPC failures that
travel as HTTP 200, every event told by two reporters, connections that fail at the caller alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.scenario import Scenario
from engine.series import DAY, HOUR, Counter, Pod, between, born, constant, gone, requests
from engine.truth import Truth

FAILING = (DAY, DAY + HOUR)
"""When a fifth of the requests failed, in seconds since `START`."""

OUTAGE = (DAY + 6 * HOUR, DAY + 7 * HOUR)
"""When every request failed."""

_END = DAY + 10 * HOUR
_OPENED, _CLOSED = "istio_tcp_connections_opened_total", "istio_tcp_connections_closed_total"


def all_scenarios() -> list[Scenario]:
    """Every scenario, each with its own service name."""
    return [grpc(), grpc_gone(), tcp(), mixed(), waypoint(), ztunnel(), gateway(), callers()]


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
    """All pods go away: the callers' proxies answer each call themselves, with UNAVAILABLE, 200 and UH."""
    name, begin, end = "grpc-gone", *OUTAGE
    before = requests(0, begin, constant(4), constant(0), seed=3)
    during = requests(begin, end, constant(4), constant(1), seed=4)
    after = requests(end, _END, constant(4), constant(0), seed=5)
    old, new = Pod(name, extra=_calls("0")), Pod(name, "b", extra=_calls("0"))
    client = Pod(name, reporter="source", extra=_calls("14"))
    served = [
        gone(old.counter(before.good, before.first, "200")),
        new.counter(after.good, after.first, "200"),
    ]
    lost = born(client.counter(during.bad, during.first, "200", "UH"))
    kept = replace(lost, increments=[*lost.increments, *[0] * len(after.good)])
    return _scenario(name, [*served, kept], served, [kept], protocol="grpc")


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


def _connections(pod: Pod, metric: str, increments: Sequence[int], flags: str = "-") -> Counter:
    return Counter(pod.labels(metric, "", flags), increments, 0, pod.phase_ms)


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
