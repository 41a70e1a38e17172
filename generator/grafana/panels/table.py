"""Table: rows of labels and newest values, one row for each set of labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from generator.grafana.model import PLAIN, Field, Panel, Written
from generator.grafana.panels.fields import (
    common,
    data_links,
    mappings,
    override,
    scale,
    thresholds,
    value_columns,
)

# What Grafana adds to the table of an instant query, and nobody wants to read.
_HIDDEN = {"Time": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: the values of a label, or of the query at an index. `width` is in pixels, 0 for automatic."""

    title: str
    label: str = ""
    query: int | None = None
    field: Field = PLAIN
    width: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Panel):
    """Instant queries joined on their labels, so all must carry the same, into the `columns` that are shown.

    A query may have more labels than the others. `sort` is the title of the column that orders the rows. With
    `all_labels`, every label is a column before them. A `raw` table shows what its data source made a table
    of; `columns` say how some of it looks.
    """

    columns: tuple[Column, ...]
    sort: str = ""
    descending: bool = False
    all_labels: bool = False
    raw: bool = False


def written(panel: Written) -> Table:
    """Every label a column, and each query one for its values."""
    return Table(
        **common(panel),
        queries=tuple(replace(query, instant=True, table=True) for query in panel.queries),
        field=panel.field,
        columns=tuple(
            Column(title=query.legend or value, query=index, field=panel.field)
            for index, (query, value) in enumerate(zip(panel.queries, value_columns(panel), strict=True))
        ),
        all_labels=True,
    )


def body(panel: Table) -> dict[str, Any]:
    """Grafana's JSON: `merge` joins the queries, `organize` puts the columns in order and names them."""
    if panel.raw:
        return _looks(panel)
    names = [_source(panel, column) for column in panel.columns]
    organize = {
        "excludeByName": _HIDDEN | {name: True for name in value_columns(panel) if name not in names},
        # Grafana puts what is not listed behind the rest; where nothing is, values follow the labels.
        "indexByName": {} if panel.all_labels else {name: index for index, name in enumerate(names)},
        "renameByName": {
            name: column.title
            for name, column in zip(names, panel.columns, strict=True)
            if name != column.title
        },
    }
    joined = [{"id": "merge", "options": {}}, {"id": "organize", "options": organize}]
    return {**_looks(panel), "transformations": joined}


def _looks(panel: Table) -> dict[str, Any]:
    return {
        "type": "table",
        "fieldConfig": {
            "defaults": {
                "color": {"mode": "thresholds"},
                "custom": {
                    "align": "auto",
                    "cellOptions": {"type": "auto"},
                    "filterable": True,
                    "inspect": False,
                },
                "noValue": panel.field.no_value,
                "thresholds": thresholds(panel.field.thresholds),
            },
            "overrides": [
                override("byName", column.title, properties)
                for column in panel.columns
                if (properties := _properties(column))
            ],
        },
        "options": {
            "cellHeight": "sm",
            "showHeader": True,
            "sortBy": [{"desc": panel.descending, "displayName": panel.sort}] if panel.sort else [],
        },
    }


def _source(panel: Table, column: Column) -> str:
    return column.label if column.query is None else value_columns(panel)[column.query]


def _properties(column: Column) -> dict[str, Any]:
    field = column.field
    properties = scale(field)
    if field.thresholds:
        properties["thresholds"] = thresholds(field.thresholds)
        properties["custom.cellOptions"] = {"type": "color-text"}
    if field.mappings:
        properties["mappings"] = mappings(field.mappings)
    if field.links:
        properties["links"] = data_links(field.links)
    if column.width:
        properties["custom.width"] = column.width
    return properties
