"""Kiali's pages: overview, lists, details with their tabs, Istio objects, the mesh."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from generator.links.kiali.common import cluster, duration, listed, span
from generator.links.kiali.graph import NodeKind
from generator.links.model import Query
from generator.links.url import Base, Url, Value
from generator.links.version import UnsupportedError, at_least
from generator.links.window import Window
from generator.spec.model import KialiSettings

TABS: Mapping[NodeKind, tuple[str, ...]] = {
    NodeKind.APPLICATION: ("info", "traffic", "in_metrics", "out_metrics", "traces"),
    NodeKind.SERVICE: ("info", "traffic", "metrics", "traces"),
    NodeKind.WORKLOAD: (
        "info", "traffic", "logs", "in_metrics", "out_metrics", "traces", "waypoint", "ztunnel", "envoy",
    ),
}  # fmt: skip
METRICS_TABS = ("metrics", "in_metrics", "out_metrics")
QUANTILES = ("0.95", "0.99")
_TABS_SINCE = {"waypoint": (2, 8), "ztunnel": (2, 8)}
_QUANTILE = re.compile(r"0\.[0-9]{1,4}")
_DASHBOARD = re.compile(r"[A-Za-z0-9_.-]+")
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MESH_SINCE = (1, 82)
_NAMESPACE_PAGE_SINCE = (2, 26)
_GROUPED_OBJECTS_SINCE = (2, 0)
_TRACING_SINCE = (1, 75)  # before, the page was called after Jaeger

# Istio's objects: group, version, and the word of routes before Kiali 2.0 (facts: istio/api, kiali/kiali).
_NETWORKING, _SECURITY, _GATEWAY_API = "networking.istio.io", "security.istio.io", "gateway.networking.k8s.io"
OBJECTS: Mapping[str, tuple[str, str, str]] = {
    "VirtualService": (_NETWORKING, "v1", "virtualservices"),
    "DestinationRule": (_NETWORKING, "v1", "destinationrules"),
    "Gateway": (_NETWORKING, "v1", "gateways"),
    "ServiceEntry": (_NETWORKING, "v1", "serviceentries"),
    "Sidecar": (_NETWORKING, "v1", "sidecars"),
    "WorkloadEntry": (_NETWORKING, "v1", "workloadentries"),
    "WorkloadGroup": (_NETWORKING, "v1", "workloadgroups"),
    "EnvoyFilter": (_NETWORKING, "v1alpha3", "envoyfilters"),
    "AuthorizationPolicy": (_SECURITY, "v1", "authorizationpolicies"),
    "PeerAuthentication": (_SECURITY, "v1", "peerauthentications"),
    "RequestAuthentication": (_SECURITY, "v1", "requestauthentications"),
    "Telemetry": ("telemetry.istio.io", "v1", "telemetries"),
    "WasmPlugin": ("extensions.istio.io", "v1alpha1", "wasmplugins"),
    "HTTPRoute": (_GATEWAY_API, "v1", "k8shttproutes"),
}


class Reporter(StrEnum):
    """Whose telemetry a metrics tab shows."""

    SOURCE = "source"
    DESTINATION = "destination"
    BOTH = "both"


def overview(base: Base, window: Window) -> Url:
    """Build a link to the overview of all namespaces."""
    return Url(base, ("console", "overview"), duration(window))


def listing(base: Base, what: str, namespaces: Iterable[str], window: Window) -> Url:
    """Build a link to the list of `applications`, `services`, `workloads` or `istio` objects."""
    if what not in {*NodeKind, "istio"}:
        msg = f"Kiali lists no {what}"
        raise UnsupportedError(msg)
    return Url(base, ("console", what), (("namespaces", listed(namespaces)), *duration(window)))


def namespace_page(base: Base, settings: KialiSettings, namespace: str, window: Window) -> Url:
    """Build a link to a namespace's page, or to the overview where Kiali has none (before 2.26)."""
    if not at_least(settings.version, _NAMESPACE_PAGE_SINCE):
        return overview(base, window)
    return Url(base, ("console", "namespaces", namespace), (*duration(window), *cluster(settings)))


def mesh(base: Base, settings: KialiSettings) -> Url:
    """Build a link to the topology of the mesh's own components."""
    if not at_least(settings.version, _MESH_SINCE):
        msg = f"Kiali {settings.version} has no page of the mesh; 1.82 has"
        raise UnsupportedError(msg)
    return Url(base, ("console", "mesh"))


def tracing(base: Base, settings: KialiSettings) -> Url:
    """Build a link to the page that leads to the traces."""
    return Url(base, ("console", "tracing" if at_least(settings.version, _TRACING_SINCE) else "jaeger"))


def details(  # noqa: PLR0913  # a page has this many coordinates
    base: Base,
    settings: KialiSettings,
    namespace: Value,
    kind: NodeKind,
    name: Value,
    tab: str,
    window: Window,
    *,
    reporter: str = "",
    quantiles: tuple[str, ...] = QUANTILES,
    by_labels: Mapping[str, tuple[str, ...]] | None = None,
) -> Url:
    """Build a link to a page opened at `tab`.

    `reporter`, `quantiles` and `by_labels` (labels that split the curves, each with the values to show, or
    none for all) are for metrics tabs.
    """
    if tab not in TABS[kind] or not at_least(settings.version, _TABS_SINCE.get(tab, (0, 0))):
        msg = f"{kind.value} have no tab {tab} in Kiali {settings.version}"
        raise UnsupportedError(msg)
    path = ("console", "namespaces", namespace, kind.value, name)
    query: Query = (("tab", tab),)
    if tab in METRICS_TABS:
        query += (*span(window), *((("reporter", Reporter(reporter).value),) if reporter else ()))
        query += (*_quantiles(quantiles), *_by_labels(by_labels or {}))
    elif tab == "traces":
        query += span(window)
    else:
        query += duration(window)
    return Url(base, path, query + cluster(settings))


def custom_dashboard(
    base: Base,
    settings: KialiSettings,
    namespace: str,
    kind: NodeKind,
    name: str,
    dashboard: str,
    window: Window,
) -> Url:
    """Build a link to a custom dashboard of an application or a workload, such as `go`."""
    if kind is NodeKind.SERVICE or dashboard in TABS[kind] or not _DASHBOARD.fullmatch(dashboard):
        msg = f"{kind.value} have no custom dashboard {dashboard}"
        raise UnsupportedError(msg)
    tab = f"cd-{dashboard}" if kind is NodeKind.APPLICATION else dashboard
    path = ("console", "namespaces", namespace, kind.value, name)
    return Url(base, path, (("tab", tab), *span(window), *cluster(settings)))


def istio_object(
    base: Base, settings: KialiSettings, namespace: str, kind: str, name: str, *, as_yaml: bool = True
) -> Url:
    """Build a link to an object of Istio or the Gateway API, opened at its YAML."""
    if kind not in OBJECTS:
        msg = f"Kiali shows no {kind}"
        raise UnsupportedError(msg)
    group, version, word = OBJECTS[kind]
    grouped = at_least(settings.version, _GROUPED_OBJECTS_SINCE)
    coordinates = (group, version, kind) if grouped else (word,)
    query: Query = (("list", "yaml"),) if as_yaml else ()
    path = ("console", "namespaces", namespace, "istio", *coordinates, name)
    return Url(base, path, query + cluster(settings))


def _quantiles(quantiles: tuple[str, ...]) -> Query:
    for quantile in quantiles:
        if not _QUANTILE.fullmatch(quantile):
            msg = f"{quantile} is not a quantile"
            raise UnsupportedError(msg)
    return (("quantiles", " ".join(quantiles)),) if quantiles else ()


def _by_labels(labels: Mapping[str, tuple[str, ...]]) -> Query:
    for label, values in labels.items():
        if not _LABEL.fullmatch(label) or any(not value or "," in value for value in values):
            msg = f"Kiali cannot split by {label}={values}"
            raise UnsupportedError(msg)
    return tuple(
        ("bylbl", f"{label}={','.join(values)}" if values else label) for label, values in labels.items()
    )
