"""An SLO's rules: two groups, in the order in which rules read each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from generator import names
from generator.diagnostics import Diagnostics
from generator.promql.build import Template, literal, number
from generator.promql.duration import Duration
from generator.rules import shape as shapes
from generator.rules.absence import ABSENT_FOR, absence, check_evidence, with_presence, words
from generator.rules.keep_firing import check_keep_firing, knows_keep_firing
from generator.rules.links import WITHOUT_WINDOW, AlertLinks, slo_runbook
from generator.rules.model import Rule, RuleGroup
from generator.rules.prose import check_templates
from generator.rules.prose import literal as as_text
from generator.rules.shape import Shape
from generator.rules.slo_checks import check_windows
from generator.rules.words import burn_words
from generator.sli import Events
from generator.spec.model import SLO, Platform, Service, Tier

_KEEP_FIRING = {"page": Duration.parse("15m"), "ticket": Duration.parse("1h")}
_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class CompiledSLO:
    """An SLO's rule groups, the events that they count, and the shape that their expressions have."""

    slo: SLO
    events: Events
    shape: Shape
    groups: tuple[RuleGroup, ...]


def slo_shape(platform: Platform, slo: SLO) -> Shape:
    """The shape of an SLO's rules.

    Its windows are those of its set even where a tier is disabled: panels show them.
    """
    chosen = platform.windows[slo.alerting.windows]
    return Shape(
        windows=tuple(sorted({window for burn in chosen for window in (burn.long, burn.short)})),
        period=slo.period,
        groups=platform.identity_labels + slo.groups,
        interval=platform.interval,
        long_interval=platform.long_interval,
    )


def slo_events(platform: Platform, service: Service, slo: SLO, diagnostics: Diagnostics) -> Events | None:
    """What an SLO counts, by its groups; None when it cannot be measured, which has then been reported."""
    subject = service.subject.grouped_by(slo.groups) if service.subject else None
    if subject and slo.first_events == "counted":
        subject = subject.counting_births(platform.identity_labels)
    events = slo.sli.events(subject, platform.identity_labels + slo.groups, diagnostics)
    return with_presence(platform, service, events) if events else None


def compile_slo(
    platform: Platform, service: Service, slo: SLO, links: AlertLinks, diagnostics: Diagnostics
) -> CompiledSLO | None:
    """The rule groups of `slo`; None when its SLI cannot be measured, which has then been reported.

    Without a budget there is the fast group alone: its records are what a release is compared by, in hours.
    """
    shape = slo_shape(platform, slo)
    events = slo_events(platform, service, slo, diagnostics)
    if events is None:
        return None
    writer = _Writer(platform, service, slo, shape, events, links)
    fast = [*writer.raw_events(), *writer.raw_ratios(), *writer.staged_ratios(shape.fast_ratios)]
    long: list[Rule] = []
    if slo.has_budget:
        fast += [writer.current_burn(), *writer.burn_alerts("page"), *writer.absent_alert()]
        long += [*writer.staged_sums(), *writer.staged_ratios(shape.long_ratios), *writer.facts()]
        long += [*writer.budget(), *writer.burn_alerts("ticket")]
    groups = tuple(
        RuleGroup(
            name=names.rule_group(service.namespace, service.name, slo.name, speed),
            interval=interval,
            rules=tuple(rules),
            limit=slo.max_groups if slo.group_by else 0,
        )
        for speed, interval, rules in (
            ("fast", platform.interval, fast),
            ("long", platform.long_interval, long),
        )
        if rules
    )
    check_windows(slo, shape, events, groups, diagnostics)
    check_evidence(slo, events, diagnostics)
    for tier in (slo.alerting.page, slo.alerting.ticket, slo.alerting.absent):
        check_keep_firing(platform, tier, diagnostics)
    for owner in (slo, slo.alerting.page, slo.alerting.ticket, slo.alerting.absent):
        check_templates(owner.annotations, owner.at.get("annotations"), diagnostics)
    return CompiledSLO(slo, events, shape, groups)


class _Writer:
    """Fills the shape's templates with one SLO's literals."""

    def __init__(
        self,
        platform: Platform,
        service: Service,
        slo: SLO,
        shape: Shape,
        events: Events,
        links: AlertLinks,
    ) -> None:
        self.platform, self.service, self.slo = platform, service, slo
        self.shape, self.events, self.links = shape, events, links
        self.dashboard = names.dashboard_uid(platform.project, "service", service.namespace, service.name)
        self.identity = {names.NAMESPACE: service.namespace, names.SERVICE: service.name, names.SLO: slo.name}
        self.literals = {label: literal(value) for label, value in self.identity.items()}
        self.literals["budget"] = literal(slo.budget)

    def _record(self, record: str, template: Template, **values: Decimal | int) -> Rule:
        return self._recorded(record, self._fill(template, **values))

    def _recorded(self, record: str, expr: str) -> Rule:
        return Rule(record=record, expr=expr, labels=self.identity, origin=self.slo.at.get(""))

    def _fill(self, template: Template, **values: Decimal | int) -> str:
        return template.fill({**self.literals, **{name: literal(value) for name, value in values.items()}})

    def raw_events(self) -> Iterator[Rule]:
        """Total and bad events per second, straight from the telemetry."""
        total, bad = Template.of(self.events.total), Template.of(self.events.bad)
        for window in self.shape.raw:
            yield self._recorded(names.events_record("total", str(window)), total.fill(_length(window)))
        for window in self.shape.raw:
            expr = bad.fill(_length(window))
            if self.events.zero_fill:
                expr += f"\nor\n{self._fill(shapes.zero_filled(self.shape, window))}"
            yield self._recorded(names.events_record("bad", str(window)), expr)

    def raw_ratios(self) -> Iterator[Rule]:
        """Error ratios of the raw windows."""
        for window in self.shape.raw:
            yield self._record(names.error_ratio_record(str(window)), shapes.raw_ratio(window))

    def staged_ratios(self, windows: tuple[Duration, ...]) -> Iterator[Rule]:
        """Error ratios of longer windows."""
        for window in windows:
            yield self._record(names.error_ratio_record(str(window)), shapes.staged_ratio(self.shape, window))

    def current_burn(self) -> Rule:
        """The burn rate of the last five minutes."""
        return self._record(names.CURRENT_BURN_RATE, shapes.burn_rate(shapes.SHORTEST))

    def staged_sums(self) -> Iterator[Rule]:
        """The pair of sums that everything beyond six hours reads."""
        interval = self.shape.long_interval
        for outcome in ("total", "bad"):
            yield self._record(
                names.staged_record(outcome, str(interval)), shapes.staged_sum(outcome, interval)
            )

    def facts(self) -> Iterator[Rule]:
        """What dashboards need to know of the SLO itself."""
        constant = shapes.constant()
        days = self.slo.period.milliseconds // _DAY
        yield self._record(names.OBJECTIVE, constant, value=self.slo.objective / 100)
        yield self._record(names.ERROR_BUDGET, constant, value=self.slo.budget)
        yield self._record(names.TIME_PERIOD, constant, value=days)
        info = {
            "tier": self.service.tier,
            **self.service.labels,
            **self.slo.labels,
            "objective": number(self.slo.objective),
            "period": str(self.slo.period),
            "dashboard": self.dashboard,
        }
        yield Rule(
            record=names.INFO,
            expr=self._fill(constant, value=1),
            labels=self.identity | {label: value for label, value in info.items() if value},
            origin=self.slo.at.get(""),
        )

    def budget(self) -> Iterator[Rule]:
        """How much of the period's budget is burnt, left, and based on measurements."""
        yield self._record(names.PERIOD_BURN_RATE, shapes.burn_rate(self.slo.period))
        yield self._record(names.BUDGET_REMAINING, shapes.budget_remaining())
        yield self._record(names.PERIOD_COVERAGE, shapes.coverage(self.shape))

    def burn_alerts(self, tier: str) -> Iterator[Rule]:
        """The alerts of one tier, each over its own pair of windows."""
        settings = self.slo.alerting.page if tier == "page" else self.slo.alerting.ticket
        for alert in self.slo.burn_alerts:
            if alert.window.tier != tier:
                continue
            window = alert.window
            guard = shapes.failure_guard(self.slo.alerting.min_failures)
            template = shapes.burn_alert(self.shape, window.long, window.short)
            yield self._alert(
                names.alert_name(tier, window.speed),
                self._fill(template, threshold=alert.threshold, failures=guard),
                tier,
                settings,
                prose=burn_words(self.service, self.slo, alert, self.events.unit),
                labels={
                    names.BURN_TIER: tier,
                    names.LONG_WINDOW: str(window.long),
                    names.SHORT_WINDOW: str(window.short),
                },
                window=window.long,
                keep_firing_for=_KEEP_FIRING[tier] if knows_keep_firing(self.platform) else None,
            )

    def absent_alert(self) -> Iterator[Rule]:
        """The alert for lost telemetry, where somebody can tell that there should be some."""
        settings, evidence = self.slo.alerting.absent, self.events.evidence
        if evidence is None or settings.disabled or self.slo.alerting.disabled:
            return
        yield self._alert(
            names.ALERT_TELEMETRY_ABSENT,
            absence(evidence, self.literals),
            "ticket",
            settings,
            prose=words(self.service, self.slo, evidence),
            labels={},
            window=WITHOUT_WINDOW,
            for_=settings.for_ or ABSENT_FOR,
        )

    def _alert(  # noqa: PLR0913  # one argument for each part of an alert
        self,
        name: str,
        expr: str,
        tier: str,
        settings: Tier,
        *,
        prose: Mapping[str, str],
        labels: Mapping[str, str],
        window: Duration,
        for_: Duration | None = None,
        keep_firing_for: Duration | None = None,
    ) -> Rule:
        own = {**self.service.labels, **self.slo.labels, **settings.labels}
        annotations = {
            **prose,
            **slo_runbook(self.platform, self.service, self.slo, name),
            **self.links(window, self.events.slow),
            **self.slo.annotations,
            **settings.annotations,
        }
        return Rule(
            alert=name,
            expr=expr,
            for_=for_ or settings.for_,
            keep_firing_for=settings.keep_firing_for or keep_firing_for,
            labels={
                **{label: as_text(value) for label, value in own.items()},
                **self.identity,
                **labels,
                names.SEVERITY: settings.severity or self.platform.severities[tier],
            },
            annotations=annotations,
            origin=settings.at.get("") or self.slo.at.get(""),
        )


def _length(window: Duration) -> dict[str, str]:
    """What fills an SLI's slots."""
    return {"window": str(window), "seconds": literal(window.seconds)}
