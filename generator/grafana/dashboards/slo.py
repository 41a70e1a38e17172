"""One objective in full, chosen in the dashboard's head: state, burn, budget, events, alerts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from generator import names
from generator.grafana.dashboards import charts, marks, scales
from generator.grafana.dashboards.context import Context, one_of
from generator.grafana.model import Dashboard, Field, Query, Row, Threshold, Variable
from generator.grafana.panels import BarGauge, Gauge, Panel, SeriesColour, StateTimeline, Text
from generator.grafana.queries import chosen, record, text
from generator.promql.build import Aggregate, Binary, Call, Expr, Matcher, Number, either
from generator.promql.duration import Duration
from generator.spec.model import SLO, BurnAlert

KIND = "slo"
_CHOICES = (names.NAMESPACE, names.SERVICE, names.SLO)
_DAY_MS = 86_400_000


def build(context: Context) -> Iterator[Dashboard]:
    """Yield one dashboard for all objectives, if there are any."""
    if not context.has_budgets:
        return
    matchers = (*(chosen(label, label) for label in _CHOICES), *context.identity_matchers)
    yield Dashboard(
        uid=context.uid(KIND),
        kind=KIND,
        title=f"SLO / {context.project.platform.project}",
        description="One service level objective in full.",
        start="now-7d",
        variables=(*context.variables, *_choices(context)),
        annotations=(marks.of_objective(*matchers),),
        links=context.siblings(KIND),
        rows=(
            Row(key="now", title="", panels=tuple(_named(context, _now(context, matchers)))),
            Row(key="burn", title="Burn rate", panels=tuple(_burn(context, matchers))),
            Row(key="budget", title="Budget and events", panels=tuple(_budget(context, matchers))),
            Row(key="alerts", title="Alerts", panels=tuple(_alerts(context, matchers))),
        ),
        source=context.project.platform.source,
    )


def _choices(context: Context) -> Iterator[Variable]:
    before: tuple[Matcher, ...] = context.identity_matchers
    for label in _CHOICES:
        yield one_of(label, names.INFO, *before)
        before = (*before, chosen(label, label))


def _named(context: Context, panels: Iterator[Panel]) -> Iterator[Panel]:
    """The panels with the names of the platform's identity labels: several clusters are several numbers."""
    for panel in panels:
        queries = (replace(query, legend=context.legend.strip()) for query in panel.queries)
        yield replace(panel, queries=tuple(queries))


def slos(context: Context) -> list[SLO]:
    """All objectives that have a budget."""
    return [slo for service in context.project.services for slo in service.slos if slo.has_budget]


def _worst(context: Context, operation: str, name: str, matchers: tuple[Matcher, ...]) -> Expr:
    """A record of the chosen objective, of groups the worst: one series an objective."""
    return Aggregate(operation, record(name, *matchers), context.identity)


def _achieved(context: Context, matchers: tuple[Matcher, ...]) -> Expr:
    """The share of good events over the objective's own period, whichever that is."""
    periods = sorted({slo.period for slo in slos(context)})
    found = []
    for period in periods:
        ratio = _worst(context, "max", names.error_ratio_record(str(period)), matchers)
        days = Number(Decimal(period.milliseconds) / _DAY_MS)
        own = Binary(_worst(context, "max", names.TIME_PERIOD, matchers), "==", days)
        found.append(ratio if len(periods) == 1 else Binary(ratio, "and", own, context.identity))
    return Binary(Number(1), "-", found[0] if len(found) == 1 else either(*found))


def _now(context: Context, matchers: tuple[Matcher, ...]) -> Iterator[Panel]:
    def worst(operation: str, name: str) -> Expr:
        return _worst(context, operation, name, matchers)

    most_digits = max(scales.decimals(slo.objective) for slo in slos(context))
    share = Field(unit="percentunit", decimals=most_digits)
    burn = Binary(worst("max", names.error_ratio_record("1h")), "/", worst("max", names.ERROR_BUDGET))
    left = Binary(worst("min", names.BUDGET_REMAINING), "*", worst("max", names.TIME_PERIOD))
    yield charts.stat(
        "objective",
        "Objective",
        "The share of events that shall be good over the period.",
        worst("max", names.OBJECTIVE),
        share,
    )
    yield charts.stat(
        "achieved",
        "Achieved",
        "The share of good events over the objective's own period, of groups the worst.",
        _achieved(context, matchers),
        share,
    )
    yield charts.stat(
        "margin",
        "Above the objective",
        "Achieved less objective. Below 0 the objective is missed, by that share of events.",
        Binary(_achieved(context, matchers), "-", worst("max", names.OBJECTIVE)),
        Field(
            unit="percentunit",
            decimals=most_digits,
            thresholds=(Threshold(None, scales.RED), Threshold(Decimal(0), scales.GREEN)),
        ),
    )
    yield charts.stat(
        "remaining",
        "Error budget left",
        "The share of allowed failures that is still unspent; below 0 the objective is missed.",
        worst("min", names.BUDGET_REMAINING),
        scales.remaining(),
    )
    yield charts.stat(
        "lasts",
        "At this rate the budget lasts",
        "Days until the rest of the budget is spent, if errors go on as in the last hour. No value while "
        "nothing fails.",
        Binary(Call("clamp_min", (left, Number(0))), "/", Binary(burn, ">", Number(0))),
        Field(unit="d", decimals=1, minimum=Decimal(0)),
    )
    yield Gauge(
        key="coverage",
        title="Measured",
        description="How much of the period has data. The numbers beside it are based on this, and say "
        "little while it is short.",
        width=4,
        height=4,
        queries=(Query(expr=text(worst("min", names.PERIOD_COVERAGE)), instant=True),),
        field=Field(
            unit="percentunit",
            decimals=0,
            minimum=Decimal(0),
            maximum=Decimal(1),
            thresholds=(Threshold(None, scales.ORANGE), Threshold(Decimal("0.9"), scales.GREEN)),
        ),
    )


def _windows(context: Context) -> list[str]:
    """The windows that alerts read, shortest first."""
    found: set[Duration] = {Duration.parse("5m")}
    for slo in slos(context):
        found |= {window.long for window in context.project.platform.windows.get(slo.alerting.windows, ())}
    return [str(window) for window in sorted(found)]


def _shared_alerts(context: Context) -> list[BurnAlert]:
    """The alerts with factors that all objectives which page have in common."""
    paging = [slo for slo in slos(context) if any(alert.window.tier == "page" for alert in slo.burn_alerts)]
    if not paging:
        return []
    shared = set.intersection(*({alert.factor for alert in slo.burn_alerts} for slo in paging))
    return [alert for alert in paging[0].burn_alerts if alert.factor in shared]


def _burn(context: Context, matchers: tuple[Matcher, ...]) -> Iterator[Panel]:
    budget = _worst(context, "max", names.ERROR_BUDGET, matchers)
    rates = {
        window + context.legend: Binary(
            _worst(context, "max", names.error_ratio_record(window), matchers), "/", budget
        )
        for window in _windows(context)
    }
    alerts = _shared_alerts(context)
    yield BarGauge(
        key="windows",
        title="Burn rate by window, now",
        description="At 1 the budget lasts exactly one period. High in short windows alone is a new fault; "
        "high in long ones alone is one that is over.",
        width=8,
        height=9,
        queries=tuple(Query(expr=text(rate), legend=name, instant=True) for name, rate in rates.items()),
        field=scales.burn(alerts),
    )
    yield charts.graph(
        "burn",
        "Burn rate",
        "How fast the budget is spent, over the windows of the alerts. Dashed lines are the factors that "
        "all objectives with pages have in common: red pages, orange opens a ticket, when long and short "
        "window are above.",
        rates,
        scales.burn_lines(alerts),
        width=16,
        height=9,
        lines="dashed",
    )
    yield StateTimeline(
        key="states",
        title="Burning",
        description="Green: within the budget. Orange: too fast to last. Red: as fast as what pages.",
        width=24,
        height=5,
        queries=(
            Query(
                expr=text(record(names.CURRENT_BURN_RATE, *matchers)),
                legend="{{slo}}" + context.legend + "".join(f" {{{{{label}}}}}" for label in context.groups),
            ),
        ),
        field=scales.burn(alerts),
    )


def _budget(context: Context, matchers: tuple[Matcher, ...]) -> Iterator[Panel]:
    allowed = _worst(context, "max", names.ERROR_BUDGET, matchers)
    ratios = {
        window + context.legend: _worst(context, "max", names.error_ratio_record(window), matchers)
        for window in ("5m", "1h")
    }
    yield charts.graph(
        "errors",
        "Error ratio",
        "Bad events over all events; no value while there are none. Dashed: what the objective allows on "
        "average.",
        {**ratios, "allowed" + context.legend: allowed},
        Field(unit="percentunit", decimals=3, minimum=Decimal(0)),
        width=8,
        colours=(SeriesColour("^allowed", scales.ORANGE, dashed=True),),
    )
    yield charts.graph(
        "remaining-over-time",
        "Error budget over time",
        "The budget of the period as it was left at that time. A step down is an incident, a slope a "
        "constant rate of errors.",
        {"left" + context.legend: _worst(context, "min", names.BUDGET_REMAINING, matchers)},
        scales.remaining(),
        width=8,
        lines="area",
    )
    yield charts.graph(
        "events",
        "Events",
        "What the objective counts, per second. Few events make ratios jump.",
        {
            outcome + context.legend: Aggregate(
                "sum", record(names.events_record(outcome, "5m"), *matchers), context.identity
            )
            for outcome in ("total", "bad")
        },
        Field(unit="ops", minimum=Decimal(0)),
        width=8,
        colours=(SeriesColour("^bad", scales.RED),),
    )


def _alerts(context: Context, matchers: tuple[Matcher, ...]) -> Iterator[Panel]:
    labels = {
        **{label: label.capitalize() for label in context.project.platform.identity_labels},
        "alertname": "Alert",
        names.SEVERITY: "Severity",
        "long_window": "Long",
        "short_window": "Short",
    }
    yield charts.firing(
        matchers,
        labels,
        "What Prometheus itself says is firing for this objective.",
        height=6,
    )
    yield Text(
        key="how-to-read",
        title="How to read this",
        description="What the numbers mean.",
        width=12,
        height=6,
        markdown="An alert fires while its long and its short window burn faster than its factor. The "
        "long one says that it matters, the short one that it still goes on. A budget is shared by the "
        "whole period: what was spent comes back when it leaves the period, not earlier.",
    )
