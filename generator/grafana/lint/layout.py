"""Rules about where panels stand."""

from __future__ import annotations

from collections.abc import Iterator

from generator.grafana.lint.finding import Finding
from generator.grafana.lint.view import Json, View, listed, title_of
from generator.grafana.model import COLUMNS

_KEYS = ("x", "y", "w", "h")


def grid(view: View) -> Iterator[Finding]:
    """Check that every panel has a place within the 24 columns."""
    for panel in view.panels:
        place = _place(panel)
        if place is None:
            yield Finding("the panel has no gridPos", "give it x, y, w and h.", title_of(panel))
            continue
        x, y, w, h = place
        if x < 0 or y < 0 or w < 1 or h < 1 or x + w > COLUMNS:
            yield Finding(
                f"the panel at x={x}, y={y}, w={w}, h={h} is not within {COLUMNS} columns",
                f"x and y start at 0, and x + w is at most {COLUMNS}.",
                title_of(panel),
            )


def overlap(view: View) -> Iterator[Finding]:
    """Check that no two panels cover the same cell; those inside a collapsed row are among themselves."""
    tops = listed(view.data, "panels")
    for group in (tops, *(listed(panel, "panels") for panel in tops)):
        yield from _overlaps(group)


def rows(view: View) -> Iterator[Finding]:
    """Check for the rows of Grafana 4, whose panels newer ones place anew at every load."""
    if view.data.get("rows"):
        yield Finding(
            "the dashboard uses the rows of Grafana 4",
            "list panels with a GridPos in `panels`, and RowPanel for headings.",
        )
    for panel in view.panels:
        if panel.get("type") == "row" and panel.get("panels") and not panel.get("collapsed"):
            yield Finding(
                "an open row holds panels, which Grafana does not show",
                "list them after the row, or set collapsed=True.",
                title_of(panel),
            )


def _overlaps(panels: list[Json]) -> Iterator[Finding]:
    """Yield overlaps; a sweep from top to bottom compares a panel with those that reach down to it only."""
    placed = [(place, panel) for panel in panels if (place := _place(panel))]
    placed.sort(key=lambda item: (item[0][1], item[0][0]))
    above: list[tuple[tuple[int, int, int, int], Json]] = []
    for place, panel in placed:
        x, y, w, _ = place
        above = [item for item in above if item[0][1] + item[0][3] > y]
        for (other_x, _, other_w, _), other in above:
            if x < other_x + other_w and other_x < x + w:
                yield Finding(f'the panel covers "{title_of(other)}"', "move one of them.", title_of(panel))
        above.append((place, panel))


def _place(panel: Json) -> tuple[int, int, int, int] | None:
    position = panel.get("gridPos")
    if not isinstance(position, dict) or any(type(position.get(key)) is not int for key in _KEYS):
        return None
    return position["x"], position["y"], position["w"], position["h"]
