"""Edges and nodes of a node graph, from calls between services."""

from __future__ import annotations

from collections.abc import Iterable

from generator.grafana.dashboards import mesh_traffic
from generator.grafana.queries import Text, constant
from generator.promql.build import Binary, Call, Expr, Number, either

Key = tuple[str, str]
# What Grafana's node graph calls the columns of its tables.
SOURCE, TARGET, EDGE = "source", "target", "id"


def edges(observed: Expr, declared: Iterable[tuple[Key, Key]]) -> Expr:
    """Edges as the node graph reads them, declared ones with 0 where they are not observed.

    `observed` are calls by both ends.
    """
    named = _joined(_joined(observed, SOURCE, mesh_traffic.CALLER, "/"), TARGET, mesh_traffic.CALLEE, "/")
    written = [
        constant(constant(Call("vector", (Number(0),)), SOURCE, "/".join(caller)), TARGET, "/".join(callee))
        for caller, callee in sorted(set(declared))
    ]
    every = (
        either(named, *written) if not written else Binary(named, "or", either(*written), (SOURCE, TARGET))
    )
    return _joined(every, EDGE, (SOURCE, TARGET), " > ")


def nodes(expression: Expr) -> Expr:
    """Nodes as the node graph reads them: calls by callee, with `id` and `title`."""
    named = _joined(expression, EDGE, mesh_traffic.CALLEE, "/")
    return _joined(named, "title", mesh_traffic.CALLEE[1:], "")


def _joined(expression: Expr, label: str, sources: tuple[str, ...], between: str) -> Expr:
    return Call("label_join", (expression, Text(label), Text(between), *map(Text, sources)))
