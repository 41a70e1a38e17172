"""When an alert must fire: the objective, the period and a table, in exact fractions.

Nothing here is taken from the generator's own maths or from the text of a rule. The table is typed from the
Site Reliability Workbook, chapter 5, for 30 days; other periods keep the share of the budget, so a burn rate
scales with the period, and a burn rate below 1 is no burn (docs/maths.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from generator.promql.duration import Duration
from generator.spec.model import SLO, Platform, Service, Tier

# tier, speed: burn rate at 30 days, long window, short window. At 30 days and 99.9 %, 14.4 spends 2 % of the
# budget in an hour, 6 spends 5 % in six hours, 3 spends 10 % in a day, 1 spends 10 % in three days.
WORKBOOK = {
    ("page", "fast"): (Fraction("14.4"), "1h", "5m"),
    ("page", "slow"): (Fraction(6), "6h", "30m"),
    ("ticket", "fast"): (Fraction(3), "1d", "2h"),
    ("ticket", "slow"): (Fraction(1), "3d", "6h"),
}
WORKBOOK_SET = "google-30d"
_WORKBOOK_PERIOD = Fraction(30)
_DAY = 86_400_000
_KEEP = {"page": Duration.parse("15m"), "ticket": Duration.parse("1h")}
_KEEP_SINCE = (2, 42)
_ABSENT_FOR = Duration.parse("10m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alert as it must be.

    It fires where the error ratio of both windows exceeds `threshold`, at least `failures` events failed in
    the long one, and all that has been so for `wait`; it goes on for `keep` after that. `labels` are all that
    it carries beside those of a group.
    """

    name: str
    tier: str
    long: Duration
    short: Duration
    burn: Fraction
    threshold: Fraction
    failures: int
    wait: Duration | None
    keep: Duration | None
    labels: dict[str, str] = field(compare=False)


def identity(service: Service, slo: SLO) -> dict[str, str]:
    """The labels of every series of an SLO."""
    return {"namespace": service.namespace, "service": service.name, "slo": slo.name}


def budget(slo: SLO) -> Fraction:
    """The share of events that may fail."""
    return 1 - Fraction(slo.objective) / 100


def alarms(platform: Platform, service: Service, slo: SLO) -> tuple[Alarm, ...]:
    """The burn-rate alerts that an SLO must have."""
    if slo.alerting.disabled or not slo.has_budget:
        return ()
    found = []
    for tier, speed, burn, long, short in _windows(platform, slo):
        settings = slo.alerting.page if tier == "page" else slo.alerting.ticket
        if settings.disabled:
            continue
        labels = {"burn_tier": tier, "long_window": str(long), "short_window": str(short)}
        found.append(
            Alarm(
                name=f"SLOBurnRate{tier.title()}{speed.title()}",
                tier=tier,
                long=long,
                short=short,
                burn=burn,
                threshold=burn * budget(slo),
                failures=slo.alerting.min_failures,
                wait=settings.for_,
                keep=settings.keep_firing_for or (_KEEP[tier] if _knows_keep(platform) else None),
                labels=_labels(platform, service, slo, settings, tier) | labels,
            )
        )
    return tuple(found)


def absence(platform: Platform, service: Service, slo: SLO) -> tuple[str, Duration, dict[str, str]] | None:
    """The alert for lost telemetry: its name, its wait, its labels; None where it is switched off."""
    settings = slo.alerting.absent
    if slo.alerting.disabled or settings.disabled or not slo.has_budget:
        return None
    labels = _labels(platform, service, slo, settings, "ticket")
    return "SLITelemetryAbsent", settings.for_ or _ABSENT_FOR, labels


def burn_rate(share: Fraction, long: Duration, period: Duration) -> Fraction:
    """The burn rate that spends `share` of a period's budget within `long`, at least 1."""
    return max(share * period.milliseconds / long.milliseconds, Fraction(1))


def _windows(platform: Platform, slo: SLO) -> list[tuple[str, str, Fraction, Duration, Duration]]:
    if slo.alerting.windows == WORKBOOK_SET:
        scale = Fraction(slo.period.milliseconds, _DAY) / _WORKBOOK_PERIOD
        return [
            (tier, speed, max(burn * scale, Fraction(1)), Duration.parse(long), Duration.parse(short))
            for (tier, speed), (burn, long, short) in WORKBOOK.items()
        ]
    own = platform.windows[slo.alerting.windows]
    return [
        (
            row.tier,
            row.speed,
            burn_rate(Fraction(row.budget_percent) / 100, row.long, slo.period),
            row.long,
            row.short,
        )
        for row in own
    ]


def _labels(platform: Platform, service: Service, slo: SLO, settings: Tier, tier: str) -> dict[str, str]:
    severity = settings.severity or platform.severities[tier]
    given = {**service.labels, **slo.labels, **settings.labels}
    return {**given, **identity(service, slo), "severity": severity}


def _knows_keep(platform: Platform) -> bool:
    major, minor = platform.prometheus.version.split(".")[:2]
    return (int(major), int(minor)) >= _KEEP_SINCE
