"""The built-in dashboards: one module each, which turns a project or one of its services into dashboards.

A new dashboard is one module here and one line in `DASHBOARDS` or, for one of each service, in
`SERVICE_DASHBOARDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from generator.grafana.dashboards import (
    business,
    capacity,
    fleet,
    mesh,
    pipeline,
    release,
    service,
    slo,
    workload,
)
from generator.grafana.dashboards.context import Context, Links
from generator.grafana.model import Dashboard
from generator.grafana.origin import Origin
from generator.spec.model import Service

DASHBOARDS: Mapping[str, Callable[[Context], Iterator[Dashboard]]] = MappingProxyType(
    {
        "fleet": fleet.build,
        "slo": slo.build,
        "mesh": mesh.build,
        "workload": workload.build,
        "pipeline": pipeline.build,
        "capacity": capacity.build,
    }
)
SERVICE_DASHBOARDS: Mapping[str, Callable[[Context, Service], Iterator[Dashboard]]] = MappingProxyType(
    {
        "service": service.build,
        "release": release.build,
    }
)


def of_project(context: Context) -> Iterator[Dashboard]:
    """Every dashboard about the project as a whole, where it has something to show."""
    for build in DASHBOARDS.values():
        yield from build(context)


def of_service(context: Context, about: Service) -> Iterator[Dashboard]:
    """Every dashboard about one service alone."""
    for build in SERVICE_DASHBOARDS.values():
        yield from build(context, about)


def origin_of(context: Context, about: Service, uid: str) -> Origin | None:
    """What leads from a dashboard of a service to a team's files; None where all of it is ours."""
    return business.origin(context, about) if uid == context.service_uid(about) else None


__all__ = ["DASHBOARDS", "SERVICE_DASHBOARDS", "Context", "Links", "of_project", "of_service", "origin_of"]
