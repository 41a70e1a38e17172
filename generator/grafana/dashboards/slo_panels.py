"""The panels of one SLO. They read recorded series only, so they are the same for every kind of SLI."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator import names
from generator.grafana.dashboards import scales
from generator.grafana.dashboards.context import Context, slo_matchers
from generator.grafana.model import Field, Query
from generator.grafana.panels import Panel, SeriesColour, Stat, TimeSeries
from generator.grafana.queries import record, text
from generator.promql.build import Binary, Expr, Number, number
from generator.spec.model import SLO, BurnAlert, Service

_DAY_MS = 86_400_000
# Windows that are drawn where no alert names any.
_WINDOWS = ("1h", "6h")


def state(context: Context, service: Service, slo: SLO) -> Iterator[Panel]:
    """Yield five numbers on one line: objective, achieved, budget left, burn rate now, days measured."""
    matchers = (*slo_matchers(service, slo.name), *context.identity_matchers)
    goal = f"{number(slo.objective)} %"
    period = str(slo.period)
    days = Decimal(slo.period.milliseconds) / _DAY_MS

    def stat(key: str, title: str, description: str, expression: Expr, field: Field) -> Stat:
        return Stat(
            key=f"{slo.name}.{key}",
            title=f"{slo.name}: {title}",
            description=description,
            width=5 if key != "objective" else 4,
            height=4,
            queries=(Query(expr=text(expression), legend=context.legend.strip(), instant=True),),
            field=field,
        )

    yield stat(
        "objective",
        "objective",
        slo.description or f"The share of events that shall be good: {goal} over {period}.",
        record(names.OBJECTIVE, *matchers),
        Field(unit="percentunit", decimals=scales.decimals(slo.objective)),
    )
    yield stat(
        "achieved",
        f"achieved over {period}",
        f"The share of good events of the last {period}, each event counting the same. Below {goal} the SLO "
        "is missed.",
        Binary(Number(1), "-", record(names.error_ratio_record(period), *matchers)),
        scales.achieved(slo),
    )
    yield stat(
        "remaining",
        "error budget left",
        "The share of allowed failures that is still unspent; below 0 the objective is missed. "
        "When little is left, hold back risky releases until it recovers.",
        record(names.BUDGET_REMAINING, *matchers),
        scales.remaining(),
    )
    yield stat(
        "burn",
        "burn rate now",
        "Errors of the last 5 minutes in multiples of what the objective allows. At 1 the budget lasts "
        "exactly one period. No value means no events.",
        record(names.CURRENT_BURN_RATE, *matchers),
        scales.burn(slo.burn_alerts),
    )
    yield stat(
        "coverage",
        "measured",
        f"How much of the last {period} has data. The numbers beside it are based on this, and say little "
        "while it is short.",
        Binary(record(names.PERIOD_COVERAGE, *matchers), "*", record(names.TIME_PERIOD, *matchers)),
        scales.days(days),
    )


def burn(context: Context, service: Service, slo: SLO) -> Iterator[Panel]:
    """Yield four graphs: burn rate with the alerts' factors, budget, error ratio with its limits, events."""
    matchers = (*slo_matchers(service, slo.name), *context.identity_matchers)
    longs = tuple(dict.fromkeys(str(alert.window.long) for alert in _sorted_alerts(slo))) or _WINDOWS

    def graph(key: str, title: str, description: str, queries: dict[str, Expr], field: Field) -> TimeSeries:
        return TimeSeries(
            key=f"{slo.name}.{key}",
            title=f"{slo.name}: {title}",
            description=description,
            width=12,
            height=8,
            queries=tuple(
                Query(expr=text(expr), legend=legend + context.legend) for legend, expr in queries.items()
            ),
            field=field,
            lines="off" if key == "events" else "dashed",
            colours=(SeriesColour("^bad", "red"), SeriesColour("^total", "blue")) if key == "events" else (),
        )

    yield graph(
        "burn",
        "burn rate",
        "How fast the budget is spent, over the windows of the alerts. Each dashed line is the factor of an "
        "alert (red pages, orange opens a ticket); it fires while its long and its short window are above "
        "it.",
        {
            window: Binary(record(names.error_ratio_record(window), *matchers), "/", Number(slo.budget))
            for window in longs
        },
        scales.burn_lines(slo.burn_alerts),
    )
    yield graph(
        "remaining",
        "error budget over time",
        f"The budget of the last {slo.period} as it was left at that time. A step down is an incident, a "
        "slope a constant rate of errors; it rises when old errors leave the period.",
        {"left": record(names.BUDGET_REMAINING, *matchers)},
        scales.remaining(),
    )
    yield graph(
        "errors",
        "error ratio",
        f"Bad events over all events; no value while there are none. Orange: {number(slo.budget * 100)} %, "
        "which the objective allows on average. Red: what pages when it lasts.",
        {window: record(names.error_ratio_record(window), *matchers) for window in ("5m", "1h")},
        scales.failing(slo),
    )
    yield graph(
        "events",
        "events",
        "What the SLO counts, per second: all events and bad ones. Few events make ratios jump: one failure "
        "in ten is 10 %.",
        {outcome: record(names.events_record(outcome, "5m"), *matchers) for outcome in ("total", "bad")},
        Field(unit="ops", minimum=Decimal(0)),
    )


def _sorted_alerts(slo: SLO) -> list[BurnAlert]:
    """Return the SLO's burn-rate alerts, shortest window first."""
    return sorted(slo.burn_alerts, key=lambda alert: alert.window.long)
