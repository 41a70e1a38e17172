"""Dashboards as Grafana stores them: every query checked, and what holds for anybody's dashboards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from generator.diagnostics import Diagnostics, Related, Severity, Span
from generator.documents.json_text import Path
from generator.foreign.dashboard_files import WrittenDashboard
from generator.foreign.severity import of_another
from generator.grafana import lint
from generator.grafana.lint.finding import Finding
from generator.grafana.lint.promql import STAND_IN
from generator.grafana.lint.queries import DashboardQueries, Query, panels
from generator.grafana.lint.view import Json, View, listed, title_of
from generator.promql.checks import Known, check_expression
from generator.promql.graph import Reader

# What our rules about dashboards weigh in those of others. What is not here is a matter of our own style.
SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {
        "dashboard/exemplar": Severity.WARNING,
        "dashboard/multi-value": Severity.ERROR,
        "dashboard/no-data": Severity.WARNING,
        "dashboard/overlap": Severity.WARNING,
        "dashboard/override": Severity.WARNING,
        "dashboard/panel-id": Severity.WARNING,
        "dashboard/panel-type": Severity.WARNING,
        "dashboard/ref-id": Severity.WARNING,
        "dashboard/threshold-scale": Severity.WARNING,
        "dashboard/thresholds": Severity.WARNING,
        "dashboard/title": Severity.ERROR,
        "dashboard/uid": Severity.ERROR,
        "dashboard/unit": Severity.WARNING,
        "dashboard/unsafe-link": Severity.ERROR,
        "dashboard/variable": Severity.ERROR,
    }
)
_UNKNOWN_VALUE = "it was read with a name in place of its variable; with another value it may be sound"
_ANOTHER_LANGUAGE = "the dashboard does not say of which type the data source is; if a Prometheus, it fails"


def check_dashboards(dashboards: list[WrittenDashboard], known: Known, diagnostics: Diagnostics) -> None:
    """Report what is wrong with each, and where they get in each other's way."""
    checks = [_Check(dashboard, known, diagnostics) for dashboard in dashboards]
    for check in checks:
        check.run()
    _check_clashes(dashboards, diagnostics)
    if len(checks) > 1:  # of a single one nobody knows what stands beside it
        _check_links(checks)


class _Check:
    """Checks one dashboard."""

    def __init__(self, dashboard: WrittenDashboard, known: Known, diagnostics: Diagnostics) -> None:
        self.dashboard, self.known, self.diagnostics = dashboard, known, diagnostics
        self.panels = list(panels(dashboard.data))
        text, found = dashboard.text.source.text, (panel.data for panel in self.panels)
        self.view = View.of_json(dashboard.data, text, found, own=False)

    def run(self) -> None:
        for query in DashboardQueries(self.dashboard.data, self.dashboard.root).found():
            self.query(query)
        for code, severity in SEVERITIES.items():
            for finding in lint.RULES[code](self.view):
                if self.is_wrong(code, finding):
                    self.report(code, Severity.WARNING if finding.harmless else severity, finding)

    def is_wrong(self, code: str, finding: Finding) -> bool:
        """Whether it is wrong for anybody: Grafana gives a uid, and a count that is 0 without data may be."""
        if code == "dashboard/uid":
            return bool(self.dashboard.data.get("uid"))
        return code != "dashboard/no-data" or bool(finding.query)

    def query(self, query: Query) -> None:
        """Check one query; what hangs on a variable alone is not known to be wrong."""
        told = Diagnostics()
        check_expression(
            query.filled.text,
            self.known,
            span=self.dashboard.text.span(query.path),
            diagnostics=told,
            place=self._placed(query),
            reader=Reader(f'{query.words} of dashboard "{self.dashboard.title}"'),
        )
        for found in told.items:
            item = of_another(found)
            if STAND_IN in item.message:
                continue
            if item.code == "promql/syntax" and (STAND_IN in query.filled.text or not query.sure):
                cause = _UNKNOWN_VALUE if query.sure else _ANOTHER_LANGUAGE
                item = replace(item, severity=Severity.WARNING, cause=cause)
            self.diagnostics.items.append(item)

    def _placed(self, query: Query) -> Callable[[int, int], Span]:
        def place(start: int, end: int) -> Span:
            begin, stop = query.filled.original(start, end)
            return self.dashboard.text.span(query.path, begin + query.offset, stop + query.offset)

        return place

    def report(self, code: str, severity: Severity, finding: Finding) -> None:
        where = f'"{finding.panel}": ' if finding.panel else ""
        report = self.diagnostics.error if severity is Severity.ERROR else self.diagnostics.warning
        report(code, f"{where}{finding.message}", self.place(finding), fix=finding.fix)

    def place(self, finding: Finding) -> Span:
        """The query, the panel's title, the variable's name or the dashboard's title."""
        span = self.dashboard.span
        if finding.path:
            return span(*finding.path)
        for index, variable in enumerate(listed(self.dashboard.data.get("templating"), "list")):
            if finding.variable and variable.get("name") == finding.variable:
                return span("templating", "list", index, "name")
        for panel in self.panels:
            if finding.panel and title_of(panel.data) == finding.panel:
                for path in _texts(panel.data, finding.query):
                    offsets = (finding.start, finding.end) if finding.end else ()
                    return self.dashboard.text.span((*self.dashboard.root, *panel.path, *path), *offsets)
                if not finding.query:
                    return span(*panel.path, "title")
        return span("title")


def _texts(panel: Json, text: str) -> Iterator[Path]:
    """The ways to `text` in a panel's targets."""
    targets = panel.get("targets")
    for index, target in enumerate(targets if text and isinstance(targets, list) else ()):
        for key in ("expr", "legendFormat"):
            if isinstance(target, dict) and target.get(key) == text:
                yield ("targets", index, key)


def _check_links(checks: list[_Check]) -> None:
    """Report links that lead to none of the dashboards that were given; it may live elsewhere."""
    for check, finding in lint.dangling([(check, lint.linked(check.view)) for check in checks]):
        check.report("dashboard/link", Severity.WARNING, finding)


def _check_clashes(dashboards: list[WrittenDashboard], diagnostics: Diagnostics) -> None:
    """Two dashboards with one uid overwrite each other; Grafana keeps one."""
    first: dict[str, WrittenDashboard] = {}
    for dashboard in dashboards:
        uid = dashboard.data.get("uid")
        if not isinstance(uid, str) or not uid:
            continue
        other = first.setdefault(uid.casefold(), dashboard)
        if other is not dashboard:
            diagnostics.error(
                "dashboard/uid-clash",
                f'two dashboards have the uid "{uid}"',
                dashboard.span("uid"),
                cause="Grafana keeps one dashboard for each uid; the two overwrite each other",
                fix="change one of them.",
                related=[Related(other.span("uid"), "the other one is here")],
            )
