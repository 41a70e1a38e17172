"""All dashboards of a project: built, rendered, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from generator.diagnostics import Diagnostics, Related, Span
from generator.documents import Source
from generator.grafana import lint
from generator.grafana.dashboards import Context, Links, build_dashboards
from generator.grafana.python_dashboards import line_span, load_dashboards
from generator.grafana.render import Page, Rendered, render
from generator.promql.checks import Known, check_expression
from generator.spec.model import Project


def compile_dashboards(
    project: Project,
    diagnostics: Diagnostics,
    *,
    links: Mapping[tuple[str, str], Links] = MappingProxyType({}),
    python_sources: Sequence[Source] = (),
    known: Known | None = None,
) -> list[Page]:
    """Return every dashboard of `project` as Grafana's JSON, ours first; what is wrong with them is reported.

    `links` are those of each service, `python_sources` the team's `*.dashboard.py` files. With `known`
    series, every query is compared with them.
    """
    check = _Check(project, python_sources, known, diagnostics)
    pages = [check.page(render(dashboard)) for dashboard in build_dashboards(project, links)]
    pages += [check.page(found) for found in load_dashboards(python_sources, project.platform, diagnostics)]
    check.clashes(pages)
    return pages


class _Check:
    """Reports what the rules find, each where its dashboard comes from."""

    def __init__(
        self,
        project: Project,
        python_sources: Sequence[Source],
        known: Known | None,
        diagnostics: Diagnostics,
    ) -> None:
        context = Context(project, {})
        self._services = {context.service_uid(service): service for service in project.services}
        self._python = {source.path: source for source in python_sources}
        self._platform = project.platform
        self._diagnostics = diagnostics
        self._shapes: set[str] = set()
        self._known = known
        self._compared: set[str] = set()

    def page(self, dashboard: Rendered) -> Page:
        """Report every finding in one dashboard, and return its page."""
        page = dashboard.page
        for code, finding in lint.findings(dashboard, self._shapes):
            where = f'dashboard "{page.title}"' + (f', "{finding.panel}"' if finding.panel else "")
            span = self._place(page, finding.panel)
            self._report(code, f"{where}: {finding.message}", span, finding.fix)
        if self._known and self._known.catalogue:
            self._compare(dashboard, self._known)
        return page

    def _compare(self, dashboard: Rendered, known: Known) -> None:
        """Compare what the queries read with the known series, once per shape of our own queries."""
        for place, expression in lint.readable_queries(dashboard, self._compared):
            span = self._place(dashboard.page, place)
            check_expression(expression, known, span=span, diagnostics=self._diagnostics)

    def clashes(self, pages: Sequence[Page]) -> None:
        """Report dashboards that get in each other's way."""
        for code, first, second in lint.clashes(pages):
            what = f'uid "{second.uid}"' if code == "dashboard/uid-clash" else f'title "{second.title}"'
            other = self._place(first, first.title)
            self._report(
                code,
                f"two dashboards have the {what}",
                self._place(second, second.title),
                "change one of them.",
                (Related(other, "the other one comes from here"),) if other else (),
            )

    def _report(
        self, code: str, message: str, span: Span | None, fix: str, related: tuple[Related, ...] = ()
    ) -> None:
        report = self._diagnostics.warning if code in lint.WARNINGS else self._diagnostics.error
        report(code, message, span, fix=fix, related=related)

    def _place(self, page: Page, words: str) -> Span | None:
        """Return the line of a team's file that has `words` in it, a service's name, or the platform."""
        source = self._python.get(page.source)
        if source is not None:
            found = source.text.find(words) if words else -1
            return line_span(source, source.text.count("\n", 0, found) + 1 if found >= 0 else 1)
        service = self._services.get(page.uid)
        places = service.at if service else self._platform.at
        return places.get("name") or places.get("project") or places.get("")
