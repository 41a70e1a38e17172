"""Dashboards as frozen records, free of Grafana's JSON and of grafanalib.

Titles, descriptions and names are plain text: what a reader shall see. Escaping for the places where Grafana
interpolates variables or renders Markdown is the edge's work. Only what is said to be a *template* may hold
Grafana variables: expressions, legends and URLs.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from generator.promql.build import Matcher

if TYPE_CHECKING:
    from generator.grafana.origin import Origin

# Width of Grafana's grid, in columns.
COLUMNS = 24
# The variables that data source references go through: Prometheus, where logs are kept, where traces are.
DATASOURCE = "datasource"
LOGS_SOURCE = "logs"
TRACES_SOURCE = "traces"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From `value` on (None: from minus infinity on) the value is shown in `colour`, a name such as `red`."""

    value: Decimal | None
    colour: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """Values that match the regular expression `pattern` are shown as `text`, perhaps in a `colour`."""

    pattern: str
    text: str
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLink:
    """A link on a value; `url` is a template that may use Grafana's data link variables."""

    title: str
    url: str
    new_tab: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardLink:
    """A link in a dashboard's head; `url` is a template, `keep_time` hands the time range on."""

    title: str
    url: str
    tooltip: str = ""
    new_tab: bool = False
    keep_time: bool = False
    include_variables: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A Prometheus query; `legend` is a template of `{{label}}`s, never text of a user.

    An instant query asks for the newest value only. `buckets` says that its series are those of a histogram
    by `le`, to be told apart. `exemplar` is for raw histograms in time series alone.
    """

    expr: str
    legend: str = ""
    instant: bool = False
    table: bool = False
    buckets: bool = False
    exemplar: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery(Query):
    """Log lines; `expr` is LogQL or, of Elasticsearch, Lucene, and a template like that of PromQL.

    `time_field` is the field of Elasticsearch that holds the time of a line.
    """

    kind: Literal["loki", "elasticsearch"] = "loki"
    time_field: str = "@timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceQuery(Query):
    """A trace by its id, which is `expr`; with `service` a search for traces of a service with an error.

    `kind` is who keeps the traces.
    """

    kind: Literal["jaeger", "tempo"] = "jaeger"
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How values look. `unit` is an id of Grafana (`percentunit`, `reqps`, `s`); empty for text.

    `no_value` stands where there is nothing to show: never a number, for no data is not zero.
    """

    unit: str = ""
    decimals: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    thresholds: tuple[Threshold, ...] = ()
    mappings: tuple[Mapping, ...] = ()
    links: tuple[DataLink, ...] = ()
    no_value: str = "No data"


PLAIN = Field()


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What panels of every kind have; the kinds are in `generator.grafana.panels`.

    `key` is unique within the row and lives as long as the panel: its id is made from it. `width` counts
    columns of 24, `height` grid rows of 30 pixels; a line of panels is stretched to be filled (`layout`).
    """

    key: str
    title: str
    description: str
    width: int
    height: int
    queries: tuple[Query, ...] = ()
    field: Field = PLAIN
    links: tuple[DataLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Panel):
    """A panel as a team wrote it, of which a kind makes its own; `matchers` select what it is made for.

    `logs` and `traces` say how such queries are asked in this project; their `expr` is to be filled in.
    """

    matchers: tuple[Matcher, ...] = ()
    logs: LogQuery = LogQuery(expr="")
    traces: TraceQuery = TraceQuery(expr="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Panels under one heading; a row without title has no heading and stands above the others."""

    key: str
    title: str
    panels: tuple[Panel, ...]
    collapsed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A dashboard variable.

    `datasource`: a choice among data sources of type `query`, at first the one whose uid is `current`.
    `query`: label values by a Prometheus query, several at once or all of them, or just one where `single`;
    with a `pattern`, what the group of this regular expression finds in each line of an answer.
    `custom`: one of the choices in `query`, between commas. `textbox`: whatever the reader types, `query` at
    first. `constant`: hidden, always `query`.
    """

    kind: Literal["datasource", "query", "custom", "textbox", "constant"]
    name: str
    query: str
    label: str = ""
    single: bool = False
    pattern: str = ""
    current: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Marks on the time axis, one for each stretch of time in which the query has a value."""

    name: str
    expr: str
    title: str
    text: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """A dashboard. `uid` is its identity, `kind` a tag; `start` the default time range, such as `now-6h`.

    `folder` is the title of its folder, empty for the platform's; `source` is the path of the input file it
    comes from, and `origin` finds places in it.
    """

    uid: str
    kind: str
    title: str
    description: str
    start: str
    rows: tuple[Row, ...]
    tags: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    links: tuple[DashboardLink, ...] = ()
    refresh: str = "1m"
    folder: str = ""
    source: str = ""
    origin: Origin | None = None
