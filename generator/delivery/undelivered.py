"""What teams wrote for a format that is not among those of `delivery`, so that nobody gets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.diagnostics import Diagnostics, Span
from generator.documents import Source
from generator.spec.model import Project

_CAUSE = "without `grafana` among the formats of `delivery`, no dashboard is made, and none is checked."
_FIX = "add {format: grafana} to the platform's delivery, or remove it."


def check_undelivered(project: Project, modules: Sequence[Source], diagnostics: Diagnostics) -> None:
    """Warn of dashboards, and of metrics shown in dashboards, in a project that delivers none.

    `modules` are the team's dashboards in Python.
    """
    for message, span in _written(project, modules):
        diagnostics.warning("dashboard/undelivered", message, span, cause=_CAUSE, fix=_FIX)


def _written(project: Project, modules: Sequence[Source]) -> Iterator[tuple[str, Span | None]]:
    for dashboard in project.dashboards:
        yield f'the dashboard "{dashboard.name}" is not delivered', dashboard.at.get("name")
    for service in project.services:
        if service.business_metrics:
            first, *_ = service.business_metrics
            yield f"no dashboard shows the business metrics of {service.name}", first.at.get("name")
    for module in modules:
        yield "this dashboard is not delivered", Span(module.path, 1, 1, 1, 1)
