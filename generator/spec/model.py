"""The checked, frozen model: what everything downstream reads.

`at` maps a field (as it is spelled in YAML) to the place it was written, for diagnostics; it is not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from generator.promql.build import Matcher
from generator.promql.duration import Duration
from generator.sli.model import SLI, PromQL
from generator.spec.aspects.business import BusinessMetric
from generator.spec.aspects.calls import Call
from generator.spec.aspects.rollout import Rollout
from generator.spec.aspects.saturation import Saturation
from generator.spec.content import AlertPack, OwnDashboard
from generator.spec.location import Places, no_places
from generator.spec.percent import Percent
from generator.spec.systems.alertmanager import AlertmanagerSettings
from generator.spec.systems.grafana import DataSources, GrafanaSettings
from generator.spec.systems.jaeger import JaegerSettings
from generator.spec.systems.kiali import KialiSettings
from generator.spec.systems.logs import LogSettings
from generator.spec.systems.prometheus import PrometheusSettings
from generator.spec.systems.repository import RepositorySettings
from generator.spec.systems.tracing import TracingSettings
from generator.telemetry import DEFAULT_PROFILE, Profile, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Identity and labels of a document; `name` and `namespace` are slugs."""

    name: str
    namespace: str = ""
    display_name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    renamed_from: tuple[tuple[str, str], ...] = ()
    at: Places = no_places()

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and name: the identity."""
        return (self.namespace, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """How one alert tier (page, ticket, absent) behaves."""

    disabled: bool = False
    severity: str = ""
    for_: Duration | None = None
    keep_firing_for: Duration | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """An SLO's alerts. `min_failures` is the least number of failures in the long window that may alert."""

    disabled: bool = False
    windows: str = "google-30d"
    min_failures: int = 3
    page: Tier = Tier()
    ticket: Tier = Tier()
    absent: Tier = Tier()
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnWindow:
    """One burn-rate alert of a window set: it fires when `budget_percent` of the budget is spent in `long`.

    `tier` is `page` or `ticket`, `speed` is `fast` or `slow`; `short` makes the alert end soon after the
    burn does.
    """

    tier: str
    speed: str
    budget_percent: Decimal
    long: Duration
    short: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnAlert:
    """A burn window at one objective and period.

    `factor` is the burn rate that spends the share in time, `threshold` = factor x budget is the error ratio
    that both windows must exceed (SRE workbook, chapter 5).
    """

    window: BurnWindow
    factor: Decimal
    threshold: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What an SLO's events are told apart by: a label, and its name as the user wrote it (`revision`)."""

    name: str
    label: str
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class SLO:
    """A service level objective, complete: tier and defaults are merged in.

    With `group_by` each combination of the groups' values has a budget of its own, and there are at most
    `max_groups` of them. With `first_events` "counted", the event that a counter begins with counts. Without
    `has_budget` its error ratio is only recorded: no period, and no alert.
    `absent_asked` says that it speaks of its alert for lost telemetry itself, and not only its tier.
    """

    name: str
    objective: Decimal
    period: Duration
    sli: SLI
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    runbook: str = ""
    allow_low: bool = False
    alerting: Alerting = Alerting()
    burn_alerts: tuple[BurnAlert, ...] = ()
    has_budget: bool = True
    group_by: tuple[Group, ...] = ()
    max_groups: int = 50
    first_events: str = "ignored"
    absent_asked: bool = False
    renamed_from: tuple[str, ...] = ()
    at: Places = no_places()

    @property
    def groups(self) -> tuple[str, ...]:
        """The labels of its groups."""
        return tuple(group.label for group in self.group_by)

    @property
    def budget(self) -> Decimal:
        """The share of events that may be bad: (100 - objective) / 100, exact."""
        return (Decimal(100) - self.objective) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that a user gave."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A request header whose traces are kept; with any value where `value` is empty."""

    name: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Which of a service's traces are kept: shares in percent, None where nobody has said.

    Traces with an error, those at or over `slower_than`, and those of `operations` or with one of `headers`;
    of all others the `remainder`.
    """

    errors: Percent | None = None
    slower_than: Duration | None = None
    operations: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    remainder: Percent | None = None
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What users do through several services: counted at the edge of one, shown beside the others."""

    measured_at: Service
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service with its objectives.

    `subject` is None where it has no telemetry profile (`protocol: none`). `presence` is its own query for
    whether it should have telemetry, `$service` and `$namespace` filled in. `tracing_service` is its name in
    traces, `log_selector` what finds its lines; both are complete. With `journey` it stands for a journey
    under the journey's name: its telemetry is that of the service where the journey is measured.
    """

    name: str
    namespace: str
    display_name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    tier: str = ""
    protocols: tuple[str, ...] = ("http",)
    dataplane: str = "sidecar"
    profile: str = DEFAULT_PROFILE
    waypoint: str = ""
    presence: PromQL | None = None
    subject: Subject | None = None
    workloads: tuple[str, ...] = ()
    workload_kinds: Mapping[str, str] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    rollout: Rollout | None = None
    saturation: Saturation = Saturation()
    business_metrics: tuple[BusinessMetric, ...] = ()
    slos: tuple[SLO, ...] = ()
    alert_packs: tuple[PackUse, ...] = ()
    tracing_service: str = ""
    keep: Keep | None = None
    log_selector: str = ""
    runbook: str = ""
    links: tuple[Link, ...] = ()
    journey: Journey | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    renamed_from: tuple[tuple[str, str], ...] = ()
    source: str = ""
    at: Places = no_places()

    @property
    def edge(self) -> Service:
        """The service that other systems know: where a journey is measured, otherwise this one."""
        return self.journey.measured_at if self.journey else self

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and name: the identity."""
        return (self.namespace, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackUse:
    """A service's use of an alert pack with its parameters."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """A code of warnings that the project does not want to hear."""

    code: str
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What a whole project shares."""

    project: str
    environment: str = ""
    identity_labels: tuple[str, ...] = ()
    namespace: str = "default"
    tier: str = ""
    team: str = ""
    profile: str = DEFAULT_PROFILE
    period: Duration = Duration(30 * 86_400_000)
    interval: Duration = Duration(30_000)
    long_interval: Duration = Duration(120_000)
    severities: Mapping[str, str] = field(default_factory=lambda: {"page": "page", "ticket": "ticket"})
    windows: Mapping[str, tuple[BurnWindow, ...]] = field(default_factory=dict)
    telemetry_profiles: Mapping[str, Profile] = field(default_factory=dict)
    damaged_profiles: frozenset[str] = frozenset()
    prometheus: PrometheusSettings = PrometheusSettings()
    alertmanager: AlertmanagerSettings = AlertmanagerSettings()
    grafana: GrafanaSettings = GrafanaSettings()
    kiali: KialiSettings = KialiSettings()
    jaeger: JaegerSettings = JaegerSettings()
    logs: LogSettings = LogSettings()
    tracing: TracingSettings = TracingSettings()
    repository: RepositorySettings = RepositorySettings()
    link_hosts: tuple[str, ...] = ()
    fixtures: tuple[str, ...] = ()
    runbook: str = ""
    python_dashboards: bool = False
    delivery: tuple[str, ...] = ("prometheus", "grafana", "links")
    delivery_paths: Mapping[str, str] = field(default_factory=dict)
    delivery_labels: Mapping[str, str] = field(default_factory=dict)
    silenced: tuple[Silenced, ...] = ()
    source: str = "sightline.yaml"
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything that one run compiles, sorted by identity."""

    platform: Platform
    services: tuple[Service, ...] = ()
    packs: tuple[AlertPack, ...] = ()
    dashboards: tuple[OwnDashboard, ...] = ()


__all__ = [
    "SLO",
    "AlertPack",
    "Alerting",
    "AlertmanagerSettings",
    "BurnAlert",
    "BurnWindow",
    "BusinessMetric",
    "Call",
    "DataSources",
    "GrafanaSettings",
    "Group",
    "Header",
    "JaegerSettings",
    "Journey",
    "Keep",
    "KialiSettings",
    "Link",
    "LogSettings",
    "Matcher",
    "Metadata",
    "PackUse",
    "Places",
    "Platform",
    "Project",
    "PrometheusSettings",
    "RepositorySettings",
    "Rollout",
    "Saturation",
    "Service",
    "Silenced",
    "Tier",
    "TracingSettings",
]
