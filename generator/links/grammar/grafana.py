"""Links to dashboards and into Explore as Grafana reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from generator.links.grammar.parts import (
    GrammarError,
    Parsed,
    Placeholder,
    Value,
    check_time_range,
    match_route,
    number,
    require,
    single,
    split,
)

_ROUTES = {
    "dashboard": re.compile(r"/d/(?P<uid>[A-Za-z0-9_-]{1,40})(?:/(?P<slug>[^/]+))?"),
    "explore": re.compile("/explore"),
}
_RELATIVE_TIME = re.compile(r"now(-[0-9]+[smhdwMy])?(/[smhdwMy])?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_PARAMETERS = frozenset({"from", "to", "timezone", "refresh", "kiosk", "orgId", "viewPanel"})
_PANES_SINCE = (10, 1)
_PANE = re.compile(r"(?=.*[a-z])[a-z0-9]{3}")
_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_MARK = "\ue000"  # of the private use area: stands for a time while the JSON around it is read
_FIELDS: Mapping[str, Mapping[str, type]] = {
    "prometheus": {"expr": str, "range": bool, "instant": bool, "editorMode": str},
    "loki": {"expr": str, "queryType": str, "editorMode": str, "maxLines": int},
    "tempo": {"query": str, "queryType": str, "limit": int, "tableType": str},
    "jaeger": {
        "query": str,
        "queryType": str,
        "service": str,
        "operation": str,
        "tags": str,
        "minDuration": str,
        "maxDuration": str,
        "limit": int,
    },
    "elasticsearch": {"query": str, "metrics": list, "bucketAggs": list, "timeField": str},
}
_NEEDED = {
    "prometheus": {"expr", "range"},
    "loki": {"expr", "queryType"},
    "tempo": {"query", "queryType"},
    "jaeger": set[str](),
    "elasticsearch": {"query", "metrics", "bucketAggs", "timeField"},
}
_ENUMS = {
    ("loki", "queryType"): {"range", "instant"},
    ("tempo", "queryType"): {"traceql", "traceqlSearch", "traceId", "serviceMap"},
    ("tempo", "tableType"): {"traces", "spans"},
    ("jaeger", "queryType"): {"search", "dependencyGraph"},
    ("prometheus", "editorMode"): {"code", "builder"},
    ("loki", "editorMode"): {"code", "builder"},
}


def parse(url: str, base: str, version: str = "") -> Parsed:
    """Read a link below `base` (empty for links within Grafana), for a version or the newest one.

    Raises GrammarError.
    """
    path, pairs = split(url, base)
    page, names = match_route(path, _ROUTES)
    if page == "explore":
        _explore(pairs, version)
        return Parsed(page, names, pairs)
    query = single(pairs, frozenset(name for name, _ in pairs if name.startswith("var-")))
    for name in query:
        if name not in _PARAMETERS and not name.startswith("var-"):
            msg = f"Grafana has no parameter {name}"
            raise GrammarError(msg)
    _time_range(query.get("from"), query.get("to"))
    return Parsed(page, names, pairs)


def _time_range(start: Value | None, end: Value | None) -> None:
    """Check a range: both relative, both dates of 24 characters, or both in milliseconds."""
    if isinstance(start, str) and isinstance(end, str):
        if _RELATIVE_TIME.fullmatch(start) and _RELATIVE_TIME.fullmatch(end):
            return
        if _DATE.fullmatch(start) and _DATE.fullmatch(end) and start < end:
            return
    check_time_range(start, end, "ms")


def _explore(pairs: Sequence[tuple[str, Value]], version: str) -> None:
    query = single(pairs)
    if number(version) < _PANES_SINCE:
        require(query.keys() == {"orgId", "left"}, "before 10.1 Explore takes one pane, left")
        state, times = _state(query["left"])
        _pane(state, times)
        return
    require(query.keys() == {"schemaVersion", "panes", "orgId"}, "Explore takes panes and their version")
    require(query["schemaVersion"] == "1", "Explore knows one version of its state")
    panes, times = _state(query["panes"])
    require(len(panes) == 1, "one pane is written")
    for name, pane in panes.items():
        require(_PANE.fullmatch(name) is not None, f"{name} is not a name of a pane")
        _pane(pane, times)


def _state(value: Value) -> tuple[dict[str, Any], list[Placeholder]]:
    """Read JSON in which times may be left to others; return it with marks for them, and the times."""
    pieces = value if isinstance(value, tuple) else (value,)
    times = [piece for piece in pieces if isinstance(piece, Placeholder)]
    text = "".join(_MARK if isinstance(piece, Placeholder) else piece for piece in pieces)
    try:
        state = json.loads(text)
    except ValueError as error:
        msg = "the state of Explore is not JSON"
        raise GrammarError(msg) from error
    require(isinstance(state, dict), "the state of Explore is not an object")
    return state, times


def _pane(pane: dict[str, Any], times: list[Placeholder]) -> None:
    require(
        pane.keys() == {"datasource", "queries", "range"}, "a pane has a data source, queries and a range"
    )
    uid = pane["datasource"]
    require(
        isinstance(uid, str) and _UID.fullmatch(uid) is not None, f"{uid} is not the uid of a data source"
    )
    require(bool(pane["queries"]), "a pane without a query is empty")
    for query in pane["queries"]:
        _query(query, uid)
    spans = pane["range"]
    require(spans.keys() == {"from", "to"}, "a range has two ends")
    start, end = spans["from"], spans["to"]
    require(isinstance(start, str) and isinstance(end, str), "ends of a range must be strings")
    if times:
        require((start, end, len(times)) == (_MARK, _MARK, 2), "times stand at the ends of the range")
        check_time_range(times[0], times[1], "ms")
    else:
        _time_range(start, end)


def _query(query: dict[str, Any], uid: str) -> None:
    source = query.get("datasource", {})
    kind = source.get("type")
    require(kind in _FIELDS, f"{kind} is not a kind of data source")
    require(source == {"type": kind, "uid": uid}, "a query names the data source of its pane")
    require(bool(query.get("refId")), "a query needs its refId")
    fields = {name: value for name, value in query.items() if name not in {"datasource", "refId"}}
    require(fields.keys() <= _FIELDS[kind].keys(), f"{kind} has no such field: {sorted(fields)}")
    require(fields.keys() >= _NEEDED[kind], f"{kind} needs {sorted(_NEEDED[kind])}")
    for name, value in fields.items():
        require(type(value) is _FIELDS[kind][name], f"{name} is not a {_FIELDS[kind][name].__name__}")
        allowed = _ENUMS.get((kind, name))
        require(allowed is None or value in allowed, f"{kind} has no {name} {value}")
    if kind == "jaeger":
        require(
            bool(fields.get("service" if "queryType" in fields else "query")), "Jaeger needs what to find"
        )
