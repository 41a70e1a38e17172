"""SLOs explained to a program: shares and ratios as numbers, times in seconds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from generator.explain.figures import AlertFigures, Figures

SCHEMA_VERSION = 1


def report(explained: list[Figures]) -> str:
    """All figures of each SLO; fields may be added at any time."""
    content = {"schema_version": SCHEMA_VERSION, "slos": [_slo(each) for each in explained]}
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
    return orjson.dumps(content, default=_number, option=options).decode() + "\n"


def _number(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(value)


def _seconds(milliseconds: Decimal | None) -> Decimal | None:
    return None if milliseconds is None else milliseconds / 1000


def _slo(each: Figures) -> dict[str, Any]:
    slo = each.slo
    return {
        "namespace": each.service.namespace,
        "service": each.service.name,
        "slo": slo.name,
        "unit": each.unit,
        "objective": slo.objective,
        "groups": list(slo.groups),
        "max_groups": slo.max_groups if slo.group_by else None,
        "budget": _budget(each) if slo.has_budget else None,
        "alerts": [_alert(figures, each.unit) for figures in each.alerts],
        "telemetry_absent": {"for_seconds": each.watch.for_.seconds if each.watch.for_ else 0}
        if each.watch
        else None,
        "queries": {"total": each.total, "bad": each.bad}
        | {figures.name: figures.expr for figures in each.alerts}
        | ({each.watch.alert: each.watch.expr} if each.watch else {}),
        "samples": [
            {
                "group": cost.group,
                "interval_seconds": cost.interval.seconds,
                "own": cost.own,
                "raw": [
                    {"metric": reads.metric, "per_series": reads.samples, "selectors": reads.selectors}
                    for reads in cost.raw
                ],
            }
            for cost in each.costs
        ],
    }


def _budget(each: Figures) -> dict[str, Any]:
    slo = each.slo
    return {
        "share": slo.budget,
        "period_seconds": slo.period.seconds,
        "outage_seconds": _seconds(slo.budget * slo.period.milliseconds),
        "first_value_within_seconds": each.first.seconds,
        "complete_after_seconds": slo.period.seconds,
    }


def _alert(figures: AlertFigures, unit: str) -> dict[str, Any]:
    alert, window, guard = figures.alert, figures.alert.window, figures.guard
    uncertain = unit != "minutes"  # how many there will be
    return {
        "name": figures.name,
        "severity": figures.severity,
        "tier": window.tier,
        "long_window_seconds": window.long.seconds,
        "short_window_seconds": window.short.seconds,
        "burn_rate": alert.factor,
        "threshold": alert.threshold,
        "budget_spent": figures.spent,
        "for_seconds": figures.hold.seconds if figures.hold else 0,
        "detection": [
            {"errors": each.share, "after_seconds": _seconds(each.after), "budget_spent": each.spent}
            for each in figures.detections
        ],
        "min_failures": guard.failures,
        "one_failure_below_events": guard.one_failure if uncertain else None,
        "guard_decides_below_events": guard.decides if uncertain else None,
    }
