"""The mesh as a whole: traffic, who calls whom, encryption, refusals, the control plane, certificates."""

from __future__ import annotations

from collections.abc import Iterator

from generator import names
from generator.grafana.dashboards import charts, marks, mesh_control_plane, mesh_requests, mesh_security
from generator.grafana.dashboards import mesh_traffic as seen
from generator.grafana.dashboards.context import Context, label_values
from generator.grafana.model import Dashboard
from generator.grafana.queries import any_of

KIND = "mesh"
_NAMESPACE = "namespace"


def build(context: Context) -> Iterator[Dashboard]:
    """Yield the overview of a mesh, if any service is in one."""
    if KIND not in context.shared:
        return
    chosen = (any_of(seen.CALLEE[0], _NAMESPACE), *context.identity_matchers)
    alerting = (any_of(names.NAMESPACE, _NAMESPACE), *context.identity_matchers)
    parts = (
        ("now", "", mesh_requests.now(context, chosen)),
        ("traffic", "Traffic", mesh_requests.over_time(context, chosen)),
        ("graph", "Who calls whom", mesh_requests.calls(context, chosen)),
        ("security", "Encryption and refusals", mesh_security.refusals(context, chosen)),
        ("control-plane", "Control plane", mesh_control_plane.panels(context)),
        ("certificates", "Certificates", mesh_security.certificates(context)),
    )
    yield Dashboard(
        uid=context.uid(KIND),
        kind=KIND,
        title=f"Mesh / {context.project.platform.project}",
        description="What passes through the mesh, and how its control plane is.",
        start="now-6h",
        variables=(
            *context.variables,
            label_values(
                seen.CALLEE[0],
                context.pick(seen.REQUESTS, seen.CONNECTIONS),
                *context.identity_matchers,
                name=_NAMESPACE,
            ),
        ),
        annotations=(
            *marks.of_all(context, marks.OF_OBJECTIVES, *alerting),
            *mesh_control_plane.changes(context),
        ),
        links=context.siblings(KIND),
        rows=charts.rows(parts),
        source=context.project.platform.source,
    )
