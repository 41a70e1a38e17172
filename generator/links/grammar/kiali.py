"""Kiali's routes and parameters (kiali/kiali frontend/src/routes.tsx, src/app/History.tsx; 1.73 to 2.31).

An unknown route ends silently on Kiali's overview and an unknown value is silently replaced: the tables of
these pages are complete, so that a link outside of them is known to be wrong. Nothing was removed between
these versions but the page of traces, which changed its name, and the routes of Istio's objects; what was
added says since when.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from generator.links.grammar import kiali_find
from generator.links.grammar.parts import (
    GrammarError,
    Parsed,
    Value,
    check_time_range,
    match_route,
    number,
    require,
    single,
    split,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAME = "[^/]+"
_IN_NAMESPACE = f"/namespaces/(?P<namespace>{_NAME})"
_NODE = f"/graph/node{_IN_NAMESPACE}"
_ROUTES = {
    page: re.compile(f"/console{route}")
    for page, route in {
        "application": f"{_IN_NAMESPACE}/applications/(?P<name>{_NAME})",
        "service": f"{_IN_NAMESPACE}/services/(?P<name>{_NAME})",
        "workload": f"{_IN_NAMESPACE}/workloads/(?P<name>{_NAME})",
        "service-graph": f"{_NODE}/services/(?P<name>{_NAME})",
        "workload-graph": f"{_NODE}/workloads/(?P<name>{_NAME})",
        "application-graph": f"{_NODE}/applications/(?P<name>{_NAME})(?:/versions/(?P<version>{_NAME}))?",
        "aggregate-graph": f"{_NODE}/aggregates/(?P<aggregate>{_NAME})/(?P<value>{_NAME})",
        "graph": "/graph/namespaces",
        "overview": "/overview",
        "namespace": _IN_NAMESPACE,
        "applications": "/applications",
        "services": "/services",
        "workloads": "/workloads",
        "istio": "/istio",
        "istio-object": f"{_IN_NAMESPACE}/istio/(?P<group>{_NAME})/(?P<version>{_NAME})/(?P<kind>{_NAME})/"
        f"(?P<name>{_NAME})",
        "old-istio-object": f"{_IN_NAMESPACE}/istio/(?P<kind>[a-z0-9]+)/(?P<name>{_NAME})",
        "mesh": "/mesh",
        "tracing": "/tracing",
        "jaeger": "/jaeger",
    }.items()
}
_PAGE_SINCE = {"mesh": (1, 82), "tracing": (1, 75), "istio-object": (2, 0), "namespace": (2, 26)}
_PAGE_UNTIL = {"jaeger": (1, 75), "old-istio-object": (2, 0)}  # the first version without it
_TAB_SINCE = {"waypoint": (2, 8), "ztunnel": (2, 8)}
_AMBIENT_SINCE = (2, 0)
_WAYPOINTS_SINCE = (1, 89)
_LISTS = frozenset({"applications", "services", "workloads", "istio"})
_CUSTOM_TABS = {
    "application": re.compile("cd-[A-Za-z0-9_.-]+"),
    "workload": re.compile("(?!cd-)[A-Za-z0-9_.-]+"),
}
_TABS = {
    "application": _words("info traffic in_metrics out_metrics traces"),
    "service": _words("info traffic metrics traces"),
    "workload": _words("info traffic logs in_metrics out_metrics traces waypoint ztunnel envoy"),
}
_EVERY_TAB = frozenset().union(*_TABS.values())
_TABS_WITH_ABSOLUTE_TIME = frozenset({"metrics", "in_metrics", "out_metrics", "traces"})


def _one_of(words: str) -> Callable[[str], bool]:
    return _words(words).__contains__


def _list_of(plain: str, refined: Mapping[str, str]) -> Callable[[str], bool]:
    """Accept a comma list of `plain` words and of `refined` ones, each with exactly one refinement."""
    known = _words(plain).union(refined, *map(_words, refined.values()))

    def accepts(text: str) -> bool:
        items = text.split(",")
        chosen = frozenset(items)
        if len(chosen) != len(items) or not chosen <= known:
            return False
        return all(len(chosen & _words(words)) == (word in chosen) for word, words in refined.items())

    return accepts


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _quantiles(text: str) -> bool:
    return all(re.fullmatch(r"0\.[0-9]{1,4}", quantile) for quantile in text.split(" "))


_BOOLEAN = _one_of("true false")
_COMMON: Mapping[str, Callable[[str], bool]] = {
    "duration": _one_of("60 120 300 600 1800 3600 10800 21600 43200 86400 604800 2592000"),
    "refresh": _one_of("0 1 10000 15000 30000 60000 300000 900000"),
    "clusterName": bool,
    "kiosk": _BOOLEAN,
}
_GRAPH: Mapping[str, Callable[[str], bool]] = {
    **_COMMON,
    **dict.fromkeys(
        _words(
            "animation badgeSecurity badgeSidecar badgeVS boxCluster boxNamespace idleEdges idleNodes "
            "injectServiceNodes operationNodes waypoints rank replayActive"
        ),
        _BOOLEAN,
    ),
    "graphType": _one_of("app service versionedApp workload"),
    "edges": _list_of(
        "trafficDistribution trafficRate",
        {"responseTime": "avg rt50 rt95 rt99", "throughput": "throughputRequest throughputResponse"},
    ),
    "traffic": _list_of(
        "",
        {
            "ambient": "ambientTotal ambientWaypoint ambientZtunnel",
            "grpc": "grpcReceived grpcRequest grpcSent grpcTotal",
            "http": "httpRequest",
            "tcp": "tcpReceived tcpSent tcpTotal",
        },
    ),
    "edgeMode": _one_of("all none unhealthy"),
    "layout": _one_of("breadthfirst concentric dagre grid"),
    "namespaceLayout": _one_of("breadthfirst concentric dagre grid"),
    "rankBy": _list_of("inboundEdges outboundEdges", {}),
    "graphFind": kiali_find.accepts,
    "graphHide": kiali_find.accepts,
    "focusSelector": bool,
    "namespaces": lambda text: all(text.split(",")),
    "replayInterval": _number,
    "replayStart": lambda text: _number(text) and len(text) == len("1700000000000"),
}
_DETAILS: Mapping[str, Callable[[str], bool]] = {
    **_COMMON,
    "rangeDuration": _number,
    "reporter": _one_of("source destination both"),
    "quantiles": _quantiles,
    **dict.fromkeys(_words("avg spans trendlines errs showSpansAvg"), _BOOLEAN),
    "bylbl": bool,
    "traceId": bool,
    "spanId": bool,
    "limit": _number,
    "percentile": bool,
}
_REPEATABLE = frozenset({"bylbl"})


def parse(url: str, base: str, version: str = "") -> Parsed:
    """Read a link below `base`, which ends with Kiali's web root, for a version or the newest one.

    Raises GrammarError.
    """
    path, pairs = split(url, base)
    page, names = match_route(path, _ROUTES)
    known = number(version)
    require(known >= _PAGE_SINCE.get(page, (0, 0)), f"Kiali {version} has no page {page}")
    # Without a version the newest is meant, which has none of the pages that are gone.
    require(known < _PAGE_UNTIL.get(page, (1001, 0)), f"Kiali {version} has no page {page} any more")
    query = single(pairs, _REPEATABLE)
    if page in _TABS:
        rest = _without_time_and_tab(page, query, pairs, known)
        _check(rest, _DETAILS)
    elif "graph" in page:
        _check(pairs, _GRAPH)
        _check_graph(page, query, known)
    elif page in {"istio-object", "old-istio-object"}:
        _check(pairs, {"list": _one_of("yaml overview"), "clusterName": bool})
    elif page in _LISTS:
        _check(pairs, {**_COMMON, "namespaces": lambda text: all(text.split(","))})
    else:
        _check(pairs, _COMMON)
    return Parsed(page, names, pairs)


def _check_graph(page: str, query: Mapping[str, Value], version: tuple[int, ...]) -> None:
    require(page != "graph" or "namespaces" in query, "a graph needs its namespaces")
    replayed = ("replayStart" in query) == (query.get("replayActive") == "true")
    require(replayed, "a replay needs replayActive and replayStart")
    traffic = query.get("traffic", "")
    ambient = isinstance(traffic, str) and "ambient" in traffic
    require(not ambient or version >= _AMBIENT_SINCE, "ambient traffic is known since Kiali 2.0")
    require("waypoints" not in query or version >= _WAYPOINTS_SINCE, "waypoints are known since Kiali 1.89")


def _without_time_and_tab(
    page: str, query: Mapping[str, Value], pairs: Sequence[tuple[str, Value]], version: tuple[int, ...]
) -> list[tuple[str, Value]]:
    """Check the tab of a details page and its time; return the other parameters."""
    tab = query.get("tab", "info")
    custom = _CUSTOM_TABS.get(page)
    is_custom = bool(tab not in _EVERY_TAB and custom and isinstance(tab, str) and custom.fullmatch(tab))
    require(is_custom or tab in _TABS[page], f"{page} has no tab {tab}")
    require(version >= _TAB_SINCE.get(str(tab), (0, 0)), f"the tab {tab} is newer")
    if "from" in query or "to" in query:
        require(is_custom or tab in _TABS_WITH_ABSOLUTE_TIME, f"the tab {tab} takes no absolute time")
        check_time_range(query.get("from"), query.get("to"), "ms")
    return [(name, value) for name, value in pairs if name not in {"tab", "from", "to"}]


def _check(pairs: Sequence[tuple[str, Value]], parameters: Mapping[str, Callable[[str], bool]]) -> None:
    for name, value in pairs:
        accepts = parameters.get(name)
        if accepts is None or not isinstance(value, str) or not accepts(value):
            msg = f"{name}={value} is not a parameter of this page"
            raise GrammarError(msg)
