"""What passes through a mesh: how much, what fails, what is slow, who calls whom."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.grafana.dashboards import charts, graph
from generator.grafana.dashboards import mesh_traffic as seen
from generator.grafana.dashboards.context import Context
from generator.grafana.model import Field, Query
from generator.grafana.panels import NodeGraph, Panel
from generator.grafana.queries import quantile, ranked, share, text
from generator.promql.build import WINDOW, Binary, Expr, Matcher, Number, Selector, either, equal, rate, total

_RANKED = 10
_OF_CALLEE = "/".join(f"{{{{{label}}}}}" for label in seen.CALLEE)
# Declared edges are part of a query, and a query has a length that Grafana and Prometheus put up with.
_DECLARED = 60


def now(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    """Yield what passes now, by protocol, and how much of it fails, is encrypted, is refused."""
    parts = (
        (seen.REQUESTS, _by_protocol(chosen)),
        (seen.CONNECTIONS, _connections(chosen)),
        (seen.REQUESTS, _how_well(chosen)),
    )
    for metric, panels in parts:
        if context.has(metric):
            yield from panels


def _by_protocol(chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    for protocol, words in (("http", "HTTP requests"), ("grpc", "gRPC calls")):
        yield charts.stat(
            protocol,
            words,
            f"{words} per second to the chosen namespaces, each counted once: by the proxy of the callee, on "
            "ambient by the waypoint.",
            total(seen.once(seen.REQUESTS, equal(seen.PROTOCOL, protocol), *chosen)),
            charts.PER_SECOND,
        )


def _connections(chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    yield charts.stat(
        "tcp",
        "TCP connections opened",
        "Connections per second that are no HTTP to the mesh: databases, caches, whatever is not declared "
        "as HTTP.",
        total(seen.once(seen.CONNECTIONS, *chosen)),
        charts.CONNECTIONS_PER_SECOND,
    )


def _how_well(chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    yield charts.stat(
        "failed",
        "Failed requests",
        "Share of requests that ended with a 5xx or a failing gRPC status. What is too much, each objective "
        "says for itself. No value while there are no requests.",
        share(seen.failures_once(*chosen), seen.once(seen.REQUESTS, *chosen)),
        charts.SHARE,
    )
    yield charts.stat(
        "encrypted",
        "Requests under mTLS",
        "Share of requests that both ends made over mutual TLS, as the callees tell. What is missing comes "
        "from outside of the mesh, or is listed below.",
        share(
            seen.once(seen.REQUESTS, equal(seen.POLICY, "mutual_tls"), *chosen),
            seen.once(seen.REQUESTS, *chosen),
        ),
        Field(unit="percentunit", decimals=1, maximum=Decimal(1)),
    )
    yield charts.stat(
        "refused",
        "Requests answered 403",
        "Per second. An authorization policy refuses with 403; so may an application.",
        either(
            total(seen.once(seen.REQUESTS, equal("response_code", "403"), *chosen)),
            Binary(Number(0), "*", total(seen.once(seen.REQUESTS, *chosen))),
        ),
        Field(unit="reqps", decimals=2, minimum=Decimal(0)),
    )


def over_time(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    """Yield traffic over time, and the services that fail most and are slowest."""
    if context.has(seen.REQUESTS):
        yield charts.graph(
            "protocols",
            "Requests by protocol",
            "Requests per second. gRPC that is counted as HTTP has a port whose name does not say grpc.",
            {f"{{{{{seen.PROTOCOL}}}}}": total(seen.once(seen.REQUESTS, *chosen), (seen.PROTOCOL,))},
            charts.PER_SECOND,
            width=8,
            stacked=True,
        )
    if context.has(seen.RECEIVED, seen.SENT):
        yield charts.graph(
            "bytes",
            "TCP bytes",
            "Bytes per second over TCP connections. Istio calls “received” what the callee gets: requests.",
            {
                "requests": total(seen.once(seen.RECEIVED, *chosen)),
                "answers": total(seen.once(seen.SENT, *chosen)),
            },
            charts.BYTES_PER_SECOND,
            width=8,
        )
    if context.has(seen.REQUESTS):
        yield from _failing_and_slow(context, chosen)


def _failing_and_slow(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    yield charts.graph(
        "failing",
        f"Failed requests: the {_RANKED} services with most",
        "Failed requests per second by callee. Open the service for callers, flags and traces.",
        {_OF_CALLEE: ranked("topk", _RANKED, total(seen.failures_once(*chosen), seen.CALLEE))},
        charts.PER_SECOND,
        width=8,
    )
    if context.has(seen.DURATIONS):
        yield charts.graph(
            "slow",
            f"p95 of durations: the {_RANKED} slowest services",
            "95 of 100 requests are faster than this. A slow service makes all its callers slow.",
            {
                _OF_CALLEE: ranked(
                    "topk",
                    _RANKED,
                    quantile(Decimal("0.95"), seen.once(seen.DURATIONS, *chosen), seen.CALLEE),
                )
            },
            Field(unit="ms", minimum=Decimal(0)),
        )
    yield charts.graph(
        "flags",
        f"Failures by flag: the {_RANKED} most frequent",
        "Why proxies could not deliver, as the callers' proxies tell: UH no healthy pod, UF no "
        "connection, UO circuit breaker, NR no route, UT timeout, DC the client left. “-” is the "
        "service's own answer.",
        {
            f"{{{{{seen.FLAGS}}}}}": ranked(
                "topk",
                _RANKED,
                total(
                    rate(
                        Selector(
                            seen.REQUESTS,
                            (equal("reporter", "source"), Matcher("response_code", "=~", "0|5.."), *chosen),
                            WINDOW,
                        )
                    ),
                    (seen.FLAGS,),
                ),
            )
        },
        charts.PER_SECOND,
    )


def calls(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    """Yield the graph of services: observed calls, and declared ones with 0 where nobody sees them."""
    declared = [(service.key, call.key) for service in context.project.services for call in service.calls]
    drawn = declared[:_DECLARED]
    nodes, said, field = (
        _nodes(chosen, drawn)
        if context.has(seen.REQUESTS)
        else ({}, "Circles are services. ", charts.CONNECTIONS_PER_SECOND)
    )
    edges = graph.edges(seen.positive(seen.calls(chosen, (*seen.CALLER, *seen.CALLEE))), drawn)
    limit = f" Only the first {_DECLARED} declared edges are drawn." if len(declared) > _DECLARED else ""
    yield NodeGraph(
        key="graph",
        title="Services and calls",
        description=said + "Arrows are calls (or connections opened) per second; one of 0 is declared in a "
        "definition and not seen." + limit,
        width=24,
        height=16,
        queries=tuple(Query(expr=text(each), instant=True, table=True) for each in (*nodes.values(), edges)),
        field=Field(unit=field.unit, decimals=2),
        nodes=tuple(nodes),
    )


def _nodes(
    chosen: tuple[Matcher, ...], declared: list[tuple[graph.Key, graph.Key]]
) -> tuple[dict[str, Expr], str, Field]:
    """What is drawn of each service by its column's name, what that means, and how numbers look."""
    requests = total(seen.once(seen.REQUESTS, *chosen), seen.CALLEE)
    failing = share(seen.failures_once(*chosen), seen.once(seen.REQUESTS, *chosen), seen.CALLEE)
    ends = graph.ends(seen.calls(chosen, seen.CALLER), seen.calls(chosen, seen.CALLEE), declared)
    values = {
        "mainstat": graph.nodes(requests, ends),
        "arc__failed": graph.nodes(failing, ends),
        "arc__good": graph.nodes(Binary(Number(1), "-", failing), ends),
    }
    said = (
        "Circles are services with requests per second, their red part is the share that failed; without a "
        "ring nothing sends requests there: clients, and what only TCP reaches. "
    )
    return values, said, charts.PER_SECOND
