"""What the built-in dashboards share: their uids and titles, variables, matchers and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from generator import names
from generator.documents import Locator
from generator.grafana.model import DATASOURCE, DashboardLink, DataLink, Variable
from generator.grafana.queries import any_of, text
from generator.promql.build import Expr, Matcher, Selector, equal
from generator.promql.checks import Known
from generator.promql.checks.model import passes
from generator.promql.duration import Duration
from generator.spec.model import SLO, Project, Service

# Hands the chosen data source and the time range on to the linked dashboard.
CARRY = f"${{{DATASOURCE}:queryparam}}&${{__url_time_range}}"
DATASOURCE_VARIABLE = Variable(kind="datasource", name=DATASOURCE, query="prometheus", label="Data source")

# The dashboards of which a project has one at most, in the order of their links.
_SHARED = {
    "fleet": "All SLOs",
    "slo": "One SLO",
    "mesh": "Mesh",
    "workload": "Workloads",
    "capacity": "Capacity",
    "pipeline": "Telemetry pipeline",
}
# Without these a dashboard would have nothing to show.
# On ambient without a waypoint a mesh has connections alone.
_MESH = ("istio_requests_total", "istio_tcp_connections_opened_total")
_WORKLOAD = ("kube_pod_info", "kube_pod_status_phase", "container_cpu_usage_seconds_total")
_PIPELINE = (
    "otelcol_receiver_accepted_spans_total",
    "otelcol_receiver_accepted_spans",
    "prometheus_rule_group_last_duration_seconds",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Links to other tools: in a dashboard's head, and on values of its panels: of failures, of durations.

    Those of `workloads` are for a head as well, where no dashboard of workloads has them. `slow` are the
    durations from which SLOs call a request slow, for which those on durations look.
    """

    dashboard: tuple[DashboardLink, ...] = ()
    workloads: tuple[DashboardLink, ...] = ()
    failures: tuple[DataLink, ...] = ()
    durations: tuple[DataLink, ...] = ()
    slow: tuple[Duration, ...] = ()


@dataclass(frozen=True)
class Context:
    """A project as its dashboards see it."""

    project: Project
    links: Mapping[tuple[str, str], Links]
    known: Known | None = None
    locator: Locator = field(default_factory=Locator)

    def has(self, *series: str) -> bool:
        """Whether the project has all these series; without fixtures nobody can say that it has not."""
        if self.known is None or self.known.catalogue is None:
            return True
        return all(self.known.exists(name) for name in series)

    def pick(self, *series: str) -> str:
        """The first of these series that the project has, or nothing: exporters spell names differently."""
        return next((name for name in series if self.has(name)), "")

    def selects(self, metric: str, *matchers: Matcher) -> bool:
        """Whether the project has series of `metric` that pass all matchers; without fixtures, yes."""
        if not self.has(metric):
            return False
        series = self.known.series(metric) if self.known and self.known.catalogue else None
        domains = series.metric.values if series else {}
        return all(
            any(passes(matcher, value) for value in domains[matcher.label].values)
            for matcher in matchers
            if matcher.label in domains and not domains[matcher.label].after_event
        )

    def uid(self, kind: str, *parts: str) -> str:
        """The uid of the project's dashboard of a kind, or of one of several."""
        return names.dashboard_uid(self.project.platform.project, kind, *parts)

    @property
    def fleet_uid(self) -> str:
        """The uid of the fleet overview."""
        return self.uid("fleet")

    @cached_property
    def shared(self) -> dict[str, str]:
        """The kinds of dashboards that this project has one of, each with what a link to it is called."""
        mesh = any(service.dataplane != "none" for service in self.project.services)
        exist = {
            "fleet": self.has_budgets,
            "slo": self.has_budgets,
            "mesh": mesh and any(map(self.has, _MESH)),
            "workload": self.has(*_WORKLOAD),
            "pipeline": self.known is not None and any(map(self.measures, _PIPELINE)),
            "capacity": self.has_budgets or self.has(*_WORKLOAD),
        }
        return {kind: title for kind, title in _SHARED.items() if exist[kind]}

    def measures(self, series: str) -> bool:
        """Whether a fixture holds this series; without fixtures nobody knows of it."""
        return self.known is not None and self.known.catalogue is not None and self.known.exists(series)

    def siblings(self, kind: str) -> tuple[DashboardLink, ...]:
        """Links to the other shared dashboards; they take over the time range and what is chosen."""
        return tuple(
            DashboardLink(title=title, url=f"/d/{self.uid(other)}", keep_time=True, include_variables=True)
            for other, title in self.shared.items()
            if other != kind
        )

    @property
    def has_budgets(self) -> bool:
        """Whether there is any error budget: without one there is no fleet to overview."""
        return any(slo.has_budget for service in self.project.services for slo in service.slos)

    def service_uid(self, service: Service) -> str:
        """Return the uid of a service's dashboard: what the label `dashboard` of `slo_info` holds."""
        return names.dashboard_uid(self.project.platform.project, "service", service.namespace, service.name)

    def title(self, service: Service) -> str:
        """`Service / Reviews`, with the identity behind it where two services have one display name.

        A journey is `Journey / checkout`.
        """
        shown = service.display_name or service.name
        if self._shown[shown] > 1:
            shown = f"{shown} ({service.namespace}/{service.name})"
        return f"{'Journey' if service.journey else 'Service'} / {shown}"

    def links_of(self, service: Service) -> Links:
        """Return the service's links to other tools."""
        return self.links.get(service.key, Links())

    @property
    def identity(self) -> tuple[str, ...]:
        """The labels that tell recorded series apart."""
        return (*names.IDENTITY, *self.project.platform.identity_labels)

    @property
    def identity_matchers(self) -> tuple[Matcher, ...]:
        """The platform's identity labels (a cluster, say), as chosen in the dashboard."""
        return tuple(any_of(label, label) for label in self.project.platform.identity_labels)

    @property
    def legend(self) -> str:
        """The part of a legend that tells one identity from another, such as ` {{cluster}}`; often empty."""
        return "".join(f" {{{{{label}}}}}" for label in self.project.platform.identity_labels)

    @cached_property
    def groups(self) -> dict[str, str]:
        """The labels of the groups that have budgets, with their titles."""
        slos = (slo for service in self.project.services for slo in service.slos)
        return group_titles(slo for slo in slos if slo.has_budget)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The data source, and a choice for each of the platform's identity labels."""
        known = names.INFO if self.has_budgets else names.events_record("total", "5m")
        choices = (label_values(label, known) for label in self.project.platform.identity_labels)
        return (
            DATASOURCE_VARIABLE,
            *choices,
        )

    @cached_property
    def journeys(self) -> tuple[Service, ...]:
        """The project's journeys."""
        return tuple(service for service in self.project.services if service.journey)

    @cached_property
    def _shown(self) -> Counter[str]:
        return Counter(service.display_name or service.name for service in self.project.services)


def group_titles(slos: Iterable[SLO]) -> dict[str, str]:
    """Return the labels of all groups with a title each: the dimension's name, or the label's."""
    named = {group.label: group.name.capitalize() for slo in slos for group in slo.group_by}
    times = Counter(named.values())
    return {label: title if times[title] == 1 else label for label, title in sorted(named.items())}


def one_of(label: str, metric: str, *matchers: Matcher, name: str = "") -> Variable:
    """Return a variable with one of the values that `label` has on `metric`."""
    return replace(label_values(label, metric, *matchers, name=name), single=True)


def one_found(label: str, expression: Expr) -> Variable:
    """Return a variable with one of the values that `label` has in the result of an expression."""
    # Grafana reads `query_result(...)` on one line alone (packages/grafana-prometheus/src,
    # metric_find_query.ts); a line break of ours is never inside of a string.
    query = " ".join(line.strip() for line in text(expression).splitlines())
    return Variable(
        kind="query",
        name=label,
        query=f"query_result({query})",
        label=label.capitalize(),
        single=True,
        pattern=f'{label}="([^"]+)"',
    )


def label_values(label: str, metric: str, *matchers: Matcher, name: str = "") -> Variable:
    """Return a variable with the values that `label` has on `metric`, called like it or `name`."""
    query = f"label_values({text(Selector(metric, matchers))}, {label})"
    name = name or label
    return Variable(kind="query", name=name, query=query, label=name.capitalize())


def service_matchers(service: Service) -> tuple[Matcher, ...]:
    """Return the matchers of everything that is recorded of a service, and of its alerts."""
    return (equal(names.NAMESPACE, service.namespace), equal(names.SERVICE, service.name))


def slo_matchers(service: Service, slo: str) -> tuple[Matcher, ...]:
    """Return the matchers of one SLO's recorded series."""
    return (*service_matchers(service), equal(names.SLO, slo))
