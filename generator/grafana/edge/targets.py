"""Queries as grafanalib targets: thin subclasses whose JSON is that of today's data sources."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from generator.grafana.edge.datasources import PROMETHEUS
from generator.grafana.edge.fields import ref_id
from generator.grafana.model import LOGS_SOURCE, TRACES_SOURCE, LogQuery, Query, TraceQuery
from generator.grafana.text import literal
from generator.promql.build import quote

_LINES, _TRACES = 200, 20


class PrometheusTarget(core.Target):  # type: ignore[misc]  # grafanalib has no types
    """A Prometheus query with the keys that grafanalib does not know."""

    def __init__(self, *, exemplar: bool, **common: object) -> None:
        super().__init__(**common)
        self.exemplar = exemplar

    def to_json_data(self) -> dict[str, Any]:
        """Grafana's JSON, to be normalised."""
        return {
            "datasource": dict(PROMETHEUS),
            "exemplar": self.exemplar or None,
            "expr": self.expr,
            "format": self.format,
            "instant": self.instant,
            "legendFormat": self.legendFormat,
            "range": None if self.instant else True,
            "refId": self.refId,
        }


class SourceTarget(core.Target):  # type: ignore[misc]  # grafanalib has no types
    """A query in another language than PromQL; `body` is what its data source reads."""

    def __init__(self, *, source: dict[str, str], body: dict[str, Any], **common: object) -> None:
        super().__init__(**common)
        self.source, self.body = source, body

    def to_json_data(self) -> dict[str, Any]:
        """Grafana's JSON."""
        return {"datasource": self.source, "refId": self.refId, **self.body}


def source_of(query: Query) -> dict[str, str]:
    """The data source that is asked, through its variable."""
    if isinstance(query, LogQuery):
        return {"type": query.kind, "uid": f"${{{LOGS_SOURCE}}}"}
    if isinstance(query, TraceQuery):
        return {"type": query.kind, "uid": f"${{{TRACES_SOURCE}}}"}
    return dict(PROMETHEUS)


def target(query: Query, index: int) -> core.Target:
    """Return the target of a query, the `index`-th of its panel."""
    if isinstance(query, LogQuery | TraceQuery):
        body = _log_lines(query) if isinstance(query, LogQuery) else _traces(query)
        return SourceTarget(source=source_of(query), body=body, refId=ref_id(index))
    return PrometheusTarget(
        expr=query.expr,
        legendFormat=query.legend,
        instant=query.instant,
        format="heatmap" if query.buckets else "table" if query.table else "time_series",
        refId=ref_id(index),
        exemplar=query.exemplar,
    )


def _log_lines(query: LogQuery) -> dict[str, Any]:
    if query.kind == "loki":
        return {"editorMode": "code", "expr": query.expr, "maxLines": _LINES, "queryType": "range"}
    return {
        "bucketAggs": [],
        "metrics": [{"id": "1", "settings": {"limit": str(_LINES)}, "type": "logs"}],
        "query": query.expr,
        "timeField": query.time_field,
    }


def _traces(query: TraceQuery) -> dict[str, Any]:
    """A trace by its id, or a search: Envoy marks what failed with `error=true`, Tempo by a span's status."""
    if query.kind == "tempo":
        failed = f"{{resource.service.name={quote(query.service)} && status=error}}"
        found = literal(failed) if query.service else query.expr
        return {"limit": _TRACES, "query": found, "queryType": "traceql", "tableType": "traces"}
    if not query.service:
        return {"query": query.expr}
    service = literal(query.service)
    return {"limit": _TRACES, "queryType": "search", "service": service, "tags": "error=true"}
