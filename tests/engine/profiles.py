"""Scenarios for telemetry profiles: services that tell of themselves, each in its own names and units.

An hour in which a fifth fails and a third of the others is slow, then an hour in which everything fails, and
fast. The traps are those of each profile: answers that look like failures, failures without a code, client
spans.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.protocols import FAILING, OUTAGE
from engine.scenario import Objective, Scenario
from engine.series import DAY, HOUR, Counter, born, constant, requests
from engine.truth import Truth

END = DAY + 10 * HOUR
_FOCUS = [(OUTAGE[0] - HOUR // 2, OUTAGE[1]), (END - 2 * HOUR, END)]


@dataclass(frozen=True, slots=True)
class Told:
    """How one service tells of itself.

    `good` and `bad` are the labels of answers and failures, `refused` those of answers that are the caller's
    fault, `foreign` those of what is no request to the service. `edge` is the bucket of the threshold, and
    `mute` says that the histogram has no outcome.
    """

    name: str
    profile: str
    protocol: str
    requests: str
    duration: str
    identity: Mapping[str, str]
    good: Mapping[str, str]
    bad: Sequence[Mapping[str, str]]
    refused: Mapping[str, str]
    edge: str
    threshold: str
    foreign: Mapping[str, str] = field(default_factory=dict)
    mute: bool = False


def told(prefix: str = "") -> list[Told]:
    """Every profile, with the identity that it expects of a service of this name in the namespace shop."""

    def job(name: str) -> dict[str, str]:
        return {"job": f"shop/{prefix}{name}", "instance": "a"}

    http = "http_server_request_duration_seconds"
    call = "rpc_server_call_duration_seconds"
    old = "rpc_server_duration_milliseconds"
    server, client = {"span_kind": "SPAN_KIND_SERVER"}, {"span_kind": "SPAN_KIND_CLIENT"}
    failed = {"status_code": "STATUS_CODE_ERROR"}
    unset = {"status_code": "STATUS_CODE_UNSET"}
    return [
        Told(
            prefix + "otel-http", "otel-http", "http", f"{http}_count", http, job("otel-http"),
            {"http_response_status_code": "200"},
            [
                {"http_response_status_code": "503", "error_type": "503"},
                {"error_type": "java.io.IOException"},
            ],
            {"http_response_status_code": "404", "error_type": "404"},
            "0.25", "250ms",
        ),
        Told(
            prefix + "otel-grpc", "otel-grpc", "grpc", f"{call}_count", call, job("otel-grpc"),
            {"rpc_response_status_code": "OK"},
            [{"rpc_response_status_code": "UNAVAILABLE"}, {"rpc_response_status_code": "DEADLINE_EXCEEDED"}],
            {"rpc_response_status_code": "NOT_FOUND"},
            "0.075", "75ms",
        ),
        Told(
            prefix + "otel-grpc-old", "otel-grpc-legacy", "grpc", f"{old}_count", old, job("otel-grpc-old"),
            {"rpc_grpc_status_code": "0"},
            [{"rpc_grpc_status_code": "14"}, {"rpc_grpc_status_code": "2"}],
            {"rpc_grpc_status_code": "5"},
            "75", "75ms",
        ),
        Told(
            prefix + "spans", "otel-spanmetrics", "http", "traces_span_metrics_calls_total",
            "traces_span_metrics_duration_milliseconds", {"service_name": prefix + "spans", **server},
            unset, [failed], {"status_code": "STATUS_CODE_OK"}, "400", "400ms",
            foreign={"service_name": prefix + "spans", **client, **failed},
        ),
        Told(
            prefix + "tempo", "tempo-spanmetrics", "grpc", "traces_spanmetrics_calls_total",
            "traces_spanmetrics_latency", {"service": prefix + "tempo", **server},
            unset, [failed], {"status_code": "STATUS_CODE_OK"}, "0.512", "512ms",
            foreign={"service": prefix + "tempo", **client, **failed},
        ),
        Told(
            prefix + "grpc-go", "grpc-server", "grpc",
            "grpc_server_handled_total", "grpc_server_handling_seconds",
            {"job": prefix + "grpc-go", "namespace": "shop", "grpc_type": "unary"},
            {"grpc_code": "OK"}, [{"grpc_code": "Unavailable"}, {"grpc_code": "DataLoss"}],
            {"grpc_code": "NotFound"}, "0.1", "100ms", mute=True,
        ),
    ]  # fmt: skip


def all_scenarios() -> list[Scenario]:
    """Every profile as a scenario, each with an availability and a latency SLO."""
    return [_scenario(each, seed) for seed, each in enumerate(told(), start=20)]


def _scenario(each: Told, seed: int) -> Scenario:
    slow = requests(0, END, _outside_of_the_outage(4), _in_the_bad_hour(1 / 3), seed=seed)
    refused = requests(0, END, _outside_of_the_outage(0.5), constant(0), seed=seed + 100)
    failures = [
        requests(0, END, _failing(1.0 / len(each.bad)), constant(1), seed=seed + 200 + n)
        for n in range(len(each.bad))
    ]
    answered = [fast + late for fast, late in zip(slow.good, slow.bad, strict=True)]
    good = _counter(each.requests, each, each.good, answered)
    fine = _counter(each.requests, each, each.refused, refused.good)
    bad = [
        born(_counter(each.requests, each, labels, made.bad))
        for labels, made in zip(each.bad, failures, strict=True)
    ]
    fast = _counter(f"{each.duration}_bucket", each, {**each.good, "le": each.edge}, slow.good)
    late = _counter(each.duration, each, {}, slow.bad)  # for the truth alone
    counters = [good, fine, *bad]
    if each.mute:
        failed = [sum(parts) for parts in zip(*(made.bad for made in failures), strict=True)]
        quick = [sum(parts) for parts in zip(slow.good, refused.good, failed, strict=True)]
        whole = [sum(parts) for parts in zip(answered, refused.good, failed, strict=True)]
        within = _counter(f"{each.duration}_bucket", each, {"le": each.edge}, quick)
        counters += [within, _counter(f"{each.duration}_count", each, {}, whole)]
        latency = Truth([within], [late])
    else:
        refusals = _counter(f"{each.duration}_bucket", each, {**each.refused, "le": each.edge}, refused.good)
        # Every failure is fast: counted as answers they would make the latency look better.
        quickly = [
            born(_counter(f"{each.duration}_bucket", each, {**labels, "le": each.edge}, made.bad))
            for labels, made in zip(each.bad, failures, strict=True)
        ]
        counters += [fast, refusals, *quickly]
        if each.requests != f"{each.duration}_count":
            counters += [_counter(f"{each.duration}_count", each, each.good, answered)]
            counters += [_counter(f"{each.duration}_count", each, each.refused, refused.good)]
            counters += [
                born(_counter(f"{each.duration}_count", each, labels, made.bad))
                for labels, made in zip(each.bad, failures, strict=True)
            ]
        latency = Truth([fast, refusals], [late])
    if each.foreign:
        foreign = requests(0, END, constant(3), constant(1), seed=seed + 300)
        counters.append(Counter({"__name__": each.requests, **each.foreign}, foreign.bad))
    of = ", of: all" if each.mute else ""
    return Scenario(
        each.name,
        tuple(counters),
        {"availability": Truth([good, fine], bad), "latency": latency},
        (0, END),
        _FOCUS,
        objectives=(
            Objective(),
            Objective("latency", 99, f"{{latency: {{threshold: {each.threshold}{of}}}}}"),
        ),
        protocol=each.protocol,
        telemetry=f"{{profile: {each.profile}}}",
    )


def _counter(metric: str, each: Told, labels: Mapping[str, str], increments: Sequence[int]) -> Counter:
    return Counter({"__name__": metric, **each.identity, **labels}, increments)


def _outside_of_the_outage(rate: float):
    return lambda time: 0.0 if OUTAGE[0] <= time < OUTAGE[1] else rate


def _in_the_bad_hour(share: float):
    return lambda time: share if FAILING[0] <= time < FAILING[1] else 0.0


def _failing(rate: float):
    def failing(time: float) -> float:
        if OUTAGE[0] <= time < OUTAGE[1]:
            return 4 * rate
        return rate if FAILING[0] <= time < FAILING[1] else 0.0

    return failing
