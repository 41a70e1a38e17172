"""Projects small enough to read, as the spec would give them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from generator.diagnostics import Diagnostics
from generator.grafana.dashboards import Context, Links, of_project, of_service
from generator.grafana.model import Dashboard
from generator.grafana.render import Rendered, render, render_object
from generator.promql.checks import Known
from generator.promql.duration import Duration
from generator.spec.burn import built_in_windows, burn_alerts
from generator.spec.model import SLO, Platform, Project, Service
from generator.telemetry import Subject, load_profile


def slo(name: str = "availability", objective: str = "99.9", **fields: Any) -> SLO:
    """An SLO over 30 days with the four burn-rate alerts."""
    fields = {"period": Duration.parse("30d"), "sli": None, **fields}
    bare = SLO(name=name, objective=Decimal(objective), **fields)
    diagnostics = Diagnostics()
    alerts = burn_alerts(bare, built_in_windows(), diagnostics)
    assert not diagnostics.items
    return dataclasses.replace(bare, burn_alerts=alerts)


def service(name: str = "reviews", **fields: Any) -> Service:
    """An HTTP service in the mesh with two SLOs."""
    fields.setdefault("display_name", name.capitalize())
    fields.setdefault("namespace", "bookinfo")
    fields.setdefault("slos", (slo(), slo("latency", "99")))
    if "subject" not in fields:
        fields["subject"] = Subject.of(
            load_profile("istio"), ("http",), "sidecar", name=name, namespace=fields["namespace"]
        )
    return Service(name=name, source="slos/bookinfo.yaml", **fields)


def project(*services: Service, **platform: Any) -> Project:
    """A project called shop."""
    platform = {"project": "shop", "windows": built_in_windows(), **platform}
    return Project(platform=Platform(**platform), services=services or (service(),))


def dashboards(
    made: Project, known: Known | None = None, links: Mapping[tuple[str, str], Links] = MappingProxyType({})
) -> dict[str, Dashboard]:
    """The built-in dashboards of a project by uid."""
    context = Context(made, links, known)
    of_services = (dashboard for service in made.services for dashboard in of_service(context, service))
    return {dashboard.uid: dashboard for dashboard in (*of_project(context), *of_services)}


def rendered(made: Project) -> dict[str, Rendered]:
    """The same, as Grafana's JSON."""
    return {uid: render(dashboard) for uid, dashboard in dashboards(made).items()}


def panels(dashboard: Rendered) -> dict[str, dict[str, Any]]:
    """Panels by title, those inside collapsed rows included."""
    found = {}
    for panel in dashboard.data["panels"]:
        for item in (panel, *panel.get("panels", [])):
            found[item["title"]] = item
    return found


def expressions(dashboard: Rendered) -> list[str]:
    """Every query of a dashboard's panels."""
    return [target["expr"] for panel in panels(dashboard).values() for target in panel.get("targets", [])]


def team(dashboard: object, source: str = "dashboards/x.dashboard.py") -> Rendered:
    """A team's grafanalib dashboard, normalised."""
    return render_object(dashboard, source, own=False)
