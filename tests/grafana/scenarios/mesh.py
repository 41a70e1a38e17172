"""What the proxies of the mesh report of each edge between services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from generator.promql.build import bucket_spellings
from generator.spec.model import Service
from grafana.scenarios.writing import POD, Labels, Writer

OUTSIDE = ("unknown", "unknown", "unknown")
# By protocol: HTTP's code and gRPC's status of an answer that is good, bad, or denied.
ANSWERS = {
    "http": (("200", ""), ("503", ""), ("403", "")),
    "grpc": (("200", "0"), ("200", "14"), ("403", "7")),
}


class Mesh(Writer):
    """Edges as declared: each caller with each callee, and clients outside of the mesh."""

    def edges(self, services: Sequence[Service]) -> Iterator[bytes]:
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
            rate = 10 * float(weights.get(revision, Decimal(100))) / 100
            bad = self.scenario.failing_share(caller, callee, revision)
            workload = callee.workloads[min(index, len(callee.workloads) - 1)]
            for protocol in callee.protocols:
                for reporter in _reporters(caller, callee):
                    labels = _ends(caller, callee, workload, revision, reporter)
                    labels |= {"request_protocol": protocol, "response_flags": "-"}
                    if protocol == "tcp":
                        yield from self.connections(labels, rate / 2, bad)
                    else:
                        yield from self.requests(labels, rate, bad, self.scenario.as_fast(callee))

    def connections(self, labels: Labels, rate: float, bad: float) -> Iterator[bytes]:
        failed = {**labels, "response_flags": "UF"}
        yield self.counter("istio_tcp_connections_opened_total", labels, rate * (1 - bad))
        yield self.counter("istio_tcp_connections_opened_total", failed, rate * bad)
        for metric in ("istio_tcp_received_bytes_total", "istio_tcp_sent_bytes_total"):
            yield self.counter(metric, labels, 2_000 * rate)

    def requests(
        self, labels: Labels, rate: float, bad: float, as_fast: Mapping[int, float]
    ) -> Iterator[bytes]:
        rates = (rate * (1 - bad), rate * bad, rate / 1000)
        for (code, grpc), part in zip(ANSWERS[labels["request_protocol"]], rates, strict=True):
            told = {**labels, "response_code": code}
            told |= {"grpc_response_status": grpc} if grpc else {}
            yield self.counter("istio_requests_total", told, part)
            metric = "istio_request_duration_milliseconds"
            buckets = {bucket_spellings(Decimal(bound))[-1]: share for bound, share in as_fast.items()}
            for le, share in {**buckets, "+Inf": 1.0}.items():
                yield self.counter(f"{metric}_bucket", {**told, "le": le}, part * share)
            yield self.counter(f"{metric}_count", told, part)


def _reporters(caller: Service | None, callee: Service) -> list[str]:
    if callee.dataplane == "ambient":
        return ["waypoint"]
    return ["destination"] if caller is None else ["source", "destination"]


def _ends(caller: Service | None, callee: Service, workload: str, revision: str, reporter: str) -> Labels:
    space, name, source = (caller.namespace, caller.name, caller.workloads[0]) if caller else OUTSIDE
    policy = "unknown" if reporter == "source" else "mutual_tls" if caller else "none"
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
        "connection_security_policy": policy,
        "namespace": callee.namespace,
        "pod": f"{workload}-{POD.format(0)}",
    }
