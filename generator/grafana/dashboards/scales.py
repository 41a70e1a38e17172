"""Thresholds, units and decimals of SLO values, derived from the objective and the alerts."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from generator.grafana.model import DataLink, Field, Threshold
from generator.promql.duration import Duration
from generator.spec.model import SLO, BurnAlert
from generator.telemetry.profile import Histogram

GREEN, ORANGE, RED = "green", "orange", "red"
_QUARTER = Decimal("0.25")
_COLOURS = {"page": RED, "ticket": ORANGE}


def decimals(objective: Decimal) -> int:
    """Digits after the point of a percentage that is compared with `objective`: one more than it has."""
    exponent = objective.normalize().as_tuple().exponent
    return max(-exponent, 0) + 1 if isinstance(exponent, int) else 1


def achieved(slo: SLO) -> Field:
    """Show a share of good events: red below the objective."""
    return Field(
        unit="percentunit",
        decimals=decimals(slo.objective),
        maximum=Decimal(1),
        thresholds=(Threshold(None, RED), Threshold(slo.objective / 100, GREEN)),
    )


def failing(slo: SLO) -> Field:
    """Show a share of bad events: orange from the budget on, red from the lowest threshold that pages."""
    paging = [alert.threshold for alert in slo.burn_alerts if alert.window.tier == "page"]
    steps = [Threshold(None, "transparent"), Threshold(slo.budget, ORANGE)]
    if paging and min(paging) > slo.budget:
        steps.append(Threshold(min(paging), RED))
    return Field(
        unit="percentunit", decimals=decimals(slo.objective), minimum=Decimal(0), thresholds=tuple(steps)
    )


def remaining(links: tuple[DataLink, ...] = ()) -> Field:
    """Show the error budget that is left: orange below a quarter, red when overspent; it may be negative."""
    return Field(
        unit="percentunit",
        decimals=1,
        maximum=Decimal(1),
        thresholds=(Threshold(None, RED), Threshold(Decimal(0), ORANGE), Threshold(_QUARTER, GREEN)),
        links=links,
    )


def duration(histogram: Histogram, slow: Iterable[Duration], links: tuple[DataLink, ...] = ()) -> Field:
    """Show how long requests took: red from each duration on that an SLO calls `slow`."""
    lines = [Threshold(histogram.in_unit(limit.milliseconds), RED) for limit in slow]
    steps = (Threshold(None, "transparent"), *lines) if lines else ()
    return Field(unit=histogram.unit, minimum=Decimal(0), thresholds=steps, links=links)


def burn(alerts: Iterable[BurnAlert] = ()) -> Field:
    """Show a burn rate: orange from 1 on (too fast to last), red from the lowest factor that pages."""
    paging = [alert.factor for alert in alerts if alert.window.tier == "page"]
    steps = [Threshold(None, GREEN), Threshold(Decimal(1), ORANGE)]
    if paging and min(paging) > 1:
        steps.append(Threshold(min(paging), RED))
    return Field(unit="suffix:×", decimals=2, minimum=Decimal(0), thresholds=tuple(steps))


def burn_lines(alerts: Iterable[BurnAlert]) -> Field:
    """Show burn rates over time, with the factor of each alert as a line in the colour of its tier."""
    lines: dict[Decimal, str] = {}
    for alert in sorted(alerts, key=lambda alert: (alert.factor, alert.window.tier)):
        lines.setdefault(alert.factor, _COLOURS.get(alert.window.tier, ORANGE))
    steps = [Threshold(None, "transparent"), *(Threshold(value, colour) for value, colour in lines.items())]
    return Field(unit="suffix:×", decimals=2, minimum=Decimal(0), thresholds=tuple(steps))


def days(period_days: Decimal) -> Field:
    """Show how many days of the period have been measured: orange until nine tenths are."""
    shown = f"{period_days.normalize():f}"
    return Field(
        unit=f"suffix: of {shown} d",
        decimals=1,
        minimum=Decimal(0),
        thresholds=(Threshold(None, ORANGE), Threshold(period_days * 9 / 10, GREEN)),
    )


def count(*steps: Threshold) -> Field:
    """Show a number of things."""
    return Field(unit="none", decimals=0, minimum=Decimal(0), thresholds=steps)
