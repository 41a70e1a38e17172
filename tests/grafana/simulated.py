"""What Prometheus would hold of this repository's own example: raw series as in the fixtures, and records.

Everything is made from the definitions, the fixtures and the compiled rules' labels, so that a label that a
panel expects and nobody has shows as a panel without data. Recorded values are put in directly: that the
rules compute them rightly is shown elsewhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.remote_write import samples, series

from generator import names
from generator.promql.build import bucket_spellings
from generator.promql.catalogue import Catalogue, Metric
from generator.rules.model import Rule
from generator.spec.model import Service

NOW = 1_770_000_000
HOUR, DAY, WEEK = 3_600, 86_400, 604_800
STEP = 60
# The last hours for trends, and the same moments a week before for comparisons.
RECENT = range(NOW - 6 * HOUR, NOW + 1, STEP)
LAST_WEEK = range(NOW - WEEK - HOUR // 2, NOW - WEEK + 1, STEP)
SHORT = range(NOW - 2 * HOUR, NOW + 1, STEP)
POD = "7d9f8b6c5d-abcd{}"
OUTSIDE = ("unknown", "unknown", "unknown")

Labels = dict[str, str]


@dataclass(frozen=True)
class Scenario:
    """How things are: `errors` in multiples of each objective's budget, errors alone, or nothing at all."""

    name: str
    moving: bool = True
    errors: float = 0.5
    outage: bool = False


HEALTHY, IDLE, OUTAGE = Scenario("healthy"), Scenario("idle", moving=False), Scenario("outage", outage=True)


def everything(
    scenario: Scenario, services: Sequence[tuple[Service, Sequence[object]]], catalogue: Catalogue
) -> Iterator[bytes]:
    """Encoded series of a scenario; `services` are given with their compiled objectives."""
    made = _Maker(scenario)
    yield from made.mesh([service for service, _ in services])
    for service, slos in services:
        yield from made.kubernetes(service)
        for compiled in slos:
            yield from made.records(compiled)
    yield from made.rest(catalogue)


class _Maker:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def counter(self, name: str, labels: Labels, rate: float, *times: range) -> bytes:
        """A counter that grows by `rate` a second, or stands still where nothing moves."""
        rate = rate if self.scenario.moving else 0
        start = NOW - 2 * WEEK
        return self.gauge(name, labels, lambda at: 1_000 + rate * (at - start), *(times or (SHORT,)))

    def gauge(self, name: str, labels: Labels, value: object, *times: range) -> bytes:
        """A series with a value, or a function of the time."""
        at = sorted({moment for each in times or (SHORT,) for moment in each})
        values = [float(value(moment) if callable(value) else value) for moment in at]  # type: ignore[arg-type]
        return series({"__name__": name, **labels}, samples([moment * 1000 for moment in at], values))

    def mesh(self, services: Sequence[Service]) -> Iterator[bytes]:
        # A journey is an edge of its services, told where it is measured.
        services = [service for service in services if service.journey is None]
        known = {service.key: service for service in services if service.subject}
        called = {call.key for service in services for call in service.calls}
        for service in known.values():
            if service.key not in called and service.dataplane != "gateway":
                yield from self.edge(None, service)
            for call in service.calls:
                if call.key in known:
                    yield from self.edge(service, known[call.key])

    def edge(self, caller: Service | None, callee: Service) -> Iterator[bytes]:
        """What the proxies of both sides report of one edge: by revision of the callee, good and bad."""
        revisions = callee.rollout.revisions if callee.rollout else ("v1",)
        weights = callee.rollout.weights if callee.rollout else {}
        for index, revision in enumerate(revisions):
            share = float(weights.get(revision, Decimal(100))) / 100
            workload = callee.workloads[min(index, len(callee.workloads) - 1)]
            for protocol in callee.protocols:
                for reporter in _reporters(caller, callee):
                    labels = _ends(caller, callee, workload, revision, reporter)
                    if protocol == "tcp":
                        yield from self.connections(labels, share)
                    else:
                        yield from self.requests(labels, protocol, share)

    def connections(self, labels: Labels, share: float) -> Iterator[bytes]:
        labels = {**labels, "request_protocol": "tcp", "response_flags": "-"}
        failed = {**labels, "response_flags": "UF"}
        bad = 1.0 if self.scenario.outage else 0.0002
        yield self.counter("istio_tcp_connections_opened_total", labels, 5 * share * (1 - bad))
        yield self.counter("istio_tcp_connections_opened_total", failed, 5 * share * bad)
        for metric in ("istio_tcp_received_bytes_total", "istio_tcp_sent_bytes_total"):
            yield self.counter(metric, labels, 10_000 * share)

    def requests(self, labels: Labels, protocol: str, share: float) -> Iterator[bytes]:
        bad = 1.0 if self.scenario.outage else 0.0002
        status = {"http": ("", ""), "grpc": ("0", "14")}[protocol]
        for code, grpc, rate in (
            ("200", status[0], 10 * (1 - bad)),
            ("503" if protocol == "http" else "200", status[1], 10 * bad),
            ("403", status[0], 0.01),
        ):
            told = {**labels, "request_protocol": protocol, "response_code": code, "response_flags": "-"}
            told |= {"grpc_response_status": grpc} if grpc else {}
            yield self.counter("istio_requests_total", told, rate * share)
            for bound, part in ((10, 0.3), (50, 0.8), (100, 0.95), (250, 0.999), (500, 1), (None, 1)):
                le = "+Inf" if bound is None else bucket_spellings(Decimal(bound))[-1]
                metric = "istio_request_duration_milliseconds"
                yield self.counter(f"{metric}_bucket", {**told, "le": le}, rate * share * part)
            yield self.counter(f"{metric}_count", told, rate * share)

    def kubernetes(self, service: Service) -> Iterator[bytes]:
        for workload in service.workloads:
            where = {
                "namespace": service.namespace,
                "job": "kubelet",
                "instance": "node:10250",
                "node": "node",
            }
            deployment = {"namespace": service.namespace, "deployment": workload}
            for metric in ("kube_deployment_spec_replicas", "kube_deployment_status_replicas_available"):
                yield self.gauge(metric, deployment, 2)
            yield self.gauge("kube_deployment_status_replicas_unavailable", deployment, 0)
            made = {"namespace": service.namespace, "replicaset": f"{workload}-{POD[:10]}"}
            yield self.gauge("kube_replicaset_created", made, NOW - DAY)
            scaler = {"namespace": service.namespace, "horizontalpodautoscaler": workload}
            yield self.gauge("kube_horizontalpodautoscaler_spec_max_replicas", scaler, 10)
            yield self.gauge("kube_horizontalpodautoscaler_status_current_replicas", scaler, 2)
            for index in range(2):
                yield from self.pod({**where, "pod": f"{workload}-{POD.format(index)}"})
            yield from self.volume({**where, "persistentvolumeclaim": workload})

    def pod(self, pod: Labels) -> Iterator[bytes]:
        for phase in ("Failed", "Pending", "Running", "Succeeded", "Unknown"):
            yield self.gauge("kube_pod_status_phase", {**pod, "phase": phase}, float(phase == "Running"))
        yield self.gauge("kube_pod_info", {**pod, "pod_ip": "10.0.0.1", "created_by_name": "x"}, 1)
        yield self.gauge("kube_pod_start_time", pod, NOW - DAY)
        for way in ("receive", "transmit"):
            yield self.counter(f"container_network_{way}_bytes_total", {**pod, "interface": "eth0"}, 1_000)
        for container in ("app", "istio-proxy"):
            inside = {**pod, "container": container}
            yield self.counter("container_cpu_usage_seconds_total", {**inside, "cpu": "total"}, 0.2)
            yield self.counter("container_cpu_cfs_periods_total", inside, 10)
            yield self.counter("container_cpu_cfs_throttled_periods_total", inside, 0.1)
            for way in ("reads", "writes"):
                yield self.counter(f"container_fs_{way}_bytes_total", {**inside, "device": "sda"}, 100)
            memory = "container_memory_working_set_bytes"
            yield self.gauge(memory, inside, lambda at: 2e8 + (at - NOW), RECENT)
            for metric in ("limits", "requests"):
                for resource, value in (("cpu", 1), ("memory", 5e8)):
                    labels = {**inside, "resource": resource}
                    yield self.gauge(f"kube_pod_container_resource_{metric}", labels, value)
            yield self.gauge("kube_pod_container_status_restarts_total", inside, 1)
        ended = {**pod, "container": "app", "reason": "OOMKilled"}
        yield self.gauge("kube_pod_container_status_last_terminated_reason", ended, 1)

    def volume(self, volume: Labels) -> Iterator[bytes]:
        yield self.gauge("kubelet_volume_stats_capacity_bytes", volume, 1e10)
        yield self.gauge(
            "kubelet_volume_stats_available_bytes", volume, lambda at: 5e9 - 1e3 * (at - NOW), RECENT
        )

    def records(self, compiled: object) -> Iterator[bytes]:
        """What the rules of an objective record, at the labels that they record it with."""
        slo = compiled.slo  # type: ignore[attr-defined]
        groups = dict.fromkeys(slo.groups, "v1")
        ratio = 1.0 if self.scenario.outage else float(slo.budget) * self.scenario.errors
        for group in compiled.groups:  # type: ignore[attr-defined]
            for rule in group.rules:
                if rule.alert and self.scenario.outage:
                    yield self.fired(rule, groups)
                if not rule.record:
                    continue
                value = self.recorded(rule.record, slo, ratio)
                if value is None:
                    continue
                more = {} if rule.record in names.CONSTANTS else groups
                yield self.gauge(rule.record, {**rule.labels, **more}, value, SHORT, LAST_WEEK)

    def fired(self, rule: Rule, groups: Labels) -> bytes:
        """What Prometheus writes of an alert as long as it fires: in an outage, every one."""
        told = {"alertname": rule.alert, "alertstate": "firing"}
        return self.gauge("ALERTS", {**rule.labels, **groups, **told}, 1)

    def recorded(self, record: str, slo: object, ratio: float) -> float | None:
        budget = float(slo.budget)  # type: ignore[attr-defined]
        fixed = {
            names.OBJECTIVE: 1 - budget,
            names.ERROR_BUDGET: budget,
            names.TIME_PERIOD: slo.period.milliseconds / 86_400_000,  # type: ignore[attr-defined]
            names.INFO: 1.0,
            names.PERIOD_COVERAGE: 0.95,
            names.BUDGET_REMAINING: 1 - ratio / budget,
            names.PERIOD_BURN_RATE: ratio / budget,
        }
        if record in fixed:
            return fixed[record]
        if "events_total" in record:
            return 10.0 if self.scenario.moving else 0.0
        if "events_bad" in record:
            return 10.0 * ratio if self.scenario.moving else 0.0
        of_period = record == names.error_ratio_record(str(slo.period))  # type: ignore[attr-defined]
        if not self.scenario.moving and not of_period:
            return None  # idle: there is no ratio of nothing
        if record == names.CURRENT_BURN_RATE:
            return ratio / budget
        return ratio

    def rest(self, catalogue: Catalogue) -> Iterator[bytes]:
        """Every other metric of the fixtures, once for each value that tells its series apart."""
        for metric in catalogue.metrics.values():
            if metric.name.startswith(("istio_re", "istio_tcp", "kube", "container_")):
                continue
            for labels in _label_sets(metric):
                yield from self.metric(metric, labels)

    def metric(self, metric: Metric, labels: Labels) -> Iterator[bytes]:
        if metric.type == "histogram":
            for index, bound in enumerate((*metric.buckets, None), start=1):
                le = "+Inf" if bound is None else bucket_spellings(bound)[-1]
                yield self.counter(f"{metric.name}_bucket", {**labels, "le": le}, index)
        elif metric.type == "counter":
            wrong = any(word in metric.name for word in ("failed", "refused", "reject", "missed", "dropped"))
            yield self.counter(metric.name, labels, 0.0 if wrong else 2.0, SHORT, LAST_WEEK)
        elif "timestamp" in metric.name:
            soon = NOW - 60 if "success" in metric.name else NOW + 30 * DAY
            yield self.gauge(metric.name, labels, soon)
        else:
            conflict = metric.name.startswith("pilot_") and metric.name != "pilot_xds"
            yield self.gauge(metric.name, labels, 0.0 if conflict else 5.0, SHORT, LAST_WEEK)


def _reporters(caller: Service | None, callee: Service) -> list[str]:
    if callee.dataplane == "ambient":
        return ["waypoint"]
    return ["destination"] if caller is None else ["source", "destination"]


def _ends(caller: Service | None, callee: Service, workload: str, revision: str, reporter: str) -> Labels:
    space, name, source = (caller.namespace, caller.name, caller.workloads[0]) if caller else OUTSIDE
    return {
        "reporter": reporter,
        "source_workload": caller.name if caller and caller.dataplane == "gateway" else source,
        "source_workload_namespace": space,
        "source_canonical_service": name,
        "source_canonical_revision": "v1",
        "source_principal": f"spiffe://cluster.local/ns/{space}/sa/{name}",
        "destination_service_name": callee.name,
        "destination_service_namespace": callee.namespace,
        "destination_workload": workload,
        "destination_workload_namespace": callee.namespace,
        "destination_canonical_service": callee.name,
        "destination_canonical_revision": revision,
        "connection_security_policy": "unknown"
        if reporter == "source"
        else "mutual_tls"
        if caller
        else "none",
        "namespace": callee.namespace,
        "pod": f"{workload}-{POD.format(0)}",
    }


def _label_sets(metric: Metric) -> Iterator[Labels]:
    """Labels of a metric's series: each of its own values, and one pod of the example for the rest."""
    fixed = {
        "namespace": "bookinfo",
        "pod": f"reviews-v1-{POD.format(0)}",
        "instance": "10.0.0.1:15014",
        "job": "x",
        "app": "reviews",
        "rule_group": "/etc/prometheus/rules/bookinfo/reviews.yaml;slo.bookinfo.reviews.availability.fast",
    }
    for labels in metric.label_sets or (frozenset(),):
        own = {
            label: metric.values[label].values
            for label in labels
            if label not in fixed and label in metric.values
        }
        rest: Mapping[str, str] = {label: fixed.get(label, "x") for label in labels if label not in own}
        for values in itertools.product(*own.values()):
            yield {**rest, **dict(zip(own, values, strict=True))}
