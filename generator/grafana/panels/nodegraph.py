"""Node graph: things as circles, and what passes between them as arrows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from generator.grafana.model import Panel, Query, Written
from generator.grafana.panels.fields import common, defaults, value_columns

# Shares of a node's circle, with the colour of each.
_ARCS = {"arc__failed": "red", "arc__good": "green"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeGraph(Panel):
    """Tables of nodes (labels `id`, `title`) and of edges (labels `id`, `source`, `target`).

    The first queries, as many as `nodes` has names, are joined into the table of nodes: each name says what
    the values of its query are (`mainstat`, or `arc__good` and `arc__failed`: shares of the circle). The rest
    are edges, with their values as `mainstat`. Without nodes Grafana makes them from the edges.
    """

    nodes: tuple[str, ...] = ()


def written(panel: Written) -> NodeGraph:
    """Edges, from queries whose series have the labels `source` and `target`."""
    return NodeGraph(**common(panel), queries=tables(panel.queries), field=panel.field)


def tables(queries: tuple[Query, ...]) -> tuple[Query, ...]:
    """The queries as tables of newest values, which is what Grafana draws nodes and edges from."""
    return tuple(replace(query, instant=True, table=True) for query in queries)


def body(panel: NodeGraph) -> dict[str, Any]:
    """Grafana's JSON. What Grafana calls `id`, `source`, `target` and `mainstat` are names of columns."""
    columns = value_columns(panel)
    meaning = (*panel.nodes, *("mainstat" for _ in columns[len(panel.nodes) :]))
    organize = {
        "excludeByName": {"Time": True},
        "indexByName": {},
        "renameByName": dict(zip(columns, meaning, strict=True)),
    }
    transformations: list[dict[str, Any]] = [{"id": "organize", "options": organize}]
    if len(panel.nodes) > 1:
        joined = "|".join(columns[index].removeprefix("Value #") for index in range(len(panel.nodes)))
        only_nodes = {"id": "byRefId", "options": f"/^(?:{joined})$/"}
        transformations.insert(0, {"filter": only_nodes, "id": "merge", "options": {}})
    arcs = [{"color": _ARCS[name], "field": name} for name in panel.nodes if name in _ARCS]
    unit = {"mainStatUnit": panel.field.unit} if panel.field.unit else {}
    return {
        "type": "nodeGraph",
        "fieldConfig": {"defaults": defaults(panel.field), "overrides": []},
        "options": {
            "edges": unit,
            "nodes": {**unit, **({"arcs": arcs} if arcs else {})},
            "zoomMode": "cooperative",
        },
        "transformations": transformations,
    }
