"""A dashboard's JSON as the rules read it: its panels and targets listed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from generator.grafana.render import Rendered

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Queries:
    """The Prometheus queries of a dashboard's panels and annotations, each with the title it stands under.

    `own` says that Sightline built the dashboard. Of the queries of such a one those in `written` are a
    team's, and those in `derived` made of them.
    """

    listed: tuple[tuple[str, str], ...]
    own: bool
    written: frozenset[str] = frozenset()
    derived: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield each query behind its title."""
        return iter(self.listed)

    def is_ours(self, expression: str) -> bool:
        """Whether a query is ours, so that its shape says whether it is sound."""
        return self.own and expression not in self.written and expression not in self.derived


@dataclass(frozen=True, slots=True)
class View:
    """A dashboard with its panels (rows and what is inside them included) and each target with its panel.

    `shapes` are the shapes of our own queries, and the texts of a team's, that need no parsing any more.
    """

    data: Json
    text: str
    bytes: int
    panels: tuple[Json, ...]
    targets: tuple[tuple[Json, Json], ...]
    variables: tuple[Json, ...]
    queries: Queries
    shapes: set[str]

    @classmethod
    def of(cls, dashboard: Rendered, shapes: set[str] | None = None) -> View:
        """List what is in a dashboard."""
        page, data = dashboard.page, dashboard.data
        view = cls.of_json(data, page.text, _panels(data), own=page.own, shapes=shapes)
        if page.origin is None:
            return view
        queries = replace(view.queries, written=page.origin.written, derived=page.origin.derived)
        return replace(view, queries=queries)

    @classmethod
    def of_json(
        cls, data: Json, text: str, panels: Iterable[Json], *, own: bool, shapes: set[str] | None = None
    ) -> View:
        """List what is in the JSON of a dashboard, whose panels are `panels`."""
        panels = tuple(panels)
        targets = tuple((panel, target) for panel in panels for target in listed(panel, "targets"))
        queries = Queries(tuple(_queries(data, targets)), own)
        variables = tuple(listed(data.get("templating"), "list"))
        shapes = set() if shapes is None else shapes
        return cls(data, text, len(text.encode()), panels, targets, variables, queries, shapes)


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


def is_library_panel(panel: Json) -> bool:
    """Whether a panel is kept in Grafana's library: the dashboard holds its name and place alone."""
    return isinstance(panel.get("libraryPanel"), dict)


def _panels(dashboard: Json) -> Iterator[Json]:
    for panel in listed(dashboard, "panels"):
        yield panel
        yield from listed(panel, "panels")


def _queries(data: Json, targets: Iterable[tuple[Json, Json]]) -> Iterator[tuple[str, str]]:
    for panel, target in targets:
        if _is_prometheus(target) and isinstance(target.get("expr"), str):
            yield title_of(panel), target["expr"]
    for item in listed(data.get("annotations"), "list"):
        if _is_prometheus(item) and isinstance(item.get("expr"), str):
            yield f"annotation {item.get('name')}", item["expr"]


def _is_prometheus(item: Json) -> bool:
    source = item.get("datasource")
    return not isinstance(source, dict) or source.get("type") == "prometheus"
