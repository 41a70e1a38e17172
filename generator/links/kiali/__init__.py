"""Links into Kiali: graphs, pages, Istio objects.

Grammar: kiali/kiali frontend/src/routes.tsx and frontend/src/app/History.tsx, 1.73 to 2.31. Kiali redirects
an unknown route to its overview without a word, so every link is parsed back.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.links.kiali.common import DURATIONS, snap
from generator.links.kiali.find import UNHEALTHY, Condition, Find
from generator.links.kiali.graph import (
    Ambient,
    EdgeMode,
    GraphType,
    Grpc,
    NodeKind,
    ResponseTime,
    Tcp,
    Throughput,
    View,
    namespace_graph,
    node_graph,
)
from generator.links.kiali.pages import (
    TABS,
    Reporter,
    custom_dashboard,
    details,
    istio_object,
    listing,
    mesh,
    namespace_page,
    overview,
    tracing,
)
from generator.links.model import ProviderLink, Target
from generator.links.url import Base
from generator.links.window import RecentWindow
from generator.spec.model import Platform, Service

SYSTEM = "kiali"
ANNOTATION = "kiali"
IN_GRAFANA = False
KNOWS_SLOW = False
OLDEST = (1, 73)
_LATEST_ONLY = "takes no time: it shows the last one of this length"


def base_url(platform: Platform) -> str:
    """Return the configured URL, empty when there is no Kiali."""
    return platform.kiali.url


def version(platform: Platform) -> str:
    """Return the version that links are written for."""
    return platform.kiali.version


def links(base: Base, target: Target) -> Iterator[ProviderLink]:
    """Yield the service's page, its graph, its traces, a page for each workload; a gateway is a workload."""
    service, settings, window = target.service, target.platform.kiali, target.window
    if service.dataplane == "none":
        return
    kind, name = node(service)
    namespace = service.namespace
    if kind is NodeKind.WORKLOAD:
        page = details(base, settings, namespace, kind, name, "out_metrics", window, reporter="source")
    else:
        reporter = "destination" if service.dataplane == "sidecar" else ""
        page = details(base, settings, namespace, kind, name, "metrics", window, reporter=reporter)
    yield ProviderLink("page", "Kiali", page)
    note = "" if isinstance(window, RecentWindow) else _LATEST_ONLY
    graph = node_graph(base, settings, namespace, kind, name, window)
    yield ProviderLink("graph", "Kiali: graph", graph, note)
    if target.platform.jaeger.url or target.platform.tracing.internal_url:  # else there is no such tab
        traces = details(base, settings, namespace, kind, name, "traces", window)
        yield ProviderLink("traces", "Kiali: traces", traces)
    for workload in service.workloads:
        page = details(base, settings, namespace, NodeKind.WORKLOAD, workload, "info", window)
        yield ProviderLink("workload", f"Kiali: {workload}", page, note)


def node(service: Service) -> tuple[NodeKind, str]:
    """What the service is in Kiali: a gateway is known by its workload, which sends and does not receive."""
    if service.dataplane == "gateway":
        return NodeKind.WORKLOAD, next(iter(service.workloads), service.name)
    return NodeKind.SERVICE, service.name


__all__ = [
    "ANNOTATION",
    "DURATIONS",
    "IN_GRAFANA",
    "KNOWS_SLOW",
    "OLDEST",
    "SYSTEM",
    "TABS",
    "UNHEALTHY",
    "Ambient",
    "Condition",
    "EdgeMode",
    "Find",
    "GraphType",
    "Grpc",
    "NodeKind",
    "Reporter",
    "ResponseTime",
    "Tcp",
    "Throughput",
    "View",
    "base_url",
    "custom_dashboard",
    "details",
    "istio_object",
    "links",
    "listing",
    "mesh",
    "namespace_graph",
    "namespace_page",
    "node",
    "node_graph",
    "overview",
    "snap",
    "tracing",
    "version",
]
