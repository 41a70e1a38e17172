"""How istiod is: what it hands out, what is rejected, what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.grafana.dashboards import charts
from generator.grafana.dashboards import mesh_traffic as seen
from generator.grafana.dashboards.context import Context
from generator.grafana.model import Annotation, Field, Query
from generator.grafana.panels import Panel, SeriesColour, StateTimeline
from generator.grafana.queries import quantile, text
from generator.promql.build import WINDOW, Aggregate, Call, Expr, Selector, rate, total

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


def panels(context: Context) -> Iterator[Panel]:
    """Yield the health of the control plane, as far as its metrics are there."""
    yield from _handed_out(context)
    yield from _rejected(context)


def _handed_out(context: Context) -> Iterator[Panel]:
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


def _rejected(context: Context) -> Iterator[Panel]:
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


def changes(context: Context) -> Iterator[Annotation]:
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


def _increase(metric: str, by: tuple[str, ...] = ()) -> Expr:
    return total(Call("increase", (Selector(metric, (), WINDOW),)), by)
