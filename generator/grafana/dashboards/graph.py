"""Edges and nodes of a node graph, from calls between services."""

from __future__ import annotations

from collections.abc import Iterable

from generator.grafana.dashboards import mesh_traffic
from generator.grafana.queries import Text, constant, highest
from generator.promql.build import Binary, Call, Expr, Number, either

Key = tuple[str, str]
# What Grafana's node graph calls the columns of its tables.
SOURCE, TARGET, EDGE, TITLE = "source", "target", "id", "title"


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


def nodes(values: Expr, ends: Expr) -> Expr:
    """Nodes as the node graph reads them: values by callee, and 0 for the other `ends` of its edges.

    In place of a graph Grafana shows an error if an edge leads to a node that is not there
    (grafana/grafana#128554): to a caller that nobody calls, or a service that only TCP reaches.
    """
    return Binary(_named(values, mesh_traffic.CALLEE), "or", ends, (EDGE,))


def ends(callers: Expr, callees: Expr, declared: Iterable[tuple[Key, Key]]) -> Expr:
    """Whatever edges lead from or to, as nodes of 0: of calls by either end, and of declared ones."""
    observed = [
        Binary(Number(0), "*", _named(calls, labels))
        for calls, labels in ((callees, mesh_traffic.CALLEE), (callers, mesh_traffic.CALLER))
    ]
    written = [
        constant(constant(Call("vector", (Number(0),)), EDGE, "/".join(key)), TITLE, key[1])
        for key in sorted({key for edge in declared for key in edge})
    ]
    return either(*observed, *written)


def _named(expression: Expr, labels: tuple[str, ...]) -> Expr:
    """Values by namespace and name as values by node: nothing but its `id` and `title`."""
    named = _joined(_joined(expression, EDGE, labels, "/"), TITLE, labels[1:], "")
    return highest(named, (EDGE, TITLE))


def _joined(expression: Expr, label: str, sources: tuple[str, ...], between: str) -> Expr:
    return Call("label_join", (expression, Text(label), Text(between), *map(Text, sources)))
