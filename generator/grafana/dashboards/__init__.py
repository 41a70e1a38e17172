"""The built-in dashboards: one module each, which turns a project into dashboards.

A new dashboard is one module here and one line in `DASHBOARDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from generator.grafana.dashboards import fleet, service
from generator.grafana.dashboards.context import Context, Links
from generator.grafana.model import Dashboard
from generator.spec.model import Project

DASHBOARDS: Mapping[str, Callable[[Context], Iterator[Dashboard]]] = MappingProxyType(
    {
        "fleet": fleet.build,
        "service": service.build,
    }
)


def build_dashboards(
    project: Project, links: Mapping[tuple[str, str], Links] = MappingProxyType({})
) -> Iterator[Dashboard]:
    """Every built-in dashboard of `project`; `links` are those of each service, by namespace and name."""
    context = Context(project, links)
    for build in DASHBOARDS.values():
        yield from build(context)


__all__ = ["DASHBOARDS", "Context", "Links", "build_dashboards"]
