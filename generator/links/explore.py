"""Links into Grafana's Explore, with a query for each kind of data source.

Grammar: grafana/grafana public/app/features/explore, the state in the URL. Ranges are strings, or Explore
ignores them; a data source that it does not know is silently replaced by the default one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from generator.links.url import Base, Raw, Url, Value
from generator.links.version import UnsupportedError, at_least
from generator.links.window import RecentWindow, Unit, Window
from generator.promql.duration import Duration
from generator.spec.model import GrafanaSettings

_PANE = "sl1"  # three of a-z0-9 with a letter among them, or Explore makes up its own
_PANES_SINCE = (10, 1)
_ORGANISATION = "1"
_MOST_LINES = 1000
_MOST_TRACES = 20
_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.:/-]*")
_NEEDS_QUOTES = re.compile(r'[\s="]')


@dataclass(frozen=True, slots=True)
class DataSourceQuery:
    """A query as Explore hands it to a data source of `kind`; text in it is data."""

    kind: str
    fields: Mapping[str, Any]


def prometheus(expr: str) -> DataSourceQuery:
    """A PromQL expression over time."""
    fields = {"expr": expr, "range": True, "instant": False, "editorMode": "code"}
    return DataSourceQuery("prometheus", fields)


def loki(expr: str) -> DataSourceQuery:
    """A LogQL query for lines."""
    fields = {"expr": expr, "queryType": "range", "editorMode": "code", "maxLines": _MOST_LINES}
    return DataSourceQuery("loki", fields)


def elasticsearch(query: str, time_field: str) -> DataSourceQuery:
    """A Lucene query for lines."""
    metrics = [{"id": "1", "type": "logs"}]
    fields = {"query": query, "metrics": metrics, "bucketAggs": [], "timeField": time_field}
    return DataSourceQuery("elasticsearch", fields)


def tempo(query: str) -> DataSourceQuery:
    """A TraceQL query for traces."""
    fields = {"queryType": "traceql", "query": query, "limit": _MOST_TRACES, "tableType": "traces"}
    return DataSourceQuery("tempo", fields)


def tempo_search(service: str, *, errors: bool = False, slower_than: Duration | None = None) -> str:
    """Write TraceQL for the traces through a service, all, failed or slow ones."""
    conditions = [f"resource.service.name = {_traceql_string(service)}"]
    if errors:
        conditions.append("status = error")
    if slower_than:
        conditions.append(f"duration >= {slower_than.milliseconds}ms")
    return f"{{ {' && '.join(conditions)} }}"


def jaeger(
    service: str,
    *,
    operation: str = "",
    tags: Mapping[str, str] | None = None,
    min_duration: Duration | None = None,
    max_duration: Duration | None = None,
    limit: int = _MOST_TRACES,
) -> DataSourceQuery:
    """A search in Jaeger."""
    fields: dict[str, Any] = {"queryType": "search", "service": service, "limit": limit}
    if operation:
        fields["operation"] = operation
    if tags:
        fields["tags"] = " ".join(f"{_key(name)}={_logfmt(value)}" for name, value in sorted(tags.items()))
    if min_duration:
        fields["minDuration"] = f"{min_duration.milliseconds}ms"
    if max_duration:
        fields["maxDuration"] = f"{max_duration.milliseconds}ms"
    return DataSourceQuery("jaeger", fields)


def jaeger_trace(trace_id: str) -> DataSourceQuery:
    """One trace in Jaeger, by its id."""
    if not re.fullmatch(r"[0-9a-f]{1,32}", trace_id):
        msg = f"{trace_id} is not the id of a trace"
        raise UnsupportedError(msg)
    return DataSourceQuery("jaeger", {"query": trace_id})


def explore(base: Base, settings: GrafanaSettings, uid: str, query: DataSourceQuery, window: Window) -> Url:
    """Build a link to Explore with `query` on the data source `uid`; before 10.1 in Grafana's older form."""
    if not _UID.fullmatch(uid):
        msg = f"{uid!r} is not the uid of a data source"
        raise UnsupportedError(msg)
    source = {"type": query.kind, "uid": uid}
    pane = [{"refId": "A", "datasource": source, **query.fields}]
    state = (f'{{"datasource":{_json(uid)},"queries":{_json(pane)},"range":', *_range(window), "}")
    if not at_least(settings.version, _PANES_SINCE):
        return Url(base, ("explore",), (("orgId", _ORGANISATION), ("left", state)))
    panes: Value = (f'{{"{_PANE}":', *state, "}")
    return Url(base, ("explore",), (("schemaVersion", "1"), ("panes", panes), ("orgId", _ORGANISATION)))


def _range(window: Window) -> tuple[str | Raw, ...]:
    start, end = window.relative if isinstance(window, RecentWindow) else window.bounds(Unit.MILLISECONDS)
    return ('{"from":"', *_pieces(start), '","to":"', *_pieces(end), '"}')


def _pieces(value: Value) -> tuple[str | Raw, ...]:
    return (value,) if isinstance(value, str) else value


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _traceql_string(text: str) -> str:
    """Quote a string as Go does, which TraceQL reads."""
    return orjson.dumps(text).decode()


def _key(name: str) -> str:
    if not _KEY.fullmatch(name):
        msg = f"{name!r} is not the name of a tag"
        raise UnsupportedError(msg)
    return name


def _logfmt(value: str) -> str:
    """Write a value of logfmt: quoted where it is empty or holds what ends a bare one."""
    if value and not _NEEDS_QUOTES.search(value) and value.isprintable():
        return value
    return orjson.dumps(value).decode()
