"""A dashboard's JSON as the rules read it: its panels and targets listed once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.grafana.render import Rendered

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """A dashboard with its panels (rows and what is inside them included) and each target with its panel.

    `shapes` are the shapes of our own queries, and the texts of a team's, that need no parsing any more. Of
    our own dashboards' queries those in `written` are a team's, and those in `derived` made of them.
    """

    data: Json
    text: str
    bytes: int
    panels: tuple[Json, ...]
    targets: tuple[tuple[Json, Json], ...]
    variables: tuple[Json, ...]
    own: bool
    shapes: set[str]
    written: frozenset[str] = frozenset()
    derived: frozenset[str] = frozenset()

    @classmethod
    def of(cls, dashboard: Rendered, shapes: set[str]) -> View:
        """List what is in a dashboard."""
        data = dashboard.data
        panels = tuple(_panels(data))
        targets = tuple((panel, target) for panel in panels for target in listed(panel, "targets"))
        variables = tuple(listed(data.get("templating"), "list"))
        page = dashboard.page
        written = page.origin.written if page.origin else frozenset()
        derived = page.origin.derived if page.origin else frozenset()
        size = len(page.text.encode())
        return cls(data, page.text, size, panels, targets, variables, page.own, shapes, written, derived)

    def is_ours(self, expression: str) -> bool:
        """Whether a query is ours, so that its shape says whether it is sound."""
        return self.own and expression not in self.written and expression not in self.derived


def listed(parent: object, key: str) -> list[Json]:
    """List the objects under `key`; nothing where the JSON is not of the expected form."""
    items = parent.get(key) if isinstance(parent, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def kind_of(item: Json) -> str:
    """Return the type of a panel, variable or data source: in a file of others it may be anything."""
    return str(item.get("type"))


def title_of(panel: Json) -> str:
    """Return a panel's title, or its place where it has none."""
    return str(panel.get("title") or f"panel {panel.get('id', '?')}")


def _panels(dashboard: Json) -> Iterator[Json]:
    for panel in listed(dashboard, "panels"):
        yield panel
        yield from listed(panel, "panels")
