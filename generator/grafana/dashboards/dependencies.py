"""A service's neighbours: who calls it and whom it calls, edge by edge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from generator import names
from generator.grafana.dashboards import charts, graph, mesh_traffic
from generator.grafana.dashboards.context import CARRY, Context
from generator.grafana.model import DataLink, Field, Mapping, Query
from generator.grafana.panels import Column, NodeGraph, Panel, Table, TimeSeries
from generator.grafana.queries import constant, highest, labelled, ranked, text
from generator.promql.build import Binary, Call, Expr, Matcher, Number, Selector, either, total
from generator.spec.model import Service

_RANKED = 10
_DASHBOARD = "dashboard"
_MILLISECONDS = Field(unit="ms", decimals=0)


def panels(context: Context, service: Service, chosen: tuple[Matcher, ...] = ()) -> Iterator[Panel]:
    """Yield tables of callers and callees, a graph of both, and who meets which failure.

    `chosen` narrows the series to what is chosen in the dashboard's head.
    """
    if service.subject is None or service.dataplane == "none":
        return
    if not any(map(context.has, (mesh_traffic.REQUESTS, mesh_traffic.CONNECTIONS))):
        return
    links = context.links_of(service).failures
    incoming = (*mesh_traffic.to_service(service), *chosen)
    has_callers = service.dataplane != "gateway"
    if has_callers:
        yield _table(
            context,
            "Callers",
            "Who calls this service now. Where the proxies of both sides tell of it, the larger number. "
            "“unknown” is outside of the mesh. One slow or failing caller among many is the caller's "
            "problem.",
            incoming,
            mesh_traffic.CALLER,
        )
    outgoing = (*mesh_traffic.from_service(service), *chosen)
    if _calls_somebody(context, service):
        yield _table(
            context,
            "Calls",
            "Whom this service calls now. It cannot be faster or better than what it waits for. “Declared” "
            "calls stand in its definition; one without requests is idle, or is no longer made.",
            outgoing,
            mesh_traffic.CALLEE,
            declared=[call.key for call in service.calls],
        )
    if has_callers:
        yield _graph(context, service, incoming, outgoing)
    yield from _failures(service, chosen, links)


def _calls_somebody(context: Context, service: Service) -> bool:
    told = (mesh_traffic.REQUESTS, mesh_traffic.CONNECTIONS)
    return any(context.selects(metric, *mesh_traffic.from_service(service)) for metric in told)


def _table(
    context: Context,
    title: str,
    description: str,
    matchers: tuple[Matcher, ...],
    by: tuple[str, str],
    *,
    declared: Iterable[tuple[str, str]] = (),
) -> Table:
    rate = mesh_traffic.positive(mesh_traffic.calls(matchers, by))
    has_requests = context.has(mesh_traffic.REQUESTS)
    counted = "Requests/s" if has_requests else "Connections/s"
    queries: list[Expr] = [rate]
    columns = [
        Column(title="Service", label=by[1]),
        Column(title="Namespace", label=by[0]),
        Column(title=counted, query=0, field=Field(decimals=2, unit="none")),
    ]
    if has_requests:
        queries.append(mesh_traffic.failed(matchers, by))
        columns.append(Column(title="Failed", query=1, field=Field(unit="percentunit", decimals=2)))
    if context.has(mesh_traffic.DURATIONS):
        queries.append(mesh_traffic.p95(matchers, by))
        columns.append(Column(title="p95", query=len(queries) - 1, field=_MILLISECONDS))
    known = [_known(by, callee) for callee in sorted(declared)]
    if known:
        queries.append(either(*known))
        columns.append(
            Column(title="Declared", query=len(queries) - 1, field=Field(mappings=(Mapping("^1$", "yes"),)))
        )
    if context.has_budgets:
        queries[0] = _with_dashboard(rate, by)
        link = DataLink(title="Open the service", url=f"/d/${{__data.fields.Dashboard}}?{CARRY}")
        opened = Field(mappings=(Mapping("^(.+)$", "Open"),), links=(link,))
        columns.append(Column(title="Dashboard", label=_DASHBOARD, field=opened, width=100))
    return Table(
        key=title.lower(),
        title=title,
        description=description,
        width=12,
        height=8,
        queries=tuple(Query(expr=text(query), instant=True, table=True) for query in queries),
        columns=tuple(columns),
        sort=counted,
        descending=True,
    )


def _known(by: tuple[str, str], key: tuple[str, str]) -> Expr:
    one = Call("vector", (Number(1),))
    return constant(constant(one, by[0], key[0]), by[1], key[1])


def _with_dashboard(expression: Expr, by: tuple[str, str]) -> Expr:
    """Add the uid of each service's own dashboard, where it has one, as the label `dashboard`."""
    info = labelled(labelled(Selector(names.INFO), by[0], names.NAMESPACE), by[1], names.SERVICE)
    uids = highest(info, (*by, _DASHBOARD))
    return Binary(Binary(expression, "*", uids, by, group_left=(_DASHBOARD,)), "or", expression, by)


def _graph(
    context: Context, service: Service, incoming: tuple[Matcher, ...], outgoing: tuple[Matcher, ...]
) -> NodeGraph:
    """The neighbourhood: edges that are observed, and declared ones with 0 where they are not."""
    edge = (*mesh_traffic.CALLER, *mesh_traffic.CALLEE)
    observed = [mesh_traffic.calls(incoming, edge)]
    if _calls_somebody(context, service):
        observed.append(mesh_traffic.calls(outgoing, edge))
    edges = graph.edges(
        either(*map(mesh_traffic.positive, observed)), [(service.key, call.key) for call in service.calls]
    )
    return NodeGraph(
        key="graph",
        title="Neighbours",
        description="Who calls this service and whom it calls, with requests (or connections) per second. "
        "An edge of 0 is declared in the definition and not seen in the mesh.",
        width=12,
        height=10,
        queries=(Query(expr=text(edges), instant=True, table=True),),
        field=Field(unit="none", decimals=2),
    )


def _failures(service: Service, chosen: tuple[Matcher, ...], links: tuple[DataLink, ...]) -> Iterator[Panel]:
    subject = service.subject.with_matchers(chosen) if service.subject else None
    caller = subject.dimensions.get("caller") if subject else None
    failures = subject.failed_requests() if subject else None
    if subject is None or failures is None or not caller or not subject.flags_label:
        return
    labels = (caller, "destination_workload", subject.flags_label, *subject.code_labels.values())
    per_second = charts.PER_SECOND if subject.code_labels else charts.CONNECTIONS_PER_SECOND
    yield TimeSeries(
        key="failures",
        title=f"Failures by caller, workload and flag: the {_RANKED} highest",
        description="Which caller meets which failure at which workload. One workload with all of them is "
        "broken; one caller with all of them asks for something that is not there; “unknown” as workload "
        "is a request for which no host was found.",
        width=12,
        height=10,
        queries=(
            Query(
                expr=text(ranked("topk", _RANKED, total(failures, labels))),
                legend=" ".join(f"{{{{{label}}}}}" for label in labels),
            ),
        ),
        field=replace(per_second, links=links),
    )
