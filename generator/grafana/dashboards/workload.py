"""One workload, chosen in the dashboard's head: its pods, sidecars and resources, what happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.grafana.dashboards import charts, marks, pods, saturation
from generator.grafana.dashboards import mesh_traffic as seen
from generator.grafana.dashboards.context import DATASOURCE_VARIABLE, Context, one_found, one_of
from generator.grafana.model import Dashboard, Field, Mapping, Query, Variable
from generator.grafana.panels import Panel, StateTimeline
from generator.grafana.queries import chosen, highest, labelled, quantile, ranked, share, text
from generator.promql.build import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Matcher,
    Selector,
    either,
    total,
)
from generator.spec.aspects.saturation import Saturation

KIND = "workload"
# What has pods: the label of its name, the metric of how many are wanted, and of how many are available.
_CONTROLLERS = (
    ("deployment", "kube_deployment_spec_replicas", "kube_deployment_status_replicas_available"),
    ("statefulset", "kube_statefulset_replicas", "kube_statefulset_status_replicas_ready"),
    (
        "daemonset",
        "kube_daemonset_status_desired_number_scheduled",
        "kube_daemonset_status_number_available",
    ),
)
_INFO, _STARTED = "kube_pod_info", "kube_pod_start_time"
_TERMINATED = "kube_pod_container_status_last_terminated_reason"
_WAITING = "kube_pod_container_status_waiting_reason"
_NAMESPACE, _WORKLOAD = "namespace", "workload"


def build(context: Context) -> Iterator[Dashboard]:
    """Yield one dashboard for all workloads, if Kubernetes' metrics are there."""
    if KIND not in context.shared:
        return
    of = pods.of_chosen(_NAMESPACE, _WORKLOAD)
    parts = (
        ("now", "", _now(context)),
        ("pods", "Pods", _pods(context, of)),
        ("traffic", "Traffic", _traffic(context)),
        ("sidecars", "Sidecars", _sidecars(context, of)),
        ("resources", "Resources", saturation.panels(context, of, _lowest(context))),
    )
    yield Dashboard(
        uid=context.uid(KIND),
        kind=KIND,
        title=f"Workload / {context.project.platform.project}",
        description="The pods of one workload.",
        start="now-6h",
        variables=(DATASOURCE_VARIABLE, *_choices(context)),
        annotations=(
            *marks.of_workload(context, chosen(_NAMESPACE, _NAMESPACE), _WORKLOAD),
            *marks.rollouts_of_chosen(context, _NAMESPACE, _WORKLOAD),
        ),
        links=context.siblings(KIND),
        rows=charts.rows(parts),
        source=context.project.platform.source,
    )


def _choices(context: Context) -> Iterator[Variable]:
    """Yield the choice of a workload: of what has replicas, or of whatever made pods."""
    in_namespace = chosen(_NAMESPACE, _NAMESPACE)
    told = [(label, desired) for label, desired, _ in _CONTROLLERS if context.has(desired)]
    yield one_of(_NAMESPACE, _INFO)
    if len(told) == 1:
        ((label, metric),) = told
        yield one_of(label, metric, in_namespace, name=_WORKLOAD)
    elif told:
        named = (
            labelled(Selector(metric, (in_namespace,)), _WORKLOAD, label, "(.+)") for label, metric in told
        )
        yield one_found(_WORKLOAD, Aggregate("count", either(*named), (_WORKLOAD,)))
    else:
        yield one_of("created_by_name", _INFO, in_namespace, name=_WORKLOAD)


def _replicas(context: Context) -> tuple[Expr, Expr] | None:
    """How many pods are wanted and available, whatever runs them; None where nobody tells."""
    told = [each for each in _CONTROLLERS if context.has(*each[1:])]
    if not told:
        return None
    of = chosen(_NAMESPACE, _NAMESPACE)
    wanted, available = (
        Aggregate("max", either(*(Selector(each[at], (of, chosen(each[0], _WORKLOAD))) for each in told)))
        for at in (1, 2)
    )
    return wanted, available


def _lowest(context: Context) -> Saturation:
    """The lowest thresholds of any service: the workload's own service is not known here."""
    known = [service.saturation for service in context.project.services] or [Saturation()]
    return Saturation(
        cpu=min(each.cpu for each in known),
        memory=min(each.memory for each in known),
        throttling=min(each.throttling for each in known),
    )


def _now(context: Context) -> Iterator[Panel]:
    replicas = _replicas(context)
    if replicas is not None:
        desired, available = replicas
        yield charts.stat(
            "desired",
            "Replicas wanted",
            "How many pods the Deployment, StatefulSet or DaemonSet asks for.",
            desired,
            charts.COUNT,
            width=8,
        )
        yield charts.stat(
            "available",
            "Replicas available",
            "How many of them are ready, and have been for a while.",
            available,
            charts.COUNT,
            width=8,
        )
        yield charts.stat(
            "missing",
            "Replicas missing",
            "Wanted and not available: starting, crashing, or without a place on a node.",
            Binary(desired, "-", available),
            charts.none_is_good(),
            width=8,
        )


def _pods(context: Context, of: tuple[Matcher, ...]) -> Iterator[Panel]:
    info = highest(Selector(_INFO, of), ("pod", "node", "pod_ip"))
    values: dict[str, tuple[Expr, Field]] = {}
    if context.has(_STARTED):
        age = Binary(Call("time", ()), "-", highest(Selector(_STARTED, of), ("pod",)))
        values["Age"] = (age, Field(unit="dtdurations"))
    values["Memory"] = (pods.memory(of, ("pod",)), Field(unit="bytes"))
    values["CPU"] = (pods.cpu(of, ("pod",)), Field(unit="suffix: cores", decimals=3))
    if context.has(pods.RESTARTS):
        values["Restarts"] = (total(Selector(pods.RESTARTS, of), ("pod",)), charts.none_is_good())
    values["Known"] = (info, Field(mappings=(Mapping("^1$", "yes"),)))
    yield charts.table(
        "pods",
        "Pods now",
        "Each pod with where it runs. A pod that is much younger than its siblings was replaced.",
        {"pod": "Pod", "node": "Node", "pod_ip": "Address"},
        values,
        width=24,
    )
    yield StateTimeline(
        key="phases",
        title="Pods by phase",
        description="How many pods were in which phase. Pending for long: no node has room, or an image "
        "or a volume is missing.",
        width=12,
        height=8,
        queries=(
            Query(
                expr=text(total(Selector(pods.PHASE, of), ("phase",))),
                legend="{{phase}}",
            ),
        ),
        field=charts.COUNT,
        values=True,
    )
    events = [metric for metric in (_TERMINATED, _WAITING) if context.has(metric)]
    if events:
        by = ("pod", "container", "reason")
        yield charts.table(
            "events",
            "Why containers ended or wait",
            "OOMKilled: memory reached the limit. Error: it ended itself, see its logs. "
            "CrashLoopBackOff: Kubernetes waits before it tries again. ImagePullBackOff: the image is "
            "not there, or may not be read.",
            {"pod": "Pod", "container": "Container", "reason": "Reason"},
            {
                "Containers": (
                    either(*(seen.positive(total(Selector(metric, of), by)) for metric in events)),
                    charts.COUNT,
                )
            },
        )


def _traffic(context: Context) -> Iterator[Panel]:
    if not context.has(seen.REQUESTS, seen.DURATIONS):
        return
    matchers = (
        chosen("destination_workload_namespace", _NAMESPACE),
        chosen("destination_workload", _WORKLOAD),
    )
    yield charts.graph(
        "requests",
        "Requests by answer",
        "Requests per second that reached these pods.",
        {"{{response_code}}": total(seen.once(seen.REQUESTS, *matchers), ("response_code",))},
        charts.PER_SECOND,
        width=8,
        stacked=True,
    )
    yield charts.graph(
        "failed",
        "Failed requests by revision",
        "Share of requests that ended with a 5xx or a failing gRPC status.",
        {
            "{{destination_canonical_revision}}": share(
                seen.failures_once(*matchers),
                seen.once(seen.REQUESTS, *matchers),
                ("destination_canonical_revision",),
            )
        },
        charts.SHARE,
        width=8,
    )
    buckets = seen.once(seen.DURATIONS, *matchers)
    yield charts.graph(
        "durations",
        "Durations",
        "As the sidecars (or the waypoint) measured them.",
        {
            name: quantile(Decimal(value), buckets)
            for name, value in (("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99"))
        },
        Field(unit="ms", minimum=Decimal(0)),
        width=8,
    )


def _sidecars(context: Context, of: tuple[Matcher, ...]) -> Iterator[Panel]:
    if context.has("envoy_server_live", "envoy_server_uptime"):
        live = Aggregate("min", Selector("envoy_server_live", of), ("pod",))
        yield charts.table(
            "proxies",
            "Proxies now",
            "1 is live. A proxy that is much younger than its pod was restarted.",
            {"pod": "Pod"},
            {
                "Live": (live, charts.COUNT),
                "Up": (
                    Aggregate("min", Selector("envoy_server_uptime", of), ("pod",)),
                    Field(unit="dtdurations"),
                ),
            },
            width=8,
        )
    if context.has("envoy_server_memory_allocated"):
        yield charts.graph(
            "proxy-memory",
            "Memory of proxies: the 10 highest",
            "It grows with the number of services that a proxy knows: a Sidecar resource limits them.",
            {
                "{{pod}}": ranked(
                    "topk", 10, Aggregate("max", Selector("envoy_server_memory_allocated", of), ("pod",))
                )
            },
            Field(unit="bytes", minimum=Decimal(0)),
            width=8,
        )
    rejected = [
        metric
        for metric in (
            "envoy_cluster_manager_cds_update_rejected",
            "envoy_listener_manager_lds_update_rejected",
        )
        if context.has(metric)
    ]
    if rejected:
        yield charts.graph(
            "proxy-rejects",
            "Configuration that proxies rejected",
            "In an hour. A proxy that rejects keeps its old configuration, and nobody is told.",
            {
                metric.removeprefix("envoy_").split("_")[0]: total(
                    Call("increase", (Selector(metric, of, "1h"),))
                )
                for metric in rejected
            },
            charts.COUNT,
            width=8,
        )
