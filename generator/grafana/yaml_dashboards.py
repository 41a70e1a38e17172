"""A team's own dashboards in YAML, as the same records that the built-in ones are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator import names
from generator.diagnostics import Diagnostics, Span
from generator.documents import Locator
from generator.grafana.dashboards import sources
from generator.grafana.dashboards.context import DATASOURCE_VARIABLE
from generator.grafana.lint.promql import substituted
from generator.grafana.lint.references import names_in
from generator.grafana.model import Dashboard, DataLink, Field, Query, Row, Threshold, Variable, Written
from generator.grafana.origin import TeamOrigin
from generator.grafana.panels import FIELDS, KINDS, Panel
from generator.grafana.text import literal
from generator.links.check import OF_VALUE
from generator.links.url import UnsafeUrlError, safe_link
from generator.promql import build
from generator.promql.checks import Known, check_expression
from generator.promql.error import PromQLError
from generator.promql.tokens import parse_selector
from generator.rules.placeholders import fill
from generator.spec.content import OwnDashboard, OwnLink, OwnPanel, OwnRow, OwnVariable, Prose
from generator.spec.for_each import Instance, instances
from generator.spec.model import Project

# Variables of Grafana that may stand in a link, beside those of the dashboard.
_IN_LINKS = frozenset({"__from", "__to"})
_VARIABLE = re.compile(r"\$\{([\w.]+)\}", re.ASCII)
_OF_VALUE = re.compile(OF_VALUE, re.ASCII)
_MARK = "sightline{}variable"
_PLAIN = "short"  # the unit of plain numbers: 1500 is 1.5 K


def build_dashboards(
    project: Project, known: Known | None, locator: Locator, diagnostics: Diagnostics
) -> Iterator[Dashboard]:
    """Every dashboard that the project's teams wrote in YAML; with `forEach`, one for each that it means."""
    for written in project.dashboards:
        variables = tuple(_variables(written, known, locator, diagnostics))
        for instance in instances(written.for_each, project.services):
            yield _Builder(project, written, instance, variables, locator, diagnostics).dashboard()


class _Builder:
    """Makes one dashboard of a written one, for one instance."""

    def __init__(
        self,
        project: Project,
        written: OwnDashboard,
        instance: Instance,
        variables: tuple[Variable, ...],
        locator: Locator,
        diagnostics: Diagnostics,
    ) -> None:
        self.project, self.written, self.instance = project, written, instance
        self.variables, self.locator, self.diagnostics = variables, locator, diagnostics
        self.declared = {*instance.names, *(variable.name for variable in variables)}
        self.used: set[str] = {name for variable in variables for name in names_in(variable.query)}
        self.origins: dict[str, list[OwnPanel]] = {}

    def dashboard(self) -> Dashboard:
        written = self.written
        rows = tuple(self.row(row, index) for index, row in enumerate(written.rows))
        constants = (
            Variable(kind="constant", name=name, query=value)
            for name, value in self.instance.names.items()
            if name in self.used
        )
        return Dashboard(
            uid=self.uid(),
            kind="dashboard",
            title=self.prose("title", written.title),
            description="",
            start=f"now-{written.time}",
            refresh=str(written.refresh),
            rows=rows,
            tags=written.tags,
            variables=(*self.sources(), *self.variables, *constants),
            folder=written.folder,
            source=written.source,
            origin=TeamOrigin(written, self.origins, self.locator),
        )

    def sources(self) -> Iterator[Variable]:
        """The choice of each data source that is asked for anything."""
        panels = (panel for row in self.written.rows for panel in row.panels)
        asked = {KINDS[panel.type].source for panel in panels if panel.queries}
        if "prometheus" in asked or any(one.kind == "query" for one in self.variables):
            yield DATASOURCE_VARIABLE
        if "logs" in asked:
            yield sources.logs_variable(self.project.platform)
        if "traces" in asked:
            yield sources.traces_variable(self.project.platform)

    def uid(self) -> str:
        service = self.instance.service
        whose = (service.namespace, service.name) if service else ()
        parts = (*whose, self.instance.workload) if self.instance.workload else whose
        if self.written.uid:
            return names.joined_uid(self.written.uid, *parts)
        return names.dashboard_uid(self.project.platform.project, "dashboard", self.written.name, *parts)

    def row(self, row: OwnRow, index: int) -> Row:
        title = self.prose("title", row.title) if row.title else ""
        return Row(
            key=row.title.text if row.title else str(index),
            title=title,
            panels=tuple(self.panel(panel) for panel in row.panels),
            collapsed=row.collapsed,
        )

    def panel(self, panel: OwnPanel) -> Panel:
        """The panel as its kind makes it; what its kind has no use for is reported."""
        kind = KINDS[panel.type]
        if "queries" in kind.fields and not panel.queries:
            self.report(
                "dashboard/unused-field", f"a panel of the type {panel.type} needs queries", panel, "type"
            )
        for field in FIELDS:
            if field in panel.at and field not in kind.fields:
                message = f"a panel of the type {panel.type} has no {field}"
                self.report("dashboard/unused-field", message, panel, field)
        title = self.prose("title", panel.title)
        self.origins.setdefault(literal(title), []).append(panel)
        for query in panel.queries:
            self.used.update(names_in(query.expr.text), names_in(query.legend))
        description = self.prose("description", panel.description) if panel.description else ""
        return kind.build(
            Written(
                key=panel.id or panel.title.text,
                title=title,
                description=description,
                width=panel.width,
                height=panel.height,
                queries=tuple(
                    Query(expr=query.expr.text.strip(), legend=query.legend) for query in panel.queries
                ),
                field=Field(
                    unit=panel.unit or _PLAIN,
                    decimals=panel.decimals,
                    minimum=panel.min,
                    maximum=panel.max,
                    thresholds=tuple(_thresholds(panel)),
                    links=tuple(
                        filter(None, (self.link(each, on_values=True) for each in panel.value_links))
                    ),
                ),
                links=tuple(filter(None, map(self.link, panel.links))),
                matchers=tuple(build.equal(label, value) for label, value in self.instance.names.items()),
                logs=sources.log_query(self.project.platform),
                traces=sources.trace_query(self.project.platform),
            )
        )

    def prose(self, what: str, prose: Prose) -> str:
        """The text with its placeholders filled; as it is written, where that cannot be."""
        words = self.instance.words
        filled = fill(what, prose, words, "dashboard/placeholder", self.locator, self.diagnostics)
        return filled or prose.text

    def link(self, link: OwnLink, *, on_values: bool = False) -> DataLink | None:
        """A link whose text is data, but for the variables that it may use; None for one that is unsafe."""
        used = dict.fromkeys(_VARIABLE.findall(link.url))
        allowed = [
            name
            for name in used
            if name in self.declared | _IN_LINKS or (on_values and _OF_VALUE.fullmatch(name))
        ]
        self.used.update(allowed)
        url = link.url
        for index, name in enumerate(allowed):
            url = url.replace(f"${{{name}}}", _MARK.format(index))
        try:
            url = safe_link(url).replace("[[", "%5B%5B")  # an older form of a variable
        except UnsafeUrlError:
            return None  # `links.check` has reported it
        for index, name in enumerate(allowed):
            url = url.replace(_MARK.format(index), f"${{{name}:percentencode}}")
        return DataLink(title=self.prose("title", link.title), url=url, new_tab=True)

    def report(self, code: str, message: str, panel: OwnPanel, field: str) -> None:
        fix = f"remove {field}." if field != "type" else "add some, or use the type text."
        self.diagnostics.error(code, message, panel.at.get(field), fix=fix)


def _thresholds(panel: OwnPanel) -> Iterator[Threshold]:
    """The steps as Grafana has them: the first reaches down to minus infinity, plain if nobody says so."""
    if panel.thresholds and panel.thresholds[0].value is not None:
        yield Threshold(None, "text")
    yield from (Threshold(step.value, step.color) for step in panel.thresholds)


def _variables(
    written: OwnDashboard, known: Known | None, locator: Locator, diagnostics: Diagnostics
) -> Iterator[Variable]:
    for variable in written.variables:
        if variable.values:
            query = ",".join(variable.values)
            yield Variable(kind="custom", name=variable.name, query=query, label=variable.title)
        elif variable.text is not None:
            yield Variable(kind="textbox", name=variable.name, query=variable.text, label=variable.title)
        elif variable.of and variable.label and _is_selector(variable, known, locator, diagnostics):
            selector = parse_selector(variable.of.text).render()
            query = f"label_values({selector}, {variable.label})"
            yield Variable(
                kind="query",
                name=variable.name,
                query=query,
                label=variable.title,
                single=not variable.multi,
            )


def _is_selector(
    variable: OwnVariable, known: Known | None, locator: Locator, diagnostics: Diagnostics
) -> bool:
    """Whether the series of a variable are a plain selector; they are compared with what is known."""
    assert variable.of is not None  # noqa: S101  # the caller looked
    text, within = variable.of.text, locator.within(variable.of.node)
    try:
        parse_selector(text)
    except PromQLError as error:
        place = within(error.start, error.end) if error.start is not None and error.end else variable.at["of"]
        diagnostics.error("dashboard/query", f"these are no series: {error.message}", place)
        return False
    if known is not None:
        filled = substituted(text, any_value=True)
        series = filled.text.strip()
        grouped = build.Aggregate("count", build.Verbatim(series), (variable.label,)).render()
        begin = grouped.index(series) - filled.text.index(series)

        def place_of(start: int, end: int) -> Span:
            if start < begin:
                return variable.at["label"]
            return within(*filled.original(start - begin, end - begin))

        check_expression(grouped, known, span=variable.at["of"], diagnostics=diagnostics, place=place_of)
    return True
