"""Scenarios of little and of no traffic, for every protocol and dataplane: one request a minute, one single
failure among them, then hours in which nobody calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine import profiles
from engine.scenario import Scenario
from engine.series import HOUR, SCRAPE, Counter, Pod
from engine.truth import Truth

FAILURE = 2 * HOUR + 30
"""When the one request failed, in seconds since `START`."""

IDLE = 3 * HOUR
"""When the last request was made; the series stay."""

END = 5 * HOUR
"""When the scenario ends."""

_EACH = 60  # seconds from one request to the next


@dataclass(frozen=True, slots=True)
class Process:
    """Where a series of a service's own comes from."""

    identity: Mapping[str, str]
    phase_ms: int = 3_700

    def labels(self, metric: str, _: str) -> dict[str, str]:
        """The labels of a metric without those of the outcome."""
        return {"__name__": metric, **self.identity}


@dataclass(frozen=True, slots=True)
class Seen:
    """How one proxy or process tells of requests: good ones by `good`, bad by `bad` (None: not at all)."""

    pod: Pod | Process
    good: Mapping[str, str] | None
    bad: Mapping[str, str] | None
    metric: str = "istio_requests_total"


@dataclass(frozen=True, slots=True)
class Quiet:
    """One protocol on one dataplane; `seen` are all proxies that tell of it."""

    name: str
    seen: Sequence[Seen]
    protocol: str = "http"
    telemetry: str = "{dataplane: sidecar}"


def _http(code: str, flags: str = "-") -> dict[str, str]:
    return {"response_code": code, "response_flags": flags}


def _grpc(status: str, flags: str = "-") -> dict[str, str]:
    called = {"request_protocol": "grpc", "grpc_response_status": status}
    return called | _http("200", flags)


def _tcp(flags: str = "-") -> dict[str, str]:
    return {
        "request_protocol": "tcp",
        "response_code": "",
        "grpc_response_status": "",
        "response_flags": flags,
    }


_OPENED, _CLOSED = "istio_tcp_connections_opened_total", "istio_tcp_connections_closed_total"
_EDGE = {"source_workload": "quiet-gateway-grpc", "source_workload_namespace": "shop"}
_GATEWAY = {"source_workload": "quiet-gateway", "source_workload_namespace": "shop"}


def _kinds() -> list[Quiet]:
    def pod(name: str, reporter: str = "destination", **extra: str) -> Pod:
        return Pod(name, reporter=reporter, extra=extra)

    ambient = "{dataplane: ambient, waypoint: shop-waypoint}"
    return [
        Quiet(
            "quiet-http",
            [
                Seen(pod("quiet-http"), _http("200"), _http("500")),
                Seen(pod("quiet-http", "source"), _http("200"), _http("500")),
            ],
        ),
        Quiet(
            "quiet-grpc",
            [
                Seen(pod("quiet-grpc"), _grpc("0"), _grpc("14")),
                Seen(pod("quiet-grpc", "source"), _grpc("0"), _grpc("14")),
            ],
            protocol="grpc",
        ),
        Quiet(
            "quiet-tcp",
            [
                Seen(pod("quiet-tcp"), _tcp(), None, _OPENED),
                Seen(pod("quiet-tcp", "source"), _tcp(), _tcp("UF,URX"), _OPENED),
            ],
            protocol="tcp",
        ),
        # The requests are HTTP, the one that fails is gRPC.
        Quiet(
            "quiet-mixed",
            [
                Seen(pod("quiet-mixed"), _http("200"), None),
                Seen(pod("quiet-mixed"), None, _grpc("14")),
            ],
            protocol="[http, grpc]",
        ),
        Quiet(
            "quiet-callers",
            [
                Seen(pod("quiet-callers", "source"), _http("200"), _http("504", "UT")),
                Seen(pod("quiet-callers"), _http("200"), _http("200")),
            ],
            telemetry="{reporter: source}",
        ),
        Quiet(
            "quiet-gateway-grpc",
            [
                Seen(pod("behind-grpc", "source", **_EDGE), _grpc("0"), _grpc("14", "UF,URX")),
                Seen(pod("behind-grpc", **_EDGE), _grpc("0"), None),
            ],
            protocol="grpc",
            telemetry="{dataplane: gateway}",
        ),
        Quiet(
            "quiet-gateway",
            [
                Seen(pod("behind", "source", **_GATEWAY), _http("200"), _http("503", "UF,URX")),
                Seen(pod("behind", **_GATEWAY), _http("200"), None),
            ],
            telemetry="{dataplane: gateway}",
        ),
        Quiet(
            "quiet-waypoint",
            [Seen(pod("quiet-waypoint", "waypoint"), _http("200"), _http("503", "UH"))],
            telemetry=ambient,
        ),
        Quiet(
            "quiet-waypoint-grpc",
            [Seen(pod("quiet-waypoint-grpc", "waypoint"), _grpc("0"), _grpc("2"))],
            protocol="grpc",
            telemetry=ambient,
        ),
        Quiet(
            "quiet-ztunnel",
            [
                Seen(pod("quiet-ztunnel", "source"), _tcp(), _tcp(), _OPENED),
                Seen(pod("quiet-ztunnel", "source"), _tcp(), _tcp("CONNECT"), _CLOSED),
            ],
            protocol="tcp",
            telemetry="{dataplane: ambient}",
        ),
    ]


def all_scenarios() -> list[Scenario]:
    """Every scenario, each with its own service name."""
    return [_scenario(kind) for kind in [*_kinds(), *_of_profiles()]]


def _of_profiles() -> Iterator[Quiet]:
    """Services that tell of themselves."""
    for each in profiles.told("quiet-"):
        seen = [Seen(Process(each.identity), each.good, each.bad[-1], each.requests)]
        yield Quiet(each.name, seen, each.protocol, f"{{profile: {each.profile}}}")


def _scenario(kind: Quiet) -> Scenario:
    scrapes = range(END // SCRAPE)
    made = [int(i * SCRAPE % _EACH == 0 and i * SCRAPE < IDLE) for i in scrapes]
    bad = [int(i == FAILURE // SCRAPE) for i in scrapes]
    counters = []
    for seen in kind.seen:
        same = seen.good == seen.bad
        for labels, increments in (
            (seen.good, [a + b for a, b in zip(made, bad, strict=True)] if same else made),
            (None if same else seen.bad, bad),
        ):
            if labels is not None:
                series = {**seen.pod.labels(seen.metric, ""), **labels}
                counters.append(Counter(series, increments, 0, seen.pod.phase_ms))
    return Scenario(
        kind.name,
        tuple(counters),
        {"availability": Truth([counters[0]], [])},
        (0, END),
        [(HOUR, END)],
        protocol=kind.protocol,
        telemetry=kind.telemetry,
    )
