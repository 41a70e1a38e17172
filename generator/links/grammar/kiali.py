"""Kiali's graph and details routes (kiali/kiali frontend/src/routes.tsx, src/app/History.tsx; 2.0 to 2.31).

An unknown route ends silently on Kiali's overview and an unknown value is silently replaced: the tables of
these pages are complete, so that a link outside of them is known to be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from generator.links.grammar.parts import (
    GrammarError,
    Parsed,
    Value,
    check_time_range,
    match_route,
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
    }.items()
}
_TABS = {
    "application": _words("info traffic in_metrics out_metrics traces"),
    "service": _words("info traffic metrics traces"),
    "workload": _words("info traffic logs in_metrics out_metrics traces waypoint ztunnel envoy"),
}
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
    "graphFind": bool,
    "graphHide": bool,
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


def parse(url: str, base: str) -> Parsed:
    """Read a link below `base`, which ends with Kiali's web root; raises GrammarError."""
    path, pairs = split(url, base)
    page, names = match_route(path, _ROUTES)
    query = single(pairs, _REPEATABLE)
    if page in _TABS:
        rest = _without_time_and_tab(page, query, pairs)
        _check(rest, _DETAILS)
    else:
        _check(pairs, _GRAPH)
        if page == "graph" and "namespaces" not in query:
            msg = "a graph needs its namespaces"
            raise GrammarError(msg)
        if ("replayStart" in query) != (query.get("replayActive") == "true"):
            msg = "a replay needs replayActive and replayStart"
            raise GrammarError(msg)
    return Parsed(page, names, pairs)


def _without_time_and_tab(
    page: str, query: Mapping[str, Value], pairs: Sequence[tuple[str, Value]]
) -> list[tuple[str, Value]]:
    """Check the tab of a details page and its time; return the other parameters."""
    tab = query.get("tab", "info")
    if tab not in _TABS[page]:
        msg = f"{page} has no tab {tab}"
        raise GrammarError(msg)
    if "from" in query or "to" in query:
        if tab not in _TABS_WITH_ABSOLUTE_TIME:
            msg = f"the tab {tab} takes no absolute time"
            raise GrammarError(msg)
        check_time_range(query.get("from"), query.get("to"), "ms")
    return [(name, value) for name, value in pairs if name not in {"tab", "from", "to"}]


def _check(pairs: Sequence[tuple[str, Value]], parameters: Mapping[str, Callable[[str], bool]]) -> None:
    for name, value in pairs:
        accepts = parameters.get(name)
        if accepts is None or not isinstance(value, str) or not accepts(value):
            msg = f"{name}={value} is not a parameter of this page"
            raise GrammarError(msg)
