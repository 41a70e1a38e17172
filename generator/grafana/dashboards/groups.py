"""Groups of an SLO in panels: a name for each, the worst of them, and a table of all.

A group that vanished stays in the period's ratio until the period has passed. Panels show groups that still
have telemetry, be they idle.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from generator import names
from generator.grafana.dashboards import scales
from generator.grafana.dashboards.context import Context, group_titles, slo_matchers
from generator.grafana.model import Field, Query
from generator.grafana.panels import Column, Table
from generator.grafana.queries import highest, record, text
from generator.promql.build import Aggregate, Binary, Expr, Matcher, Number
from generator.spec.model import SLO, Service

_NOW = names.events_record("total", "5m")


def legend(labels: Iterable[str]) -> str:
    """Return the part of a legend that tells one group from another; nothing where there are none."""
    return "".join(f" {{{{{label}}}}}" for label in labels)


def live(expression: Expr, *matchers: Matcher) -> Expr:
    """Keep the groups that have telemetry now; the matchers are those of `expression`."""
    return Binary(expression, "and", record(_NOW, *matchers))


def worst(operation: str, context: Context, slo: SLO, name: str, *matchers: Matcher) -> Expr:
    """Return the record `name` of an SLO; of one with groups, the `min` or `max` of those that are left."""
    found = record(name, *matchers)
    if not slo.groups:
        return found
    return Aggregate(operation, live(found, *matchers), context.project.platform.identity_labels)


def table(context: Context, service: Service, slo: SLO) -> Table:
    """Return the numbers of each group of an SLO, least budget first."""
    matchers = (*slo_matchers(service, slo.name), *context.identity_matchers)
    by = context.project.platform.identity_labels + slo.groups
    days = Decimal(slo.period.milliseconds) / 86_400_000

    def query(expression: Expr) -> Query:
        return Query(expr=text(highest(expression, by)), instant=True, table=True)

    ratio = live(record(names.error_ratio_record(str(slo.period)), *matchers), *matchers)
    shown = group_titles((slo,))
    return Table(
        key=f"{slo.name}.groups",
        title=f"{slo.name}: by {', '.join(group.name for group in slo.group_by)}",
        description="Each group has the whole budget for its own events. Groups without telemetry are left "
        "out.",
        width=24,
        height=6,
        queries=(
            query(Binary(Number(1), "-", ratio)),
            query(live(record(names.BUDGET_REMAINING, *matchers), *matchers)),
            query(record(names.CURRENT_BURN_RATE, *matchers)),
            query(Binary(live(record(names.PERIOD_COVERAGE, *matchers), *matchers), "*", Number(days))),
            query(record(_NOW, *matchers)),
        ),
        columns=(
            *(Column(title=shown.get(label, label.capitalize()), label=label) for label in by),
            Column(title=f"Achieved over {slo.period}", query=0, field=scales.achieved(slo)),
            Column(title="Budget left", query=1, field=scales.remaining()),
            Column(title="Burn rate now", query=2, field=scales.burn(slo.burn_alerts)),
            Column(title="Measured", query=3, field=scales.days(days)),
            Column(title="Events now", query=4, field=Field(unit="ops", decimals=2)),
        ),
        sort="Budget left",
    )


def comparison(context: Context, service: Service, slo: SLO, windows: Iterable[str]) -> Table:
    """Return the error ratios of each group of an SLO without a budget, worst first."""
    matchers = (*slo_matchers(service, slo.name), *context.identity_matchers)
    by = context.project.platform.identity_labels + slo.groups
    shown = group_titles((slo,))
    ratios = {window: record(names.error_ratio_record(window), *matchers) for window in windows}
    measured = [*ratios.values(), record(_NOW, *matchers)]
    return Table(
        key=f"{slo.name}.groups",
        title=f"{slo.name}: by {', '.join(group.name for group in slo.group_by)}",
        description="Bad events over all events in each window; no value while there are none.",
        width=24,
        height=6,
        queries=tuple(
            Query(expr=text(highest(live(each, *matchers), by)), instant=True, table=True)
            for each in measured
        ),
        columns=(
            *(Column(title=shown.get(label, label.capitalize()), label=label) for label in by),
            *(
                Column(title=f"Errors in {window}", query=index, field=scales.failing(slo))
                for index, window in enumerate(ratios)
            ),
            Column(title="Events now", query=len(ratios), field=Field(unit="ops", decimals=2)),
        ),
        sort=f"Errors in {next(iter(ratios))}",
        descending=True,
    )
