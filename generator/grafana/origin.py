"""From a finding about a dashboard's JSON back to the words of the team that wrote the dashboard in YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.diagnostics import Span
from generator.documents import Locator
from generator.grafana.lint.finding import Finding
from generator.spec.content import OwnDashboard, OwnPanel

# The field that a rule is about; other findings point at the title.
_PANEL_FIELDS = {
    "dashboard/default-threshold": "thresholds",
    "dashboard/panel-type": "type",
    "dashboard/unit": "unit",
}
_FIELDS = {"dashboard/uid": "uid", "dashboard/uid-clash": "uid", "dashboard/size": "rows"}


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where a dashboard was written; `panels` stand under the title that they have in the JSON."""

    written: OwnDashboard
    panels: Mapping[str, Sequence[OwnPanel]]
    locator: Locator

    def place(self, code: str, finding: Finding) -> Span | None:
        """The place that a finding of the rule `code` is about."""
        written = self.written
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
