"""Scenarios of silence: telemetry that is lost while the service is used, and services that nobody uses.

Each is a pair or more of the same service: what must raise `SLITelemetryAbsent`, and what must not. In the
hour `SILENT` either the series are gone (lost), or they stay and count nothing (idle).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.scenario import Objective, Scenario
from engine.series import HOUR, SCRAPE, Counter, Gauge, Pod, gone
from engine.truth import Truth

SILENT = (3 * HOUR, 4 * HOUR)
"""When nothing was told, in seconds since `START`."""

END = 5 * HOUR
_EACH = 15  # requests between two scrapes
_SCRAPES = (END + HOUR) // SCRAPE  # of a gauge, which begins an hour earlier

# Both say of a service how it is used at that time.
LOST, IDLE = "lost", "idle"


def all_scenarios() -> list[Scenario]:
    """Every scenario; the name says whether it is lost or idle."""
    return [*_meshes(), *_otel(), *_own(), _outside_callers(), *_all_pods_gone(), _no_endpoint()]


def _meshes() -> list[Scenario]:
    """Who counts, who else tells, for every dataplane: whoever counts falls silent."""
    tcp = {"request_protocol": "tcp", "response_code": "", "grpc_response_status": ""}
    opened = "istio_tcp_connections_opened_total"
    ambient = "{dataplane: ambient, waypoint: w}"
    edge = {"source_workload": "{name}", "source_workload_namespace": "shop"}
    kinds: list[tuple[str, str, str, str, str, dict[str, str], str]] = [
        ("sidecar", "destination", "source", "{dataplane: sidecar}", "http", {}, "istio_requests_total"),
        ("callers", "source", "destination", "{reporter: source}", "http", {}, "istio_requests_total"),
        ("gateway", "source", "destination", "{dataplane: gateway}", "http", edge, "istio_requests_total"),
        ("waypoint", "waypoint", "source", ambient, "http", {}, "istio_requests_total"),
        ("ztunnel", "source", "destination", "{dataplane: ambient}", "tcp", tcp, opened),
    ]
    made = []
    for kind, counted, other, telemetry, protocol, extra, metric in kinds:
        for silence in (LOST, IDLE):
            name = f"{silence}-{kind}"
            labels = {label: value.format(name=name) for label, value in extra.items()}
            own = Pod(name, reporter=counted, extra=labels).labels(metric, "200")
            seen = Pod(name, reporter=other, extra=labels).labels(metric, "200")
            if protocol == "tcp":
                own["response_code"] = seen["response_code"] = ""
            still = silence == LOST  # the service is used all the time
            counters = [*_told(own, silence), *_told(seen, IDLE, still=still)]
            made.append(_scenario(name, counters, telemetry, protocol))
    return made


def _otel() -> list[Scenario]:
    """A service that tells of itself; a gateway's own metric says whether it is used."""
    presence = "{profile: otel-http, presence: 'sum(rate(edge_requests_total{to=$service}[10m])) > 0'}"
    made = []
    for silence in (LOST, IDLE):
        name = f"{silence}-otel"
        own = _otel_labels(name)
        edge = {"__name__": "edge_requests_total", "to": name}
        counters = [*_told(own, silence), *_told(edge, IDLE, still=silence == LOST)]
        made.append(_scenario(name, counters, presence))
    return made


def _own() -> list[Scenario]:
    """Counters and gauges of the service's own, there from the start; `up` says that there should be some."""
    made = []
    for silence in (LOST, IDLE):
        name = f"{silence}-own"
        orders = {"__name__": f"orders_{silence}_total", "result": "sent", "job": name}
        up = Gauge({"__name__": "up", "job": name}, [1.0] * _SCRAPES)
        begin, end = ((HOUR + edge) // SCRAPE for edge in SILENT)
        ages: list[float | None] = [60.0] * _SCRAPES
        if silence == LOST:
            ages[begin:end] = [None] * (end - begin)
        age = Gauge({"__name__": f"age_{silence}_seconds", "job": name}, ages)
        counters = [*_told(orders, silence), up, age]
        scenario = _scenario(name, counters, "{presence: 'up{job=$service} == 1'}", "none")
        made.append(replace(scenario, objectives=_objectives(silence)))
    return made


def _objectives(silence: str) -> tuple[Objective, ...]:
    orders, age = f"orders_{silence}_total", f"age_{silence}_seconds"
    events = f"{{events: {{total: {orders}, bad: '{orders}{{result=\"failed\"}}'}}}}"
    fresh = f"{{threshold: {{query: {age}, op: lt, value: 15m, missing: ignore}}}}"
    return (Objective("orders", 99, events), Objective("fresh", 99, fresh))


def _outside_callers() -> Scenario:
    """Connections from outside of the mesh: only the callee's ztunnel can tell, and nothing is lost."""
    name, metric = "idle-outside", "istio_tcp_connections_opened_total"
    extra = {"request_protocol": "tcp", "grpc_response_status": "", "source_workload": "unknown"}
    labels = Pod(name, extra=extra).labels(metric, "")
    inside = Pod(name, reporter="source", extra={"request_protocol": "tcp"}).labels(metric, "")
    return _scenario(
        name, [*_told(labels, IDLE, still=True), *_told(inside, IDLE)], "{dataplane: ambient}", "tcp"
    )


def _all_pods_gone() -> list[Scenario]:
    """All pods of a service that tells of itself are gone: a loss, as nobody can call it an outage."""
    handled = {"namespace": "shop", "grpc_type": "unary", "grpc_code": "OK", "instance": "a"}
    kinds = {
        "pods": ("otel-http", "http", _otel_labels("lost-pods")),
        "grpc-pods": (
            "grpc-server",
            "grpc",
            {"__name__": "grpc_server_handled_total", "job": "lost-grpc-pods", **handled},
        ),
    }
    made = []
    for kind, (profile, protocol, labels) in kinds.items():
        name = f"{LOST}-{kind}"
        presence = f"{{profile: {profile}, presence: '{_WANTED}'}}"
        made.append(_scenario(name, [*_told(labels, LOST), _wanted(name)], presence, protocol))
    return made


def _no_endpoint() -> Scenario:
    """All pods are gone, and a ztunnel refuses connections to a service without endpoints uncounted.

    The series of those before are there still and count nothing: it looks idle, even to who has a presence.
    """
    name = "idle-no-endpoint"
    extra = {"request_protocol": "tcp", "grpc_response_status": ""}
    metric = "istio_tcp_connections_opened_total"
    caller, callee = (
        Pod(name, reporter=each, extra=extra).labels(metric, "") for each in ("source", "destination")
    )
    counters = [*_told(caller, IDLE), *_told(callee, LOST), _wanted(name)]
    return _scenario(name, counters, f"{{dataplane: ambient, presence: '{_WANTED}'}}", "tcp")


_WANTED = "kube_deployment_spec_replicas{deployment=$service} > 0"


def _wanted(name: str) -> Gauge:
    """The pods that there should be, which somebody else tells."""
    labels = {"__name__": "kube_deployment_spec_replicas", "deployment": name}
    return Gauge(labels, [3.0] * _SCRAPES)


def two_clusters() -> Scenario:
    """One SLO in two clusters, of which one loses its telemetry."""
    presence = "{profile: otel-http, presence: 'up{job=$service} == 1'}"
    series: list[Counter | Gauge] = []
    for cluster, silence in (("east", IDLE), ("west", LOST)):
        series += _told({**_otel_labels("clusters"), "cluster": cluster}, silence)
        series.append(Gauge({"__name__": "up", "job": "clusters", "cluster": cluster}, [1.0] * _SCRAPES))
    return _scenario("clusters", series, presence)


def _otel_labels(name: str) -> dict[str, str]:
    return {
        "__name__": "http_server_request_duration_seconds_count",
        "job": f"shop/{name}",
        "instance": "a",
        "http_response_status_code": "200",
    }


def _told(labels: Mapping[str, str], silence: str, *, still: bool = False) -> list[Counter]:
    """The counters of one reporter: until the silence and after it, or one all the way through.

    With `still` there is no silence in them.
    """
    if silence == LOST:
        before = [_EACH] * (SILENT[0] // SCRAPE)
        after = [_EACH] * ((END - SILENT[1]) // SCRAPE)
        return [
            gone(Counter(labels, before)),
            Counter({**labels, "instance": "b"}, after, SILENT[1] // SCRAPE),
        ]
    quiet = range(SILENT[0] // SCRAPE, SILENT[1] // SCRAPE)
    return [
        Counter(labels, [0 if not still and scrape in quiet else _EACH for scrape in range(END // SCRAPE)])
    ]


def _scenario(
    name: str, counters: Sequence[Counter | Gauge], telemetry: str, protocol: str = "http"
) -> Scenario:
    return Scenario(
        name,
        tuple(counters),
        {"availability": Truth([], [])},
        (0, END),
        [(HOUR, END)],
        protocol=protocol,
        telemetry=telemetry,
    )
