"""The fleet: every SLO of a project on one page, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator import names
from generator.grafana.dashboards import scales
from generator.grafana.dashboards.context import CARRY, Context, label_values
from generator.grafana.model import Dashboard, DataLink, Field, Mapping, Query, Row, Threshold
from generator.grafana.panels import Column, Panel, Stat, Table, TimeSeries
from generator.grafana.queries import any_of, counted, highest, ranked, record, text
from generator.promql.build import Aggregate, Binary, Expr, Matcher, Number, Selector, equal

DASHBOARD_LABEL = "dashboard"
_TEAM, _TIER = "team", "tier"
_ALERTS = f"SLOBurnRate.*|{names.ALERT_TELEMETRY_ABSENT}"
_RANKED = 10


def build(context: Context) -> Iterator[Dashboard]:
    """Yield the overview of a project's SLOs, if it has any."""
    if not context.has_slos:
        return
    chosen = (any_of(names.NAMESPACE, names.NAMESPACE), *context.identity_matchers)
    platform = context.project.platform
    yield Dashboard(
        uid=context.fleet_uid,
        kind="fleet",
        title=f"SLOs / {platform.project}" + (f" ({platform.environment})" if platform.environment else ""),
        description="Every service level objective: how much error budget is left, and who is burning it.",
        start="now-24h",
        variables=(*context.variables, label_values(names.NAMESPACE, names.INFO, *context.identity_matchers)),
        rows=(
            Row(key="now", title="", panels=tuple(_counts(context, chosen))),
            Row(key="slos", title="All objectives", panels=(_table(context, chosen),)),
            Row(key="history", title="Over time", panels=tuple(_history(context, chosen))),
        ),
        source=platform.source,
    )


def _counts(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    objectives = record(names.OBJECTIVE, *chosen)
    current = record(names.CURRENT_BURN_RATE, *chosen)
    remaining = record(names.BUDGET_REMAINING, *chosen)
    firing = Selector("ALERTS", (Matcher("alertname", "=~", _ALERTS), equal("alertstate", "firing"), *chosen))
    some_orange = (Threshold(None, scales.GREEN), Threshold(Decimal(1), scales.ORANGE))
    some_red = (Threshold(None, scales.GREEN), Threshold(Decimal(1), scales.RED))
    yield _count(
        "objectives",
        "SLOs",
        "How many objectives Prometheus has. If it is fewer than you defined, a rule file is not loaded.",
        Aggregate("count", objectives),
        (Threshold(None, "text"),),
    )
    yield _count(
        "overspent",
        "Out of error budget",
        "Objectives that are missed over their period. Agree with the team what reliability work comes "
        "first.",
        counted(Binary(remaining, "<", Number(0)), remaining),
        some_red,
    )
    yield _count(
        "burning",
        "Burning too fast now",
        "Objectives whose burn rate of the last 5 minutes is above 1: their budget would not last the "
        "period.",
        counted(Binary(current, ">", Number(1)), objectives),
        some_orange,
    )
    yield _count(
        "firing",
        "SLO alerts firing",
        "Burn-rate and missing-telemetry alerts. Open the service in the table below and follow its runbook.",
        counted(firing, objectives),
        some_red,
    )
    yield _count(
        "silent",
        "Without requests or data",
        "Objectives with nothing to measure in the last 5 minutes: idle, or telemetry was lost. Idle is no "
        "failure.",
        counted(Binary(objectives, "unless", current, context.identity), objectives),
        (Threshold(None, "text"),),
    )


def _count(key: str, title: str, description: str, expression: Expr, steps: tuple[Threshold, ...]) -> Stat:
    return Stat(
        key=key,
        title=title,
        description=description,
        width=4,
        height=4,
        queries=(Query(expr=text(expression), instant=True),),
        field=scales.count(*steps),
    )


def _table(context: Context, chosen: tuple[Matcher, ...]) -> Table:
    identity = context.identity
    coverage, days = record(names.PERIOD_COVERAGE, *chosen), record(names.TIME_PERIOD, *chosen)
    info = highest(record(names.INFO, *chosen), (*identity, _TEAM, _TIER, DASHBOARD_LABEL))
    values = (
        record(names.OBJECTIVE, *chosen),
        record(names.BUDGET_REMAINING, *chosen),
        record(names.CURRENT_BURN_RATE, *chosen),
        Binary(coverage, "*", days),
        days,
    )
    queries = (info, *(highest(value, identity) for value in values))
    link = DataLink(title="Open the service", url=f"/d/${{__data.fields.Dashboard}}?{CARRY}")
    labels = {label: label.capitalize() for label in (*identity, _TEAM, _TIER)}
    labels[names.SLO] = "SLO"
    linked = Field(links=(link,))
    return Table(
        key="objectives",
        title="Objectives",
        description=(
            "One line for each objective, least budget first. A budget is shared by the whole period; "
            "“measured” says how many of its days have data: a young number says little. Click to open the "
            "service."
        ),
        width=24,
        height=14,
        queries=tuple(Query(expr=text(query), instant=True, table=True) for query in queries),
        columns=(
            *(Column(title=title, label=label, field=linked) for label, title in labels.items()),
            Column(title="Objective", query=1, field=Field(unit="percentunit", decimals=3)),
            Column(title="Budget left", query=2, field=scales.remaining((link,))),
            Column(title="Burn rate now", query=3, field=scales.burn()),
            Column(title="Measured", query=4, field=Field(unit="suffix: d", decimals=1)),
            Column(title="Period", query=5, field=Field(unit="suffix: d", decimals=0)),
            Column(
                title="Dashboard",
                label=DASHBOARD_LABEL,
                field=Field(mappings=(Mapping("^(.+)$", "Open"),), links=(link,)),
                width=100,
            ),
        ),
        sort="Budget left",
    )


def _history(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    legend = f"{{{{namespace}}}}/{{{{service}}}} {{{{slo}}}}{context.legend}"
    yield TimeSeries(
        key="remaining",
        title=f"Error budget left: the {_RANKED} lowest",
        description=(
            "What is left of each budget at that time. A line that falls and stays down is one incident, "
            "a steady slope is a constant rate of errors. Below 0 the objective is missed."
        ),
        width=12,
        height=10,
        queries=(
            Query(
                expr=text(ranked("bottomk", _RANKED, record(names.BUDGET_REMAINING, *chosen))), legend=legend
            ),
        ),
        field=scales.remaining(),
    )
    yield TimeSeries(
        key="burners",
        title=f"Burn rate: the {_RANKED} highest",
        description=(
            "Errors of the last 5 minutes in multiples of what the objective allows. 1 spends exactly the "
            "budget in one period; look into what stays above it."
        ),
        width=12,
        height=10,
        queries=(
            Query(
                expr=text(ranked("topk", _RANKED, record(names.CURRENT_BURN_RATE, *chosen))), legend=legend
            ),
        ),
        field=scales.burn(),
        lines="dashed",
    )
