"""One service: the state of its SLOs, how they burn, its traffic and latency, its alerts."""

from __future__ import annotations

from collections.abc import Iterator

from generator import names
from generator.grafana.dashboards import (
    business,
    charts,
    dependencies,
    evidence,
    journey,
    marks,
    pods,
    saturation,
    slo_panels,
    traffic,
)
from generator.grafana.dashboards.context import CARRY, Context, group_titles, service_matchers
from generator.grafana.model import Dashboard, DashboardLink, Row
from generator.grafana.panels import AlertList, Panel, Text
from generator.grafana.text import markdown, markdown_link
from generator.spec.model import Service


def build(context: Context, service: Service) -> Iterator[Dashboard]:
    """Yield the dashboard of a service."""
    links = context.links_of(service)
    team = service.labels.get("team") or context.project.platform.team
    back = DashboardLink(
        title="All SLOs", url=f"/d/{context.fleet_uid}?{CARRY}", tooltip="Every objective of the fleet"
    )
    yield Dashboard(
        uid=context.service_uid(service),
        kind="service",
        title=context.title(service),
        description=service.description,
        start="now-6h",
        tags=(team,) if team else (),
        variables=(
            *(context.variables if service.slos else context.variables[:1]),
            *evidence.variables(context, service.edge),
        ),
        annotations=(marks.of_service(service), *marks.rollouts_of(context, service)),
        links=(
            *((back,) if context.has_budgets else ()),
            *journey.links(context, service),
            *_related(context, service),
            *links.dashboard,
            *(() if "workload" in context.shared else links.workloads),
        ),
        rows=tuple(_rows(context, service, team)),
        source=service.source,
        origin=business.origin(context, service),
    )


def _related(context: Context, service: Service) -> Iterator[DashboardLink]:
    """Yield links to dashboards that are about this service too."""
    if service.rollout and service.subject:
        release = context.uid("release", service.namespace, service.name)
        yield DashboardLink(title="Release", url=f"/d/{release}?{CARRY}")
    if "workload" in context.shared and service.workloads:
        chosen = f"var-namespace={service.namespace}&var-workload={service.workloads[0]}"
        yield DashboardLink(title="Workloads", url=f"/d/{context.uid('workload')}?{chosen}&{CARRY}")


def _rows(context: Context, service: Service, team: str) -> Iterator[Row]:
    yield Row(key="about", title="", panels=(_about(service, team),))
    if service.slos:
        state = (panel for slo in service.slos for panel in slo_panels.state(context, service, slo))
        shown = tuple(state)
        if shown:
            yield Row(key="state", title="SLO state", panels=shown)
        burn = [panel for slo in service.slos for panel in slo_panels.burn(context, service, slo)]
        burn += slo_panels.history(context, service)
        yield Row(key="burn", title="Error budget and burn rate", panels=tuple(burn))
    if service.journey is not None:
        yield journey.services(context, service.journey)
    # What is chosen of the platform's identity labels holds for raw series too, which have them.
    chosen = context.identity_matchers if service.slos else ()
    if service.subject is not None:
        links, subject = context.links_of(service), service.subject.with_matchers(chosen)
        requests = tuple(traffic.traffic(subject, links.failures))
        yield Row(key="traffic", title="Traffic and errors", panels=requests)
        latency = tuple(traffic.latency(subject, links))
        if latency:
            yield Row(key="latency", title="Latency", panels=latency)
    neighbours = tuple(dependencies.panels(context, service.edge, chosen))
    if neighbours:
        yield Row(key="dependencies", title="Callers and calls", panels=neighbours)
    if service.business_metrics:
        yield Row(key="business", title="Business", panels=tuple(business.panels(service)))
    if service.workloads and not service.saturation.disabled:
        of_service = pods.of_workloads(service.namespace, service.workloads)
        full = tuple(saturation.panels(context, of_service, service.saturation))
        if full:
            yield Row(key="saturation", title="Saturation", panels=full, collapsed=True)
    yield from evidence.rows(context, service.edge)
    yield Row(key="alerts", title="Alerts", panels=tuple(_alerts(context, service)))


def _about(service: Service, team: str) -> Text:
    facts = [
        ("Team", team),
        ("Tier", service.tier),
        ("Namespace", service.namespace),
        ("Protocol", ", ".join(service.protocols)),
    ]
    parts = [f"**{name}** {markdown(value)}" for name, value in facts if value]
    if service.runbook:
        parts.append(markdown_link("Runbook", service.runbook))
    lines = [markdown(service.description)] if service.description else []
    if service.journey:
        through = ", ".join(markdown(one.display_name) for one in service.journey.services)
        lines.append(f"A journey through {through}; counted at {markdown(service.edge.display_name)}.")
    return Text(
        key="about",
        title="About",
        description="What this service is and who looks after it, from its definition in Git.",
        width=24,
        height=3,
        markdown="\n\n".join([*lines, " · ".join(parts)]),
    )


def _alerts(context: Context, service: Service) -> Iterator[Panel]:
    matchers = service_matchers(service)
    yield AlertList(
        key="list",
        title="Alerts of this service",
        description="Alerts that are pending or firing, most urgent first. Each leads to its runbook.",
        width=12,
        height=8,
        matchers=matchers,
    )
    labels = {"alertname": "Alert", names.SEVERITY: "Severity", names.SLO: "SLO"}
    labels |= {label: label.capitalize() for label in context.project.platform.identity_labels}
    labels |= group_titles(service.slos)
    yield charts.firing(
        matchers,
        labels,
        "What Prometheus itself says is firing. A rule file that is not loaded fires nothing.",
        height=8,
    )
