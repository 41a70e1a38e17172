"""What follows from an SLO's definition, in numbers: exact decimals, times in milliseconds.

Times assume that every event fails, or a fixed share does, from one moment on, at a steady rate and after a
clean period. They follow from the windows alone: a window w exceeds the threshold T once the share e of
failures has lasted T x w / e (SRE workbook, chapter 5). Scrapes, evaluation and alert routing add to it
(docs/numbers.md has measured figures).
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from generator import names
from generator.explain.cost import GroupCost, group_cost
from generator.pipeline import CompiledService
from generator.promql.duration import Duration
from generator.rules.model import Rule
from generator.rules.slo import CompiledSLO
from generator.spec.model import SLO, BurnAlert, Platform, Service

SHARES = (Decimal(1), Decimal("0.1"), Decimal("0.02"))
MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Detection:
    """What a steady `share` of failures does to an alert.

    `after` is when it fires and `spent` the share of the budget that is gone by then; None where it never
    does. `allowed` says that such a share stays within the objective, `seen` that another alert fires.
    """

    share: Decimal
    after: Decimal | None
    spent: Decimal | None
    allowed: bool
    seen: bool


@dataclass(frozen=True, slots=True)
class Guard:
    """What `minFailures` does to an alert.

    With fewer than `one_failure` events in the long window a single failure exceeds the threshold; with fewer
    than `decides` events the guard keeps silent what the threshold alone would not.
    """

    failures: int
    one_failure: int
    decides: int


@dataclass(frozen=True, slots=True)
class AlertFigures:
    """A burn-rate alert: `spent` is the share of the budget that its threshold spends in the long window."""

    name: str
    severity: str
    alert: BurnAlert
    spent: Decimal
    hold: Duration | None
    detections: tuple[Detection, ...]
    guard: Guard
    expr: str


Watched = Literal["traffic", "presence", "disabled", "always", "nobody"]


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is said of an SLO.

    `meaning` says what is counted, `total` and `bad` are the expressions of its events per second in five
    minutes; `watch` is the alert for lost telemetry, `watched` by whom (`traffic`, `presence`, or why not);
    `first` is how long after new rules began the budget has a value at the latest; `file` is where its rules
    stand.
    """

    service: Service
    slo: SLO
    unit: str
    meaning: str
    total: str
    bad: str
    alerts: tuple[AlertFigures, ...]
    watch: Rule | None
    watched: Watched
    costs: tuple[GroupCost, ...]
    raw: tuple[Duration, ...]
    staged: tuple[Duration, ...]
    first: Duration
    file: str

    @property
    def name(self) -> str:
        """Its address."""
        return f"{self.service.namespace}/{self.service.name}/{self.slo.name}"


def figures(platform: Platform, service: CompiledService, compiled: CompiledSLO) -> Figures:
    """Work out what follows from an SLO and its rules."""
    slo, shape = compiled.slo, compiled.shape
    rules = {rule.record or rule.alert: rule for group in compiled.groups for rule in group.rules}
    unit = compiled.events.unit
    alerts = (_alert(platform, slo, alert, rules, minutes=unit == "minutes") for alert in slo.burn_alerts)
    fast, long = shape.fast_ratios, shape.long_ratios
    return Figures(
        service=service.service,
        slo=slo,
        unit=unit,
        meaning=compiled.events.meaning,
        total=rules[names.events_record("total", "5m")].expr,
        bad=rules[names.events_record("bad", "5m")].expr,
        alerts=tuple(alerts),
        watch=rules.get(names.ALERT_TELEMETRY_ABSENT),
        watched=_watched(compiled),
        costs=tuple(group_cost(group, platform) for group in compiled.groups),
        raw=shape.raw,
        staged=fast + long if slo.has_budget else fast,
        first=Duration(shape.interval.milliseconds + shape.long_interval.milliseconds),
        file=posixpath.join(
            platform.delivery_paths.get("prometheus", ""),
            names.rules_path(service.service.namespace, service.service.name),
        ),
    )


def _watched(compiled: CompiledSLO) -> Watched:
    """Who can tell that an SLI without events is blind, and not idle."""
    alerting, events = compiled.slo.alerting, compiled.events
    if alerting.disabled or alerting.absent.disabled:
        return "disabled"
    if events.evidence:
        return "traffic" if events.evidence.of_traffic else "presence"
    return "always" if events.ever_present else "nobody"


def _alert(
    platform: Platform, slo: SLO, alert: BurnAlert, rules: dict[str, Rule], *, minutes: bool
) -> AlertFigures:
    window = alert.window
    tier = slo.alerting.page if window.tier == "page" else slo.alerting.ticket
    name = names.alert_name(window.tier, window.speed)
    hold = rules[name].for_
    return AlertFigures(
        name=name,
        severity=tier.severity or platform.severities[window.tier],
        alert=alert,
        spent=alert.factor * window.long.milliseconds / slo.period.milliseconds,
        hold=hold,
        detections=tuple(detection(slo, alert, share, hold, minutes=minutes) for share in SHARES),
        guard=guard(slo.alerting.min_failures, alert.threshold),
        expr=rules[name].expr,
    )


def detection(
    slo: SLO, alert: BurnAlert, share: Decimal, hold: Duration | None = None, *, minutes: bool = False
) -> Detection:
    """When a steady share of failures raises an alert, and what of the budget is gone by then.

    How many events there are in a time is known of `minutes` alone, and so when the guard lets it pass.
    """
    allowed = share <= slo.budget
    seen = any(share > other.threshold for other in slo.burn_alerts)
    if share <= alert.threshold:
        return Detection(share, None, None, allowed, seen)
    after = alert.threshold * alert.window.long.milliseconds / share
    if minutes:
        after = max(after, slo.alerting.min_failures * MINUTE / share)
    after += hold.milliseconds if hold else 0
    spent = share * after / (slo.budget * slo.period.milliseconds)
    return Detection(share, after, spent, allowed, seen)


def guard(failures: int, threshold: Decimal) -> Guard:
    """What a least number of failures does at a threshold.

    Of n events, k failures exceed it if n < k / threshold. One does so where n < 1 / threshold; the most that
    the guard keeps silent, one less than `failures`, where n is less than that many over the threshold.
    """
    fewer = [int((k / threshold).to_integral_value(rounding="ROUND_CEILING")) for k in (1, failures - 1)]
    return Guard(failures, *fewer)
