"""What the shared dashboards are mostly made of: a number, lines over time, a table of newest values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from generator.grafana.dashboards import marks
from generator.grafana.model import PLAIN, Field, Query, Row, Threshold
from generator.grafana.panels import Column, Panel, Stat, Table, TimeSeries
from generator.grafana.queries import highest, text
from generator.promql.build import Expr, Matcher, Selector

PER_SECOND = Field(unit="reqps", minimum=Decimal(0))
CONNECTIONS_PER_SECOND = Field(unit="cps", minimum=Decimal(0))
BYTES_PER_SECOND = Field(unit="Bps", minimum=Decimal(0))
SHARE = Field(unit="percentunit", decimals=2, minimum=Decimal(0))
COUNT = Field(unit="none", decimals=0, minimum=Decimal(0))


def none_is_good(unit: str = "none", decimals: int = 0) -> Field:
    """Show a number of things that should not be: orange from the first on."""
    steps = (Threshold(None, "green"), Threshold(Decimal(1).scaleb(-decimals), "orange"))
    return Field(unit=unit, decimals=decimals, minimum=Decimal(0), thresholds=steps)


def rows(parts: Iterable[tuple[str, str, Iterable[Panel]]]) -> tuple[Row, ...]:
    """Rows from keys, titles and panels; one in which there is nothing to show is left out."""
    made = (Row(key=key, title=title, panels=tuple(panels)) for key, title, panels in parts)
    return tuple(row for row in made if row.panels)


def stat(  # a panel has this many sides
    key: str, title: str, description: str, expression: Expr, field: Field, *, width: int = 4, height: int = 4
) -> Stat:
    """A number, now."""
    return Stat(
        key=key,
        title=title,
        description=description,
        width=width,
        height=height,
        queries=(Query(expr=text(expression), instant=True),),
        field=field,
    )


def graph(
    key: str, title: str, description: str, queries: Mapping[str, Expr], field: Field = PLAIN, **more: Any
) -> TimeSeries:
    """Lines over time, by their legends; `more` are other fields of the panel."""
    sides: dict[str, Any] = {"width": 12, "height": 8, **more}
    return TimeSeries(
        key=key,
        title=title,
        description=description,
        queries=tuple(Query(expr=text(expression), legend=legend) for legend, expression in queries.items()),
        field=field,
        **sides,
    )


def table(  # a panel has this many sides
    key: str,
    title: str,
    description: str,
    labels: Mapping[str, str],
    values: Mapping[str, tuple[Expr, Field]],
    **more: Any,
) -> Table:
    """Newest values in columns behind those of the labels, the highest of the first column on top."""
    sides: dict[str, Any] = {"width": 12, "height": 8, "sort": next(iter(values)), "descending": True, **more}
    return Table(
        key=key,
        title=title,
        description=description,
        queries=tuple(Query(expr=text(each), instant=True, table=True) for each, _ in values.values()),
        columns=(
            *(Column(title=shown, label=label) for label, shown in labels.items()),
            *(
                Column(title=shown, query=index, field=field)
                for index, (shown, (_, field)) in enumerate(values.items())
            ),
        ),
        **sides,
    )


def firing(
    matchers: tuple[Matcher, ...], labels: Mapping[str, str], description: str, *, height: int
) -> Table:
    """The alerts that fire now by their `labels`, each with its title; "None firing" where there are none."""
    series = highest(Selector("ALERTS", (*matchers, marks.FIRING)), tuple(labels))
    return Table(
        key="firing",
        title="Firing now",
        description=description,
        width=12,
        height=height,
        queries=(Query(expr=text(series), instant=True, table=True),),
        field=Field(no_value="None firing"),
        columns=tuple(Column(title=title, label=label) for label, title in labels.items()),
        sort="Severity",
    )
