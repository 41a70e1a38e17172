"""The fleet: every SLO of a project on one page, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator import names
from generator.grafana.dashboards import charts, groups, marks, scales
from generator.grafana.dashboards.context import CARRY, Context, label_values
from generator.grafana.model import Dashboard, DataLink, Field, Mapping, Query, Row, Threshold
from generator.grafana.panels import Column, Panel, Stat, Table, TimeSeries
from generator.grafana.queries import any_of, counted, highest, ranked, record, text
from generator.promql.build import Aggregate, Binary, Expr, Matcher, Number, Selector

DASHBOARD_LABEL = "dashboard"
_RANKED = 10


def build(context: Context) -> Iterator[Dashboard]:
    """Yield the overview of a project's SLOs, if it has any."""
    if not context.has_budgets:
        return
    chosen = (any_of(names.NAMESPACE, names.NAMESPACE), *context.identity_matchers)
    platform = context.project.platform
    yield Dashboard(
        uid=context.fleet_uid,
        kind="fleet",
        title=f"SLOs / {platform.project}" + (f" ({platform.environment})" if platform.environment else ""),
        description="Every service level objective: how much error budget is left, and who is burning it.",
        start="now-24h",
        annotations=tuple(marks.of_all(context, marks.OF_OBJECTIVES, *chosen)),
        links=context.siblings("fleet"),
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
    current: Expr = record(names.CURRENT_BURN_RATE, *chosen)
    remaining: Expr = record(names.BUDGET_REMAINING, *chosen)
    firing = Selector("ALERTS", (marks.OF_OBJECTIVES, marks.FIRING, *chosen))
    if context.groups:  # what is counted are objectives, each by its worst group
        current = Aggregate("max", current, context.identity)
        remaining = Aggregate("min", groups.live(remaining, *chosen), context.identity)
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
        "period. No value where nothing is measured.",
        counted(Binary(current, ">", Number(1)), current),
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
    return charts.stat(key, title, description, expression, scales.count(*steps))


def _table(context: Context, chosen: tuple[Matcher, ...]) -> Table:
    queries = _by_group(context, chosen) if context.groups else _by_objective(context, chosen)
    link = DataLink(title="Open the service", url=f"/d/${{__data.fields.Dashboard}}?{CARRY}")
    labels = {label: label.capitalize() for label in context.identity}
    labels |= context.groups | {label: label.capitalize() for label in (names.TEAM, names.TIER)}
    labels[names.SLO] = "SLO"
    linked = Field(links=(link,))
    values = "&".join(f"var-{label}=${{__data.fields.{labels[label]}}}" for label in names.IDENTITY)
    detail = DataLink(title="Open the objective", url=f"/d/{context.uid('slo')}?{values}&{CARRY}")
    to_detail = Field(links=(detail,))
    what = "objective and group" if context.groups else "objective"
    return Table(
        key="objectives",
        title="Objectives",
        description=(
            f"One line for each {what}, least budget first. A budget is shared by the whole period; "
            "“measured” says how many of its days have data: a young number says little. Click to open the "
            "service."
        ),
        width=24,
        height=14,
        queries=tuple(Query(expr=text(query), instant=True, table=True) for query in queries),
        columns=(
            *(
                Column(title=title, label=label, field=to_detail if label == names.SLO else linked)
                for label, title in labels.items()
            ),
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


def _by_objective(context: Context, chosen: tuple[Matcher, ...]) -> tuple[Expr, ...]:
    """Info, objective, budget left, burn rate, days measured and days of the period: a row an objective."""
    identity = context.identity
    coverage, days = record(names.PERIOD_COVERAGE, *chosen), record(names.TIME_PERIOD, *chosen)
    info = highest(record(names.INFO, *chosen), (*identity, names.TEAM, names.TIER, DASHBOARD_LABEL))
    values = (
        record(names.OBJECTIVE, *chosen),
        record(names.BUDGET_REMAINING, *chosen),
        record(names.CURRENT_BURN_RATE, *chosen),
        Binary(coverage, "*", days),
        days,
    )
    return (info, *(highest(value, identity) for value in values))


def _by_group(context: Context, chosen: tuple[Matcher, ...]) -> tuple[Expr, ...]:
    """Return the same, a row a group; an objective without telemetry has one row, and no group.

    What is said of an objective itself is repeated for each of its groups, for the table joins all labels.
    """
    identity, by = context.identity, (*context.identity, *context.groups)
    now = record(names.events_record("total", "5m"), *chosen)
    rows = highest(Binary(now, ">=", Number(0), bool_=True), by)

    def repeated(name: str, *labels: str) -> Expr:
        once = highest(record(name, *chosen), (*identity, *labels))
        return Binary(Binary(rows, "*", once, identity, group_left=labels), "or", once, identity)

    def measured(expression: Expr) -> Expr:
        return highest(Binary(groups.live(expression, *chosen), "or", expression, identity), by)

    days = record(names.TIME_PERIOD, *chosen)
    coverage = record(names.PERIOD_COVERAGE, *chosen)
    covered = Binary(coverage, "*", highest(days, identity), identity, group_left=())
    return (
        repeated(names.INFO, names.TEAM, names.TIER, DASHBOARD_LABEL),
        repeated(names.OBJECTIVE),
        measured(record(names.BUDGET_REMAINING, *chosen)),
        measured(record(names.CURRENT_BURN_RATE, *chosen)),
        measured(covered),
        repeated(names.TIME_PERIOD),
    )


def _history(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    legend = f"{{{{namespace}}}}/{{{{service}}}} {{{{slo}}}}{context.legend}{groups.legend(context.groups)}"
    remaining: Expr = record(names.BUDGET_REMAINING, *chosen)
    if context.groups:
        remaining = groups.live(remaining, *chosen)
    yield TimeSeries(
        key="remaining",
        title=f"Error budget left: the {_RANKED} lowest",
        description=(
            "What is left of each budget at that time. A line that falls and stays down is one incident, "
            "a steady slope is a constant rate of errors. Below 0 the objective is missed."
        ),
        width=12,
        height=10,
        queries=(Query(expr=text(ranked("bottomk", _RANKED, remaining)), legend=legend),),
        field=scales.remaining(),
        lines="dashed",
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
