"""The mesh as a whole: traffic, who calls whom, encryption, refusals, the control plane, certificates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator import names
from generator.grafana.dashboards import charts, graph, marks, scales
from generator.grafana.dashboards import mesh_traffic as seen
from generator.grafana.dashboards.context import Context, label_values
from generator.grafana.model import Annotation, Dashboard, Field, Query, Row, Threshold
from generator.grafana.panels import NodeGraph, Panel, SeriesColour, StateTimeline
from generator.grafana.queries import any_of, quantile, ranked, share, text
from generator.promql.build import (
    WINDOW,
    Aggregate,
    Binary,
    Call,
    Expr,
    Matcher,
    Number,
    Selector,
    either,
    equal,
    rate,
    total,
)

KIND = "mesh"
_RANKED = 10
_OF_CALLEE = "/".join(f"{{{{{label}}}}}" for label in seen.CALLEE)
# Declared edges are part of a query, and a query has a length that Grafana and Prometheus put up with.
_DECLARED = 60
_NAMESPACE = "namespace"
_DAY = Number(86_400)
_REJECTED_BY_PROXIES = "pilot_total_xds_rejects"
_CONVERGENCE = "pilot_proxy_convergence_time_bucket"
_CONFLICTS = {
    "pilot_conflict_inbound_listener": "two listeners on one port, inbound",
    "pilot_conflict_outbound_listener_tcp_over_current_tcp": "two listeners on one port, outbound",
    "pilot_destrule_subsets": "subset defined twice",
    "pilot_duplicate_envoy_clusters": "cluster defined twice",
    "pilot_eds_no_instances": "service without instances",
    "pilot_vservice_dup_domain": "host in two virtual services",
}
_CERTIFICATES = {
    "citadel_server_root_cert_expiry_timestamp": "root",
    "citadel_server_cert_chain_expiry_timestamp": "istiod's own",
}
_AGENT_CERTIFICATE = "istio_agent_cert_expiry_seconds"


def build(context: Context) -> Iterator[Dashboard]:
    """Yield the overview of a mesh, if any service is in one."""
    if KIND not in context.shared:
        return
    chosen, alerting = (any_of(seen.CALLEE[0], _NAMESPACE),), any_of(names.NAMESPACE, _NAMESPACE)
    parts = (
        ("now", "", _now(chosen)),
        ("traffic", "Traffic", _traffic(context, chosen)),
        ("graph", "Who calls whom", _graph(context, chosen)),
        ("security", "Encryption and refusals", _security(chosen)),
        ("control-plane", "Control plane", _control_plane(context)),
        ("certificates", "Certificates", _certificates(context)),
    )
    rows = tuple(Row(key=key, title=title, panels=tuple(panels)) for key, title, panels in parts)
    yield Dashboard(
        uid=context.uid(KIND),
        kind=KIND,
        title=f"Mesh / {context.project.platform.project}",
        description="What passes through the mesh, and how its control plane is.",
        start="now-6h",
        variables=(context.variables[0], label_values(seen.CALLEE[0], seen.REQUESTS, name=_NAMESPACE)),
        annotations=(*marks.of_all(context, marks.OF_OBJECTIVES, alerting), *_changes(context)),
        links=context.siblings(KIND),
        rows=tuple(row for row in rows if row.panels),
        source=context.project.platform.source,
    )


def _now(chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    for protocol, words in (("http", "HTTP requests"), ("grpc", "gRPC calls")):
        yield charts.stat(
            protocol,
            words,
            f"{words} per second to the chosen namespaces, each counted once: by the proxy of the callee, on "
            "ambient by the waypoint.",
            total(seen.once(seen.REQUESTS, equal(seen.PROTOCOL, protocol), *chosen)),
            charts.PER_SECOND,
        )
    yield charts.stat(
        "tcp",
        "TCP connections opened",
        "Connections per second that are no HTTP to the mesh: databases, caches, whatever is not declared "
        "as HTTP.",
        total(seen.once(seen.CONNECTIONS, *chosen)),
        Field(unit="cps", minimum=Decimal(0)),
    )
    yield charts.stat(
        "failed",
        "Failed requests",
        "Share of requests that ended with a 5xx or a failing gRPC status. What is too much, each objective "
        "says for itself. No value while there are no requests.",
        share(seen.failures_once(*chosen), seen.once(seen.REQUESTS, *chosen)),
        charts.SHARE,
    )
    yield charts.stat(
        "encrypted",
        "Requests under mTLS",
        "Share of requests that both ends made over mutual TLS, as the callees tell. What is missing comes "
        "from outside of the mesh, or is listed below.",
        share(
            seen.once(seen.REQUESTS, equal(seen.POLICY, "mutual_tls"), *chosen),
            seen.once(seen.REQUESTS, *chosen),
        ),
        Field(unit="percentunit", decimals=1, maximum=Decimal(1)),
    )
    yield charts.stat(
        "refused",
        "Requests answered 403",
        "Per second. An authorization policy refuses with 403; so may an application.",
        either(
            total(seen.once(seen.REQUESTS, equal("response_code", "403"), *chosen)),
            Binary(Number(0), "*", total(seen.once(seen.REQUESTS, *chosen))),
        ),
        Field(unit="reqps", decimals=2, minimum=Decimal(0)),
    )


def _traffic(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    yield charts.graph(
        "protocols",
        "Requests by protocol",
        "Requests per second. gRPC that is counted as HTTP has a port whose name does not say grpc.",
        {f"{{{{{seen.PROTOCOL}}}}}": total(seen.once(seen.REQUESTS, *chosen), (seen.PROTOCOL,))},
        charts.PER_SECOND,
        width=8,
        stacked=True,
    )
    yield charts.graph(
        "bytes",
        "TCP bytes",
        "Bytes per second over TCP connections. Istio calls “received” what the callee gets: requests.",
        {
            "requests": total(seen.once(seen.RECEIVED, *chosen)),
            "answers": total(seen.once(seen.SENT, *chosen)),
        },
        charts.BYTES_PER_SECOND,
        width=8,
    )
    yield charts.graph(
        "failing",
        f"Failed requests: the {_RANKED} services with most",
        "Failed requests per second by callee. Open the service for callers, flags and traces.",
        {_OF_CALLEE: ranked("topk", _RANKED, total(seen.failures_once(*chosen), seen.CALLEE))},
        charts.PER_SECOND,
        width=8,
    )
    if context.has(seen.DURATIONS):
        yield charts.graph(
            "slow",
            f"p95 of durations: the {_RANKED} slowest services",
            "95 of 100 requests are faster than this. A slow service makes all its callers slow.",
            {
                _OF_CALLEE: ranked(
                    "topk",
                    _RANKED,
                    quantile(Decimal("0.95"), seen.once(seen.DURATIONS, *chosen), seen.CALLEE),
                )
            },
            Field(unit="ms", minimum=Decimal(0)),
        )
    yield charts.graph(
        "flags",
        f"Failures by flag: the {_RANKED} most frequent",
        "Why proxies could not deliver, as the callers' proxies tell: UH no healthy pod, UF no "
        "connection, UO circuit breaker, NR no route, UT timeout, DC the client left. “-” is the "
        "service's own answer.",
        {
            f"{{{{{seen.FLAGS}}}}}": ranked(
                "topk",
                _RANKED,
                total(
                    rate(
                        Selector(
                            seen.REQUESTS,
                            (equal("reporter", "source"), Matcher("response_code", "=~", "0|5.."), *chosen),
                            WINDOW,
                        )
                    ),
                    (seen.FLAGS,),
                ),
            )
        },
        charts.PER_SECOND,
    )


def _graph(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    declared = [(service.key, call.key) for service in context.project.services for call in service.calls]
    edge = (*seen.CALLER, *seen.CALLEE)
    requests = total(seen.once(seen.REQUESTS, *chosen), seen.CALLEE)
    failing = share(seen.failures_once(*chosen), seen.once(seen.REQUESTS, *chosen), seen.CALLEE)
    queries = (
        graph.nodes(requests),
        graph.nodes(failing),
        graph.nodes(Binary(Number(1), "-", failing)),
        graph.edges(seen.positive(seen.calls(chosen, edge)), declared[:_DECLARED]),
    )
    limit = f" Only the first {_DECLARED} declared edges are drawn." if len(declared) > _DECLARED else ""
    yield NodeGraph(
        key="graph",
        title="Services and calls",
        description="Circles are services with requests per second, their red part is the share that failed. "
        "Arrows are calls per second; one of 0 is declared in a definition and not seen." + limit,
        width=24,
        height=16,
        queries=tuple(Query(expr=text(each), instant=True, table=True) for each in queries),
        field=Field(unit="reqps", decimals=2),
        nodes=("mainstat", "arc__failed", "arc__good"),
    )


def _security(chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    encrypted = seen.once(seen.REQUESTS, equal(seen.POLICY, "mutual_tls"), *chosen)
    by = (seen.CALLEE[0],)
    yield charts.graph(
        "mtls",
        "Share under mTLS by namespace",
        "A step down is a workload that lost its proxy, or a policy that became permissive.",
        {f"{{{{{by[0]}}}}}": share(encrypted, seen.once(seen.REQUESTS, *chosen), by)},
        Field(unit="percentunit", decimals=1, maximum=Decimal(1)),
        width=8,
    )
    labels = {
        "source_workload_namespace": "From namespace",
        "source_workload": "Caller",
        seen.CALLEE[1]: "Service",
    }
    plain = (equal(seen.POLICY, "none"), *chosen)
    yield charts.table(
        "plain",
        "Calls without mTLS",
        "Requests in plain text, per second. A caller called “unknown” is outside of the mesh; any other "
        "has a proxy that was switched off or a policy that lets it.",
        labels,
        {
            "Requests/s": (
                seen.positive(total(seen.once(seen.REQUESTS, *plain), tuple(labels))),
                Field(unit="none", decimals=2),
            )
        },
        width=8,
    )
    principals = {"source_principal": "Caller's identity", seen.CALLEE[1]: "Service"}
    yield charts.table(
        "denied",
        "Who gets 403",
        "Requests answered 403, per second: refused by an AuthorizationPolicy, or by the application. "
        "“unknown” came without an identity, which a policy that asks for one refuses.",
        principals,
        {
            "Requests/s": (
                seen.positive(
                    total(seen.once(seen.REQUESTS, equal("response_code", "403"), *chosen), tuple(principals))
                ),
                Field(unit="none", decimals=2),
            )
        },
        width=8,
    )


def _increase(metric: str, by: tuple[str, ...] = ()) -> Expr:
    return total(Call("increase", (Selector(metric, (), WINDOW),)), by)


def _control_plane(context: Context) -> Iterator[Panel]:
    if context.has(_CONVERGENCE):
        buckets = rate(Selector(_CONVERGENCE, (), WINDOW))
        yield charts.graph(
            "convergence",
            "From a change to all proxies",
            "How long it takes until a change of configuration or of endpoints is in the proxies that "
            "need it. While it is long, callers send requests to pods that are gone.",
            {
                name: quantile(value, buckets)
                for name, value in (("p50", Decimal("0.5")), ("p99", Decimal("0.99")))
            },
            Field(unit="s", minimum=Decimal(0)),
            width=8,
        )
    if context.has("pilot_xds_pushes"):
        yield charts.graph(
            "pushes",
            "Pushes by type",
            "What istiod sends to proxies, per second. A storm of pushes is mostly one object that flaps.",
            {"{{type}}": total(rate(Selector("pilot_xds_pushes", (), WINDOW)), ("type",))},
            Field(unit="ops", minimum=Decimal(0)),
            width=8,
            stacked=True,
        )
    if context.has("pilot_xds"):
        yield charts.graph(
            "proxies",
            "Connected proxies by version",
            "Proxies without a connection run on with what they knew. More than one version is an upgrade in "
            "progress, or one that was forgotten.",
            {"{{version}}": total(Selector("pilot_xds"), ("version",))},
            charts.COUNT,
            width=8,
            stacked=True,
        )
    if context.has(_REJECTED_BY_PROXIES):
        rejected = {"by proxies: {{type}}": _increase(_REJECTED_BY_PROXIES, ("type",))}
        if context.has("pilot_total_rejected_configs"):
            rejected["by istiod"] = _increase("pilot_total_rejected_configs")
        if context.has("galley_validation_failed"):
            rejected["at the door: {{resource}} {{reason}}"] = _increase(
                "galley_validation_failed", ("resource", "reason")
            )
        yield charts.graph(
            "rejected",
            "Rejected configuration",
            "Configuration that somebody applied and that is not in force. What proxies reject they "
            "replace by nothing: they keep what they had, until they restart.",
            rejected,
            charts.COUNT,
            width=8,
        )
    known = {metric: words for metric, words in _CONFLICTS.items() if context.has(metric)}
    if known:
        yield StateTimeline(
            key="conflicts",
            title="Conflicts in configuration",
            description="Objects that contradict each other: one of them silently loses. `istioctl "
            "analyze` names them.",
            width=8,
            height=8,
            queries=tuple(
                Query(expr=text(Aggregate("max", Selector(metric))), legend=words)
                for metric, words in known.items()
            ),
            field=charts.none_is_good(),
        )
    if context.has("sidecar_injection_failure_total", "sidecar_injection_success_total"):
        yield charts.graph(
            "injection",
            "Injection of sidecars",
            "Pods that should have got a sidecar. A failed one runs without, or not at all.",
            {
                "injected": _increase("sidecar_injection_success_total"),
                "failed": _increase("sidecar_injection_failure_total"),
            },
            charts.COUNT,
            width=8,
            colours=(SeriesColour("^failed", "red"),),
        )


def _certificates(context: Context) -> Iterator[Panel]:
    days = Field(unit="d", decimals=1)
    for metric, whose in _CERTIFICATES.items():
        if context.has(metric):
            left = Binary(Aggregate("min", Selector(metric)), "-", Call("time", ()))
            yield charts.stat(
                metric.replace("_", "-"),
                f"Certificate: {whose}",
                "Days until it expires. After that no proxy trusts another one. Renew the root weeks "
                "before: all workloads need new certificates.",
                Binary(left, "/", _DAY),
                days,
                width=6,
                height=6,
            )
    if context.has(_AGENT_CERTIFICATE):
        yield charts.graph(
            "workload-certificates",
            f"Certificates of workloads: the {_RANKED} that expire first",
            "Hours left. They live for a day and are renewed at half of it; one that falls below a "
            "quarter is not being renewed: its agent cannot reach istiod.",
            {
                "{{namespace}}/{{pod}}": ranked(
                    "bottomk",
                    _RANKED,
                    Binary(
                        Aggregate(
                            "min",
                            Selector(_AGENT_CERTIFICATE, (equal("resource_name", "default"),)),
                            ("namespace", "pod"),
                        ),
                        "/",
                        Number(3600),
                    ),
                )
            },
            Field(
                unit="h",
                decimals=1,
                thresholds=(Threshold(None, scales.RED), Threshold(Decimal(0), "transparent")),
            ),
            height=6,
        )


def _changes(context: Context) -> Iterator[Annotation]:
    """Yield marks where somebody changed a policy or a route."""
    if context.has("pilot_k8s_cfg_events"):
        changed = Aggregate(
            "sum", Call("increase", (Selector("pilot_k8s_cfg_events", (), "2m"),)), ("type", "event")
        )
        yield Annotation(
            name="Configuration",
            expr=text(seen.positive(changed)),
            title="{{type}} {{event}}",
            text="Istio's configuration was changed",
            colour="purple",
        )
