"""A dashboard looked at alone: what the rules find in it, and what is left to be asked of the project."""

from __future__ import annotations

from dataclasses import dataclass, replace

from generator.grafana import lint
from generator.grafana.lint import Address, Finding, Linked, Queries
from generator.grafana.lint.queries import DashboardQueries, Query
from generator.grafana.render import Page, Rendered


@dataclass(frozen=True, slots=True)
class Examined:
    """A page, with the findings of each rule by its id.

    `queries` and `variables`, the queries of its variables, are to be compared with the known series,
    `linked` with the other pages, and `addresses`, of a dashboard that is not ours, with the allowed hosts.
    """

    page: Page
    findings: tuple[tuple[str, Finding], ...]
    queries: Queries
    variables: tuple[Query, ...]
    linked: Linked
    addresses: tuple[Address, ...]

    def without_origin(self) -> Examined:
        """The same, without what leads to a team's files: that holds all of them."""
        return replace(self, page=replace(self.page, origin=None)) if self.page.origin else self


def examine(dashboard: Rendered, shapes: set[str]) -> Examined:
    """Apply every rule to a dashboard; `shapes` are those of queries that need no parsing any more."""
    view = lint.View.of(dashboard, shapes)
    return Examined(
        dashboard.page,
        tuple(lint.findings(view)),
        view.queries,
        tuple(DashboardQueries(view.data).of_variables()),
        lint.linked(view),
        () if view.queries.own else tuple(lint.addresses(view.data)),
    )
