"""Marks on the time axis: which alerts fired, and when a rollout began, in what a dashboard is about.

Several alerts of an objective fire at once, and each group of it has its own: on a dashboard of many
objectives they are one mark, as long as any of them fires.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator import names
from generator.grafana.dashboards import groups
from generator.grafana.dashboards.context import Context, group_titles, service_matchers
from generator.grafana.model import Annotation
from generator.grafana.queries import any_of, chosen, highest, text
from generator.promql.build import Binary, Call, Matcher, Number, Selector, equal, regex_literal
from generator.spec.for_each import WORKLOAD
from generator.spec.model import Service

OF_OBJECTIVES = Matcher("alertname", "=~", f"SLOBurnRate.*|{names.ALERT_TELEMETRY_ABSENT}")
"""The alerts of objectives, whatever packs say besides."""
BLIND = equal("alertname", names.ALERT_TELEMETRY_ABSENT)
FIRING = equal("alertstate", "firing")
_SERIES = "ALERTS"
_REPLICA_SETS, _REPLICA_SET = "kube_replicaset_created", "replicaset"
_HASH = "-[a-z0-9]+"  # of a ReplicaSet's pods, behind the name of its Deployment
_YOUNG = 90  # seconds: Grafana asks for marks at steps of a minute


def of_service(service: Service) -> Annotation:
    """Each alert of a service."""
    return Annotation(
        name="Alerts",
        expr=text(Selector(_SERIES, (*service_matchers(service), FIRING))),
        title="{{alertname}}",
        text="{{slo}} {{severity}}" + groups.legend(group_titles(service.slos)),
        colour="red",
    )


def of_objective(*matchers: Matcher) -> Annotation:
    """Each alert of one objective, by name."""
    fired = highest(Selector(_SERIES, (FIRING, *matchers)), ("alertname", names.SEVERITY))
    return Annotation(
        name="Alerts", expr=text(fired), title="{{alertname}}", text="{{severity}}", colour="red"
    )


def of_workload(context: Context, namespace: Matcher, variable: str) -> Iterator[Annotation]:
    """Yield the alerts of packs that are made for each workload, of the one that `variable` chooses."""
    for_each = (pack.for_each.kind for pack in context.project.packs if pack.for_each)
    if WORKLOAD in for_each:
        yield of_objective(namespace, chosen(names.WORKLOAD_LABEL, variable))


def of_all(context: Context, *matchers: Matcher) -> Iterator[Annotation]:
    """Yield one mark for each objective of many that has an alert, by severity."""
    if not context.has_budgets:
        return
    by = (*context.identity, names.SEVERITY)
    fired = highest(Selector(_SERIES, (FIRING, *matchers)), by)
    yield Annotation(
        name="Alerts",
        expr=text(fired),
        title=f"{{{{{names.NAMESPACE}}}}}/{{{{{names.SERVICE}}}}} {{{{{names.SLO}}}}}",
        text=f"{{{{{names.SEVERITY}}}}}{context.legend}",
        colour="red",
    )


def rollouts_of(context: Context, service: Service) -> Iterator[Annotation]:
    """Yield the rollouts of a service's workloads."""
    if service.workloads:
        named = "|".join(map(regex_literal, service.workloads))
        sets = Matcher(_REPLICA_SET, "=~", f"({named}){_HASH}")
        yield from _rollouts(context, equal(names.NAMESPACE, service.namespace), sets)


def rollouts_of_chosen(context: Context, namespace: str, workload: str) -> Iterator[Annotation]:
    """Yield the rollouts of the workload that is chosen in the dashboard's variables."""
    sets = any_of(_REPLICA_SET, workload, _HASH)
    yield from _rollouts(context, chosen(names.NAMESPACE, namespace), sets)


def _rollouts(context: Context, *sets: Matcher) -> Iterator[Annotation]:
    """Yield a mark where Kubernetes made a new ReplicaSet."""
    if not context.has(_REPLICA_SETS):
        return
    age = Binary(Call("time", ()), "-", Selector(_REPLICA_SETS, sets))
    yield Annotation(
        name="Deployments",
        expr=text(Binary(age, "<", Number(_YOUNG))),
        title=f"{{{{{_REPLICA_SET}}}}}",
        text="A new revision is being rolled out",
        colour="blue",
    )
