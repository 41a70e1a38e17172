"""Journeys on dashboards: the services that a journey leads through, and the journeys of a service."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from generator import names
from generator.grafana.dashboards import scales
from generator.grafana.dashboards.context import CARRY, Context
from generator.grafana.model import DashboardLink, DataLink, Field, Mapping, Query, Row
from generator.grafana.panels import Column, Table
from generator.grafana.queries import highest, record, text
from generator.promql.build import Aggregate, Expr, Matcher, either, equal, regex_literal
from generator.spec.model import Journey, Service

_DASHBOARD = "dashboard"


def services(context: Context, journey: Journey) -> Row:
    """Return a table of the SLOs of the services behind a journey, least budget first."""
    link = DataLink(title="Open the service", url=f"/d/${{__data.fields.Dashboard}}?{CARRY}")
    labels = {names.NAMESPACE: "Namespace", names.SERVICE: "Service", names.SLO: "SLO"}
    labels |= {label: label.capitalize() for label in context.project.platform.identity_labels}
    queries = (
        highest(_all(context, journey, names.INFO), (*context.identity, _DASHBOARD)),
        Aggregate("min", _all(context, journey, names.BUDGET_REMAINING), context.identity),
        highest(_all(context, journey, names.CURRENT_BURN_RATE), context.identity),
    )
    table = Table(
        key="services",
        title="Services of this journey",
        description="The objectives of the services that it leads through, least budget first; of one with "
        "groups, its worst group. What fails here fails the journey, unless its callers get over it. Click "
        "to open the service.",
        width=24,
        height=8,
        queries=tuple(Query(expr=text(query), instant=True, table=True) for query in queries),
        columns=(
            *(
                Column(title=title, label=label, field=Field(links=(link,)))
                for label, title in labels.items()
            ),
            Column(title="Budget left", query=1, field=scales.remaining((link,))),
            Column(title="Burn rate now", query=2, field=scales.burn()),
            Column(
                title="Dashboard",
                label=_DASHBOARD,
                field=Field(mappings=(Mapping("^(.+)$", "Open"),), links=(link,)),
                width=100,
            ),
        ),
        sort="Budget left",
    )
    return Row(key="journey", title="Services", panels=(table,))


def links(context: Context, service: Service) -> Iterator[DashboardLink]:
    """Yield links from a journey to its services, and from a service to the journeys through it."""
    others = (
        service.journey.services
        if service.journey
        else [one for one in context.journeys if one.journey and _leads_through(one.journey, service)]
    )
    for other in others:
        yield DashboardLink(
            title=f"Journey: {other.display_name}" if other.journey else other.display_name,
            url=f"/d/{context.service_uid(other)}?{CARRY}",
            tooltip="What users do through this service" if other.journey else "A service of this journey",
        )


def _leads_through(journey: Journey, service: Service) -> bool:
    return service.key in {journey.measured_at.key, *(one.key for one in journey.services)}


def _all(context: Context, journey: Journey, name: str) -> Expr:
    """A record of all services of a journey: a selector for each namespace."""
    members = sorted({one.key for one in (journey.measured_at, *journey.services)})
    return either(
        *(
            record(
                name,
                equal(names.NAMESPACE, namespace),
                Matcher(names.SERVICE, "=~", "|".join(regex_literal(key[1]) for key in keys)),
                *context.identity_matchers,
            )
            for namespace, keys in groupby(members, key=lambda key: key[0])
        )
    )
