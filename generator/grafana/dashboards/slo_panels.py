"""The panels of one SLO. They read recorded series only, so they are the same for every kind of SLI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from generator import names
from generator.grafana.dashboards import groups, scales
from generator.grafana.dashboards.context import Context, group_titles, service_matchers, slo_matchers
from generator.grafana.model import Field, Query
from generator.grafana.panels import Panel, Stat, TimeSeries
from generator.grafana.queries import record, text
from generator.promql.build import Binary, Expr, Number, equal, number
from generator.rules.shape import LONGEST_FAST
from generator.spec.model import SLO, Service

_DAY_MS = 86_400_000
# The one window that is recorded for every SLO.
_SHORTEST = "5m"


def state(context: Context, service: Service, slo: SLO) -> Iterator[Panel]:
    """Yield five numbers on one line: objective, achieved, budget left, burn rate now, days measured.

    Of an SLO with groups they are those of the worst group, and a table of all follows. Without a budget
    there is at most that table.
    """
    if not slo.has_budget:
        if slo.groups:
            yield groups.comparison(context, service, slo, [_SHORTEST, *_long_windows(context, slo)])
        return
    matchers = (*slo_matchers(service, slo.name), *context.identity_matchers)
    goal = f"{number(slo.objective)} %"
    period = str(slo.period)
    days = Decimal(slo.period.milliseconds) / _DAY_MS
    of_worst = " (worst group)" if slo.groups else ""

    def worst(operation: str, name: str) -> Expr:
        return groups.worst(operation, context, slo, name, *matchers)

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
        f"achieved over {period}{of_worst}",
        f"The share of good events of the last {period}, each event counting the same. Below {goal} the SLO "
        "is missed.",
        Binary(Number(1), "-", worst("max", names.error_ratio_record(period))),
        scales.achieved(slo),
    )
    yield stat(
        "remaining",
        f"error budget left{of_worst}",
        "The share of allowed failures that is still unspent; below 0 the objective is missed. "
        "When little is left, hold back risky releases until it recovers.",
        worst("min", names.BUDGET_REMAINING),
        scales.remaining(),
    )
    yield stat(
        "burn",
        f"burn rate now{of_worst}",
        "Errors of the last 5 minutes in multiples of what the objective allows. At 1 the budget lasts "
        "exactly one period. No value means no events.",
        worst("max", names.CURRENT_BURN_RATE),
        scales.burn(slo.burn_alerts),
    )
    yield stat(
        "coverage",
        f"measured{of_worst}",
        f"How much of the last {period} has data. The numbers beside it are based on this, and say little "
        "while it is short." + _called_before(service, slo),
        Binary(worst("min", names.PERIOD_COVERAGE), "*", Number(days))
        if slo.groups  # what the period is knows no groups
        else Binary(record(names.PERIOD_COVERAGE, *matchers), "*", record(names.TIME_PERIOD, *matchers)),
        scales.days(days),
    )
    if slo.groups:
        yield groups.table(context, service, slo)


def burn(context: Context, service: Service, slo: SLO) -> Iterator[Panel]:
    """Yield two graphs of one SLO: burn rate with the alerts' factors, error ratio with its limits.

    Without a budget there is the second one alone.
    """
    matchers = (*slo_matchers(service, slo.name), *context.identity_matchers)
    longs = _long_windows(context, slo)
    windows = (_SHORTEST, *longs)
    legend = groups.legend(slo.groups)
    ratios = {window: record(names.error_ratio_record(window), *matchers) for window in windows}
    if slo.has_budget:
        yield _graph(
            context,
            f"{slo.name}.burn",
            f"{slo.name}: burn rate",
            "How fast the budget is spent, over the windows of the alerts. Each dashed line is the factor of "
            "an alert (red pages, orange opens a ticket): it fires while its long and short window are above "
            "it.",
            {window + legend: Binary(ratios[window], "/", Number(slo.budget)) for window in longs or windows},
            scales.burn_lines(slo.burn_alerts),
        )
    yield _graph(
        context,
        f"{slo.name}.errors",
        f"{slo.name}: error ratio",
        f"Bad events over all events; no value while there are none. Orange: {number(slo.budget * 100)} %, "
        "which the objective allows on average."
        + (" Red: what pages when it lasts." if slo.has_budget else ""),
        {window + legend: ratios[window] for window in windows[:2]},
        scales.failing(slo),
    )


def history(context: Context, service: Service) -> Iterator[Panel]:
    """Yield two graphs with all SLOs of a service: error budget over time (where there is one), events."""
    matchers = (*service_matchers(service), *context.identity_matchers)
    legend = groups.legend(group_titles(service.slos))
    remaining: Expr = record(names.BUDGET_REMAINING, *matchers)
    if any(slo.has_budget for slo in service.slos):
        yield _graph(
            context,
            "remaining",
            "Error budget over time",
            "The budget of each SLO's period as it was left at that time. A step down is an incident, a "
            "slope a constant rate of errors; it rises when old errors leave the period.",
            {
                f"{{{{{names.SLO}}}}}{legend}": groups.live(remaining, *matchers) if legend else remaining,
                **_before(context, service),
            },
            scales.remaining(),
        )
    yield _graph(
        context,
        "events",
        "Events",
        "What each SLO counts, per second: all events and bad ones. Few events make ratios jump: one failure "
        "in ten is 10 %.",
        {
            f"{{{{{names.SLO}}}}} {outcome}{legend}": record(
                names.events_record(outcome, _SHORTEST), *matchers
            )
            for outcome in ("total", "bad")
        },
        Field(unit="ops", minimum=Decimal(0)),
        lines=False,
    )


def _called_before(service: Service, slo: SLO) -> str:
    """Say where the history before a new name is."""
    former = [*slo.renamed_from, *("/".join(key) for key in service.renamed_from)]
    if not former:
        return ""
    return f" It began anew with the name; what was called {' and '.join(former)} is in the graph over time."


def _before(context: Context, service: Service) -> Mapping[str, Expr]:
    """The budget as it was recorded under each former name of the service.

    Former names of its SLOs are among the service's own series already.
    """
    return {
        f"{{{{{names.SLO}}}}} (as {namespace}/{name})": record(
            names.BUDGET_REMAINING,
            equal(names.NAMESPACE, namespace),
            equal(names.SERVICE, name),
            *context.identity_matchers,
        )
        for namespace, name in service.renamed_from
    }


def _graph(
    context: Context,
    key: str,
    title: str,
    description: str,
    queries: Mapping[str, Expr],
    field: Field,
    *,
    lines: bool = True,
) -> TimeSeries:
    return TimeSeries(
        key=key,
        title=title,
        description=description,
        width=12,
        height=8,
        queries=tuple(
            Query(expr=text(expr), legend=legend + context.legend) for legend, expr in queries.items()
        ),
        field=field,
        lines="dashed" if lines else "off",
    )


def _long_windows(context: Context, slo: SLO) -> list[str]:
    """Return the long windows of the SLO's set that are recorded, shortest first.

    They are recorded even where a tier is disabled; without a budget those up to six hours.
    """
    chosen = context.project.platform.windows.get(slo.alerting.windows, ())
    longs = sorted({window.long for window in chosen})
    return [str(long) for long in longs if slo.has_budget or long <= LONGEST_FAST]
