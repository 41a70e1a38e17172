"""Links into Kiali: namespace graphs, node graphs, service and workload pages.

Grammar: kiali/kiali frontend/src/routes.tsx and frontend/src/app/History.tsx, the same from 1.73 to 2.31
but for the ambient traffic of 2.0. Kiali redirects an unknown route to its overview without a word, so
every link is parsed back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from generator.links.model import ProviderLink, Query, Target
from generator.links.url import Base, Url
from generator.links.window import AlertWindow, FixedWindow, RecentWindow, Unit, Window
from generator.promql.duration import Duration
from generator.spec.model import KialiSettings, Platform

SYSTEM = "kiali"
ANNOTATION = "kiali"

DURATIONS = (60, 120, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400, 604800, 2592000)
_QUANTILES = "0.95 0.99"
_EDGES = "responseTime,rt95,trafficDistribution,trafficRate"
_TRAFFIC = "grpc,grpcRequest,http,httpRequest,tcp,tcpSent"
_AMBIENT_TRAFFIC = f"ambient,ambientTotal,{_TRAFFIC}"
_AMBIENT_SINCE = 2
_METRICS_TABS = ("metrics", "in_metrics", "out_metrics")


class NodeKind(StrEnum):
    """What a graph node or a details page is about; the value is its word in routes."""

    APPLICATION = "applications"
    SERVICE = "services"
    WORKLOAD = "workloads"


def base_url(platform: Platform) -> str:
    """Return the configured URL, empty when there is no Kiali."""
    return platform.kiali.url


def snap(length: Duration) -> int:
    """Find the shortest duration in seconds that Kiali offers and that covers `length`, else its longest.

    Kiali would replace any other value by a neighbour, a shorter one too.
    """
    return next((offered for offered in DURATIONS if offered * 1000 >= length.milliseconds), DURATIONS[-1])


def namespace_graph(base: Base, settings: KialiSettings, namespaces: Iterable[str], window: Window) -> Url:
    """Build a link to the traffic graph of whole namespaces."""
    query: Query = (("namespaces", ",".join(namespaces)), *_graph(settings, window))
    return Url(base, ("console", "graph", "namespaces"), query)


def node_graph(
    base: Base, settings: KialiSettings, namespace: str, kind: NodeKind, name: str, window: Window
) -> Url:
    """Build a link to the traffic graph around one node: who calls it and whom it calls."""
    path = ("console", "graph", "node", "namespaces", namespace, kind.value, name)
    return Url(base, path, (*_graph(settings, window), *_cluster(settings)))


def details(  # noqa: PLR0913  # a page has this many coordinates
    base: Base,
    settings: KialiSettings,
    namespace: str,
    kind: NodeKind,
    name: str,
    tab: str,
    window: Window,
    *,
    reporter: str = "",
) -> Url:
    """Build a link to a page opened at `tab`; `reporter` (source or destination) is for metrics tabs."""
    path = ("console", "namespaces", namespace, kind.value, name)
    query: Query = (("tab", tab),)
    if tab in _METRICS_TABS:
        query += (*_span(window), *((("reporter", reporter),) if reporter else ()), ("quantiles", _QUANTILES))
    else:
        query += (("duration", str(snap(window.length))),)
    return Url(base, path, query + _cluster(settings))


def links(base: Base, target: Target) -> Iterator[ProviderLink]:
    """Yield the service's page, its graph, a page for each workload; a gateway is known by its workload."""
    service, settings, window = target.service, target.platform.kiali, target.window
    if service.dataplane == "none":
        return
    if service.dataplane == "gateway":
        kind, name = NodeKind.WORKLOAD, next(iter(service.workloads), service.name)
        page = details(
            base, settings, service.namespace, kind, name, "out_metrics", window, reporter="source"
        )
    else:
        kind, name = NodeKind.SERVICE, service.name
        reporter = "destination" if service.dataplane == "sidecar" else ""
        page = details(base, settings, service.namespace, kind, name, "metrics", window, reporter=reporter)
    yield ProviderLink("page", "Kiali", page)
    yield ProviderLink(
        "graph", "Kiali: graph", node_graph(base, settings, service.namespace, kind, name, window)
    )
    for workload in service.workloads:
        page = details(base, settings, service.namespace, NodeKind.WORKLOAD, workload, "info", window)
        yield ProviderLink("workload", f"Kiali: {workload}", page)


def _graph(settings: KialiSettings, window: Window) -> Query:
    """How a graph is drawn; a fixed time is replayed, since a graph has no other way to show the past."""
    traffic = _AMBIENT_TRAFFIC if int(settings.version.partition(".")[0]) >= _AMBIENT_SINCE else _TRAFFIC
    query: Query = (
        ("graphType", "versionedApp"),
        ("edges", _EDGES),
        ("traffic", traffic),
        ("duration", str(snap(window.length))),
    )
    if isinstance(window, FixedWindow):
        start, _ = window.bounds(Unit.MILLISECONDS)
        query += (("replayActive", "true"), ("replayStart", start))
    return query


def _span(window: Window) -> Query:
    """Give the time of a metrics tab: the only pages that take an absolute one."""
    if isinstance(window, AlertWindow | RecentWindow):
        return (("duration", str(snap(window.length))),)
    start, end = window.bounds(Unit.MILLISECONDS)
    return (("from", start), ("to", end))


def _cluster(settings: KialiSettings) -> Query:
    """Name the cluster: exactly, or left out where there is one cluster only."""
    return (("clusterName", settings.cluster),) if settings.cluster else ()
