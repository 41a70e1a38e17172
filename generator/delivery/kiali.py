"""Kiali's side of the links, as a patch of the resource that its operator reads.

Fields: kiali/kiali-operator crd-docs/crd/kiali.io_kialis.yaml. Kiali finds a dashboard in Grafana by its
exact title, and passes on what it looks at in the variables that are named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator import names
from generator.delivery import addresses, kiali_health, yaml_text
from generator.delivery.artifact import Artifact
from generator.diagnostics import Diagnostics
from generator.links.version import at_least
from generator.rules.slo import CompiledSLO
from generator.spec.model import Platform, Project, Service

FORMAT = "kiali"
# What Kiali knows of what it looks at, and our dashboards' variables for it.
_VARIABLES = {"namespace": "namespace", "service": "service", "workload": "workload", "version": "revision"}
_DATA_SOURCE = "datasource"
_NAME_TEMPLATES = {"$service.$namespace": True, "$service": False}  # whether Kiali adds the namespace
_COMPUTE_SINCE = (2, 22)
_COMPUTE = ("1m", "2m", "5m", "10m", "30m", "1h", "3h", "6h", "12h", "1d", "7d", "30d")

Titles = Iterable[tuple[str, frozenset[str]]]
"""Titles of dashboards, each with the names of its variables."""


def artifacts(
    project: Project,
    compiled: Iterable[tuple[Service, tuple[CompiledSLO, ...]]],
    dashboards: Titles,
    diagnostics: Diagnostics,
) -> Iterator[Artifact]:
    """Yield `kiali/kiali.yaml`, the patch; a setting that Kiali needs and nobody gives is reported."""
    platform = project.platform
    services: dict[str, Any] = {}
    if url := addresses.prometheus(platform):
        services["prometheus"] = {"url": url}
    if addresses.grafana(platform):
        services["grafana"] = _grafana(platform, dashboards)
    if tracing := _tracing(platform, diagnostics):
        services["tracing"] = tracing
    if not services:
        why = "without Prometheus, Grafana and traces there is nothing to tell Kiali."
        addresses.missing(
            platform, FORMAT, "delivery", "prometheus.url, grafana.url or jaeger.url", why, diagnostics
        )
        return
    spec = {"external_services": services, **_health(platform, list(compiled))}
    comments = ["kubectl patch kiali kiali -n istio-system --type merge --patch-file <this file>"]
    content = {"spec": spec}
    yield Artifact(names.KIALI_PATH, yaml_text.document(content, platform.source, comments), platform.source)


def _grafana(platform: Platform, dashboards: Titles) -> dict[str, Any]:
    settings = platform.grafana
    block: dict[str, Any] = {"enabled": True, "internal_url": addresses.grafana(platform)}
    if settings.url:
        block["external_url"] = settings.url
    if settings.data_sources.prometheus:
        block["datasource_uid"] = settings.data_sources.prometheus
    listed = [
        {"name": title, "variables": chosen}
        for title, variables in dashboards
        if (chosen := _variables(variables, with_source=bool(settings.data_sources.prometheus)))
    ]
    if listed:
        block["dashboards"] = listed
    return block


def _variables(variables: frozenset[str], *, with_source: bool) -> Mapping[str, str]:
    """How Kiali hands over what it looks at; empty for a dashboard that takes nothing of it."""
    chosen = {what: f"var-{name}" for what, name in _VARIABLES.items() if name in variables}
    if chosen and with_source and _DATA_SOURCE in variables:
        chosen[_DATA_SOURCE] = f"var-{_DATA_SOURCE}"
    return chosen


def _tracing(platform: Platform, diagnostics: Diagnostics) -> dict[str, Any]:
    """Where Kiali finds traces; it can search by a service's name with or without its namespace."""
    settings, sources = platform.tracing, platform.grafana.data_sources
    internal = addresses.traces(platform)
    if not internal:
        if settings.provider == "tempo":
            why = "Kiali asks Tempo itself, and Grafana's address is not its."
            addresses.missing(platform, FORMAT, "tracing", "tracing.internalUrl", why, diagnostics)
        return {}
    if settings.service_name not in _NAME_TEMPLATES:
        diagnostics.error(
            "kiali/tracing-name",
            "Kiali cannot search traces by this name",
            platform.at.get("tracing.serviceName"),
            cause="it knows a service as `<app>` or as `<app>.<namespace>`, and nothing else.",
            fix="write $service.$namespace or $service, as the mesh's tracingServiceName is, or leave the "
            "format kiali out.",
        )
    is_jaeger = settings.provider == "jaeger"
    over_grpc = is_jaeger and addresses.is_grpc(internal)
    if is_jaeger and not over_grpc:
        addresses.check_jaeger_search(platform, "Kiali", diagnostics)
    block: dict[str, Any] = {
        "enabled": True,
        "provider": settings.provider,
        "internal_url": internal,
        "use_grpc": over_grpc,
        "namespace_selector": _NAME_TEMPLATES.get(settings.service_name, True),
    }
    if is_jaeger and platform.jaeger.url:
        block["external_url"] = platform.jaeger.url
    elif not is_jaeger and platform.grafana.url and sources.traces:
        block["external_url"] = platform.grafana.url
        block["tempo_config"] = {"datasource_uid": sources.traces, "org_id": "1", "url_format": "grafana"}
    return block


def _health(platform: Platform, compiled: list[tuple[Service, tuple[CompiledSLO, ...]]]) -> dict[str, Any]:
    """Thresholds that are whole numbers, and the time over which Kiali reads them: that of the fastest page.

    All thresholds, fractions too, stand in the annotations of the format `kiali-health`.
    """
    health: dict[str, Any] = {}
    longest = [
        alert.window.long
        for _, slos in compiled
        for one in slos
        for alert in one.slo.burn_alerts
        if one.events.failing
    ]
    if longest and str(min(longest)) in _COMPUTE and at_least(platform.kiali.version, _COMPUTE_SINCE):
        health["compute"] = {"duration": str(min(longest))}
    rates = []
    for service, slos in compiled:
        lines = kiali_health.tolerances(service, slos)
        shares = {share for line in lines for share in (line.degraded, line.failure)}
        if lines and all(share == share.to_integral_value() for share in shares):
            is_gateway = service.dataplane == "gateway"
            name = next(iter(service.workloads), service.name) if is_gateway else service.name
            rates.append(
                {
                    "namespace": service.namespace,
                    "kind": "workload" if is_gateway else "service",
                    "name": name,
                    "tolerance": [
                        {
                            "code": line.code,
                            "degraded": int(line.degraded),
                            "failure": int(line.failure),
                            "protocol": line.protocol,
                            "direction": line.direction,
                        }
                        for line in lines
                    ],
                }
            )
    if rates:
        health["rate"] = rates
    return {"health_config": health} if health else {}
