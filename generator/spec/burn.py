"""Burn-rate maths: from a set of windows to thresholds, in exact decimals.

SRE workbook, chapter 5: spending the share s of a budget within the window w of a period p means a burn rate
of s x p / w. At 30 days, 2 % in an hour is 14.4; the error ratio that this takes is 14.4 x the budget.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Context, Decimal
from functools import cache
from importlib import resources
from types import MappingProxyType

from generator.diagnostics import Diagnostics, did_you_mean
from generator.promql.build import number
from generator.promql.duration import Duration
from generator.spec.model import SLO, BurnAlert, BurnWindow

_PRINTED = Context(prec=12)


@cache
def built_in_windows() -> Mapping[str, tuple[BurnWindow, ...]]:
    """The window sets that come with Sightline."""
    import yaml  # not needed by every command

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = resources.files("generator.spec").joinpath("windows.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, Loader=loader)  # noqa: S506  # our own file, read with a safe loader
    return MappingProxyType({name: tuple(map(_window, rows)) for name, rows in data.items()})


def _window(row: Mapping[str, object]) -> BurnWindow:
    return BurnWindow(
        tier=str(row["tier"]),
        speed=str(row["speed"]),
        budget_percent=Decimal(str(row["budgetPercent"])),
        long=Duration.parse(str(row["long"])),
        short=Duration.parse(str(row["short"])),
    )


def factor(window: BurnWindow, period: Duration) -> Decimal:
    """The burn rate that spends the window's share of the budget in time, at least 1.

    Below 1 the budget would outlast the period: an alert there would call for an SLO that is being met. Short
    periods reach that floor (7 days: 10 % in a day is a burn of 0.7). Rounded to 12 significant digits, which
    only periods such as 100 days need.
    """
    exact = window.budget_percent / 100 * period.milliseconds / window.long.milliseconds
    return max(_PRINTED.plus(exact), Decimal(1))


def burn_alerts(
    slo: SLO, windows: Mapping[str, tuple[BurnWindow, ...]], diagnostics: Diagnostics
) -> tuple[BurnAlert, ...]:
    """The SLO's burn-rate alerts, disabled tiers left out; one that can never fire is reported.

    Without a budget there are none.
    """
    chosen = windows.get(slo.alerting.windows)
    if chosen is None:
        diagnostics.error(
            "slo/unknown-windows",
            f'no set of windows is called "{slo.alerting.windows}"',
            slo.alerting.at.get("windows") or slo.at.get(""),
            fix=did_you_mean(slo.alerting.windows, windows) or f"known: {', '.join(sorted(windows))}.",
        )
        return ()
    if not slo.has_budget:
        return ()
    longest = max(window.long for window in chosen)
    if slo.period <= longest:
        diagnostics.error(
            "slo/period",
            f"a period of {slo.period} is not longer than the alerts' longest window, {longest}",
            slo.at.get("period") or slo.at.get(""),
            fix="use a period of 7d or more, or a set of shorter windows.",
        )
        return ()
    if slo.alerting.disabled:
        return ()
    alerts = []
    for window in chosen:
        tier = slo.alerting.page if window.tier == "page" else slo.alerting.ticket
        if tier.disabled:
            continue
        burn = factor(window, slo.period)
        alerts.append(BurnAlert(window=window, factor=burn, threshold=burn * slo.budget))
    _check_reachable(slo, [alert for alert in alerts if alert.threshold >= 1], diagnostics)
    return tuple(alerts)


def _check_reachable(slo: SLO, unreachable: list[BurnAlert], diagnostics: Diagnostics) -> None:
    """Report the alerts that no error ratio can raise, together: one objective is the reason for all."""
    if not unreachable:
        return
    unreachable.sort(key=lambda alert: -alert.factor)
    highest = unreachable[0]
    which = " and ".join(f"the {alert.window.tier} alert over {alert.window.long}" for alert in unreachable)
    tiers = " and ".join(dict.fromkeys(alert.window.tier for alert in unreachable))
    diagnostics.error(
        "slo/unreachable-alert",
        f"{which} can never fire at an objective of {number(slo.objective)} %",
        slo.at.get("objective") or slo.at.get(""),
        cause=f"{'it asks' if len(unreachable) == 1 else 'the first asks'} for a burn rate of "
        f"{number(highest.factor)}, that is an error ratio of {number(highest.threshold)}; no ratio exceeds "
        "1.",
        fix=f"raise the objective above {_reachable(highest)}, choose other windows, or disable {tiers}.",
    )


def with_alerts(slo: SLO, alerts: tuple[BurnAlert, ...]) -> SLO:
    """`slo` with its computed alerts."""
    return dataclasses.replace(slo, burn_alerts=alerts)


def _reachable(alert: BurnAlert) -> str:
    """The lowest objective at which the alert can fire, rounded up to two decimals."""
    exact = 100 - 100 / alert.factor
    rounded = exact.quantize(Decimal("0.01"), rounding="ROUND_CEILING")
    return number(rounded)
