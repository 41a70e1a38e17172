"""The built-in dashboards: one module each, which turns a project into dashboards.

A new dashboard is one module here and one line in `DASHBOARDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from generator.documents import Locator
from generator.grafana.dashboards import capacity, fleet, mesh, pipeline, release, service, slo, workload
from generator.grafana.dashboards.context import Context, Links
from generator.grafana.model import Dashboard
from generator.promql.checks import Known
from generator.spec.model import Project

NOWHERE = Locator()
DASHBOARDS: Mapping[str, Callable[[Context], Iterator[Dashboard]]] = MappingProxyType(
    {
        "fleet": fleet.build,
        "service": service.build,
        "slo": slo.build,
        "release": release.build,
        "mesh": mesh.build,
        "workload": workload.build,
        "pipeline": pipeline.build,
        "capacity": capacity.build,
    }
)


def build_dashboards(
    project: Project,
    links: Mapping[tuple[str, str], Links] = MappingProxyType({}),
    known: Known | None = None,
    locator: Locator = NOWHERE,
) -> Iterator[Dashboard]:
    """Every built-in dashboard of `project`; `links` are those of each service, by namespace and name.

    With `known` series there are only panels that have something to show; `locator` finds places in files.
    """
    context = Context(project, links, known, locator)
    for build in DASHBOARDS.values():
        yield from build(context)


__all__ = ["DASHBOARDS", "Context", "Links", "build_dashboards"]
