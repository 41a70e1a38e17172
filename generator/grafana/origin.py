"""From a finding about a dashboard's JSON back to what a team wrote: its dashboard, its own metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from generator.diagnostics import Span
from generator.documents import Locator
from generator.grafana.lint.finding import Finding
from generator.spec.content import OwnDashboard, OwnPanel
from generator.spec.model import BusinessMetric

# The field that a rule is about; other findings point at the title.
_PANEL_FIELDS = {
    "dashboard/default-threshold": "thresholds",
    "dashboard/panel-type": "type",
    "dashboard/unit": "unit",
}
_FIELDS = {
    "dashboard/folder": "folder",
    "dashboard/size": "rows",
    "dashboard/uid": "uid",
    "dashboard/uid-clash": "uid",
}


class Origin(Protocol):
    """Finds places; `own` says that Sightline built the dashboard around what a team wrote.

    Of an own dashboard's queries, those in `written` are a team's, and those in `derived` made of them.
    """

    @property
    def own(self) -> bool:
        """Whether Sightline built the dashboard."""

    @property
    def written(self) -> frozenset[str]:
        """A team's queries among those of an own dashboard."""

    @property
    def derived(self) -> frozenset[str]:
        """Queries that hold a whole query of `written`: what is wrong with them is wrong with that."""

    def place(self, code: str, finding: Finding) -> Span | None:
        """The place that a finding of the rule `code` is about, where it is in what a team wrote."""

    def in_query(self, title: str, query: str, start: int, end: int) -> Span | None:
        """The place of a stretch of a query in the panel `title`; of the whole, where `end` is 0."""


@dataclass(frozen=True, slots=True, eq=False)
class TeamOrigin:
    """Where a dashboard was written; `panels` stand under the title that they have in the JSON."""

    dashboard: OwnDashboard
    panels: Mapping[str, Sequence[OwnPanel]]
    locator: Locator
    own: bool = False
    written: frozenset[str] = frozenset()
    derived: frozenset[str] = frozenset()

    def place(self, code: str, finding: Finding) -> Span | None:
        """The place that a finding of the rule `code` is about."""
        written = self.dashboard
        for variable in written.variables:
            if finding.variable and variable.name == finding.variable:
                return variable.at["name"]
        panels = self.panels.get(finding.panel, ())
        if not panels:
            field = _FIELDS.get(code, "title")
            return written.at.get(field) or written.at["name"]
        if finding.query:
            return self.in_query(finding.panel, finding.query, finding.start, finding.end)
        panel = panels[-1]  # of two with one title the later is too many
        return panel.at.get(_PANEL_FIELDS.get(code, "title")) or panel.at["title"]

    def in_query(self, title: str, query: str, start: int, end: int) -> Span | None:
        """The place of a stretch of a panel's query; of the whole, where `end` is 0."""
        panels = self.panels.get(title, ())
        for written in (query for panel in panels for query in panel.queries):
            text = written.expr.text
            if text.strip() == query:
                leading = len(text) - len(text.lstrip())
                stop = end or len(query)
                return self.locator.within(written.expr.node)(start + leading, stop + leading)
            if written.legend == query:
                return written.at["legend"]
        return panels[-1].at["title"] if panels else None


@dataclass(frozen=True, eq=False)
class MetricsOrigin:
    """Where the business metrics of a service stand, by the titles that their panels have in the JSON."""

    metrics: Mapping[str, BusinessMetric]
    derived: frozenset[str]
    locator: Locator
    own: bool = True

    @cached_property
    def written(self) -> frozenset[str]:
        """The metrics' queries."""
        return frozenset(metric.query.text.strip() for metric in self.metrics.values())

    def place(self, code: str, finding: Finding) -> Span | None:
        """The place in a metric; None for a finding about anything else."""
        metric = self.metrics.get(finding.panel)
        if metric is None:
            return None
        if finding.query in self.written:
            return self.in_query(finding.panel, finding.query, finding.start, finding.end)
        return metric.at.get("unit" if code == "dashboard/unit" else "title") or metric.at["name"]

    def in_query(self, title: str, query: str, start: int, end: int) -> Span | None:
        """The place of a stretch of a metric's query; of the whole, where `end` is 0."""
        metric = self.metrics.get(title)
        if metric is None:
            return None
        text = metric.query.text
        leading = len(text) - len(text.lstrip())
        return self.locator.within(metric.query.node)(start + leading, (end or len(query)) + leading)
