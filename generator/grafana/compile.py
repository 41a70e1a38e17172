"""All dashboards of a project: built, rendered, checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from generator.diagnostics import Diagnostics, Related, Span
from generator.documents import Locator, Place, Source
from generator.grafana import lint, yaml_dashboards
from generator.grafana.dashboards import Context, Links, of_project, of_service, origin_of
from generator.grafana.examine import Examined, examine
from generator.grafana.lint import Finding, Readable
from generator.grafana.lint.promql import STAND_IN
from generator.grafana.origin import Origin
from generator.grafana.python_dashboards import line_span, load_dashboards
from generator.grafana.render import Page, render
from generator.links.check import allowed_hosts, check_link
from generator.promql.checks import Known, check_expression
from generator.promql.graph import Reader
from generator.spec.model import Project, Service
from generator.spread import Spread

NOWHERE = Locator()


def compile_dashboards(
    project: Project,
    diagnostics: Diagnostics,
    *,
    links: Mapping[tuple[str, str], Links] = MappingProxyType({}),
    python_sources: Sequence[Source] = (),
    known: Known | None = None,
    locator: Locator = NOWHERE,
    spread: Spread = map,
) -> list[Page]:
    """Return every dashboard of `project` as Grafana's JSON, ours first; what is wrong with them is reported.

    `links` are those of each service, `python_sources` the team's `*.dashboard.py` files. With `known`
    series, every query is compared with them. `locator` finds places in the files of dashboards in YAML.
    Dashboards of services, of which there may be thousands, are made as `spread` does it.
    """
    context = Context(project, links, known, locator)
    check = _Check(context, python_sources, diagnostics)
    shapes: set[str] = set()
    pages = [check.page(examine(render(dashboard), shapes)) for dashboard in of_project(context)]
    pages += map(check.page, _of_services(context, shapes, spread))
    others = map(render, yaml_dashboards.build_dashboards(project, known, locator, diagnostics))
    pages += [check.page(examine(dashboard, shapes)) for dashboard in others]
    modules = load_dashboards(python_sources, project.platform, diagnostics)
    pages += [check.page(examine(dashboard, shapes)) for dashboard in modules]
    check.clashes(pages)
    check.links()
    return pages


def _of_services(context: Context, shapes: set[str], spread: Spread) -> Iterator[Examined]:
    def made(service: Service) -> list[Examined]:
        return [
            examine(render(dashboard), shapes).without_origin() for dashboard in of_service(context, service)
        ]

    services = context.project.services
    for service, found in zip(services, spread(made, services), strict=True):
        for one in found:
            origin = origin_of(context, service, one.page.uid)
            yield replace(one, page=replace(one.page, origin=origin)) if origin else one


class _Check:
    """Reports what the rules find, each where its dashboard comes from."""

    def __init__(
        self,
        context: Context,
        python_sources: Sequence[Source],
        diagnostics: Diagnostics,
    ) -> None:
        project = context.project
        self._services = {context.service_uid(service): service for service in project.services}
        self._python = {source.path: source for source in python_sources}
        self._platform = project.platform
        self._hosts = allowed_hosts(project.platform) if python_sources else frozenset()
        self._diagnostics = diagnostics
        self._known = context.known
        self._compared: set[str] = set()
        self._linked: list[tuple[Page, lint.Linked]] = []

    def page(self, dashboard: Examined) -> Page:
        """Report every finding in one dashboard, and return its page."""
        page, derived = dashboard.page, dashboard.queries.derived
        said: set[tuple[str, str, Span | None]] = set()
        for code, finding in dashboard.findings:
            if finding.query in derived:
                continue  # it is said of the query that this one is made of
            if code == "dashboard/thresholds" and page.origin is not None:
                continue  # it is said where YAML is read
            where = f'dashboard "{page.title}"' + (f', "{finding.panel}"' if finding.panel else "")
            span = self._place(page, code, finding)
            if derived and (code, finding.message, span) in said:
                continue  # what a team wrote once may stand in several panels of ours
            said.add((code, finding.message, span))
            self._report(code, f"{where}: {finding.message}", span, finding.fix)
        self._linked.append((page, dashboard.linked))
        if page.source in self._python:
            self._check_hosts(dashboard)
        if self._known and (self._known.catalogue or not page.own):
            self._compare(dashboard, self._known)
        return page

    def _check_hosts(self, dashboard: Examined) -> None:
        """Check that a Python dashboard links to hosts that the platform allows, as those in YAML must."""
        page = dashboard.page
        for address in dashboard.addresses:
            if address.is_safe and not (address.is_within_grafana or address.is_picture):
                span = self._place(page, "dashboard/link", Finding("", "", address.panel, address.url))
                what = f'dashboard "{page.title}"' + (f', "{address.panel}"' if address.panel else "")
                check_link(f"{what}: a link", address.filled, span, self._hosts, self._diagnostics)

    def _compare(self, dashboard: Examined, known: Known) -> None:
        """Compare what the queries read with the known series, once per shape of our own queries."""
        page = dashboard.page
        for query in lint.readable_queries(dashboard.queries, self._compared):
            with_place = page.origin and (not page.own or query.written in page.origin.written)
            self._check(
                query.filled.text,
                known,
                self._place(page, "dashboard/query", Finding("", "", query.place, query.written)),
                _placed(page.origin, query) if page.origin and with_place else None,
                f'"{query.place}" of dashboard "{page.title}"',
            )
        if page.origin is None or page.own:
            self._compare_variables(dashboard, known)

    def _compare_variables(self, dashboard: Examined, known: Known) -> None:
        """Compare what variables read, once for each text; those in YAML are read where they are made."""
        page = dashboard.page
        for query in dashboard.variables:
            if query.filled.text in self._compared:
                continue
            self._compared.add(query.filled.text)
            span = self._place(
                page, "dashboard/variable", Finding("", "", variable=query.words.partition("$")[2])
            )
            self._check(query.filled.text, known, span, None, f'{query.words} of dashboard "{page.title}"')

    def _check(self, text: str, known: Known, span: Span | None, place: Place | None, words: str) -> None:
        """Check one query; what hangs on the value of a variable alone is not known to be wrong."""
        told = Diagnostics()
        check_expression(text, known, span=span, diagnostics=told, place=place, reader=Reader(words))
        self._diagnostics.items += [item for item in told.items if STAND_IN not in item.message]

    def clashes(self, pages: Sequence[Page]) -> None:
        """Report dashboards that get in each other's way."""
        for code, first, second in lint.clashes(pages):
            what = f'uid "{second.uid}"' if code == "dashboard/uid-clash" else f'title "{second.title}"'
            other = self._place(first, code, Finding("", "", first.title))
            self._report(
                code,
                f"two dashboards have the {what}",
                self._place(second, code, Finding("", "", second.title)),
                "change one of them.",
                (Related(other, "the other one comes from here"),) if other else (),
            )

    def links(self) -> None:
        """Report links to dashboards that are not among those that were checked."""
        for page, finding in lint.dangling(self._linked):
            span = self._place(page, "dashboard/link", finding)
            where = f'dashboard "{page.title}"' + (f', "{finding.panel}"' if finding.panel else "")
            self._report("dashboard/link", f"{where}: {finding.message}", span, finding.fix)

    def _report(
        self, code: str, message: str, span: Span | None, fix: str, related: tuple[Related, ...] = ()
    ) -> None:
        report = self._diagnostics.warning if code in lint.WARNINGS else self._diagnostics.error
        report(code, message, span, fix=fix, related=related)

    def _place(self, page: Page, code: str, finding: Finding) -> Span | None:
        """Return the place in a team's YAML, the line of its Python with the title, or whose page it is."""
        if page.origin is not None:
            place = page.origin.place(code, finding)
            if place or not page.own:
                return place
        source = self._python.get(page.source)
        if source is not None:
            words = next((one for one in (finding.query, finding.panel) if one and one in source.text), "")
            return line_span(source, source.text.count("\n", 0, source.text.find(words)) + 1 if words else 1)
        service = self._services.get(page.uid)
        places = service.at if service else self._platform.at
        return places.get("name") or places.get("project") or places.get("")


def _placed(origin: Origin, query: Readable) -> Place:
    """Places of the author for offsets in a query that is filled."""

    def place(start: int, end: int) -> Span:
        found = origin.in_query(query.place, query.written, *query.filled.original(start, end))
        assert found is not None  # noqa: S101  # the query is one of the origin's
        return found

    return place
