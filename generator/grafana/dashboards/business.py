"""What a service is worth: each business metric now, against the week before, and over time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.grafana.dashboards import scales
from generator.grafana.dashboards.context import Context
from generator.grafana.model import Field, Query, Threshold
from generator.grafana.origin import MetricsOrigin
from generator.grafana.panels import Panel, SeriesColour, Stat, TimeSeries
from generator.grafana.text import literal
from generator.promql.build import Binary, Call, Expr, Number, Subquery, Verbatim
from generator.spec.aspects.business import BETTER, WORSE, BusinessMetric
from generator.spec.model import Service

_WORDS = {
    BETTER: "Higher is better: orange when it is lower than a week before.",
    WORSE: "Lower is better: orange when it is higher than a week before.",
    "": "Neither direction is good or bad in itself.",
}
# What is shown as 0.0 % is no change, and no bad news whichever direction is good.
_NOTICED = Decimal("0.0005")
_COLOURS = {BETTER: (scales.ORANGE, scales.GREEN), WORSE: (scales.GREEN, scales.ORANGE)}


def panels(service: Service) -> Iterator[Panel]:
    """Yield three panels on one line for each metric."""
    for metric in service.business_metrics:
        query = metric.query.text.strip()
        field = Field(unit=metric.unit)
        yield Stat(
            key=f"{metric.name}.now",
            title=_title(metric),
            description=f"{_title(metric)}, as the team counts it. No value means that nothing is counted, "
            "which is not the same as 0.",
            width=4,
            height=6,
            queries=(Query(expr=query, instant=True),),
            field=field,
        )
        yield Stat(
            key=f"{metric.name}.change",
            title=f"{_title(metric)}: change in a week",
            description="Compared with the same time a week before; no value where there was nothing then. "
            f"{_WORDS[metric.higher_is]}",
            width=4,
            height=6,
            queries=(Query(expr=_change(metric).render(), instant=True),),
            field=Field(unit="percentunit", decimals=1, thresholds=_steps(metric)),
        )
        yield TimeSeries(
            key=f"{metric.name}.history",
            title=f"{_title(metric)}: this week and the one before",
            description="The dashed line is a week older. Days of a week differ, so compare with the same "
            "day; a step that the line of the week before has not is news.",
            width=16,
            height=6,
            queries=(
                Query(expr=query, legend="now"),
                Query(expr=_week_before(metric).render(), legend="a week before"),
            ),
            field=field,
            colours=(SeriesColour("^a week before", "text", dashed=True),),
        )


def origin(context: Context, service: Service) -> MetricsOrigin | None:
    """Find where the queries of the panels were written; None where there are none."""
    if not service.business_metrics:
        return None
    derived: set[str] = set()
    titles: dict[str, BusinessMetric] = {}
    for metric in service.business_metrics:
        derived |= {_change(metric).render(), _week_before(metric).render()}
    for panel, metric in zip(panels(service), _thrice(service), strict=True):
        titles[literal(panel.title)] = metric
    return MetricsOrigin(titles, frozenset(derived), context.locator)


def _thrice(service: Service) -> Iterator[BusinessMetric]:
    for metric in service.business_metrics:
        yield from (metric, metric, metric)


def _title(metric: BusinessMetric) -> str:
    return metric.title or metric.name


def _week_before(metric: BusinessMetric) -> Expr:
    """The query a week ago: PromQL has no offset for a whole expression but that of a subquery."""
    past = Subquery(Verbatim(metric.query.text), "5m", "1m", offset="1w")
    return Call("last_over_time", (past,))


def _change(metric: BusinessMetric) -> Expr:
    """Now over the week before, less 1; absent where the week before had nothing to be compared with."""
    before = Binary(_week_before(metric), ">", Number(0))
    return Binary(Binary(Verbatim(metric.query.text), "/", before), "-", Number(1))


def _steps(metric: BusinessMetric) -> tuple[Threshold, ...]:
    if metric.higher_is not in _COLOURS:
        return ()
    below, above = _COLOURS[metric.higher_is]
    noticed = -_NOTICED if metric.higher_is == BETTER else _NOTICED
    return (Threshold(None, below), Threshold(noticed, above))
