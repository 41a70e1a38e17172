"""The 24-column grid: panels flow from left to right, every line filled, nothing overlapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.grafana.model import COLUMNS, Panel


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the grid: column, grid row, width in columns, height in grid rows."""

    x: int
    y: int
    w: int
    h: int


def place(panels: Sequence[Panel], top: int) -> list[Position]:
    """Return the positions of `panels` from grid row `top` on, in order.

    A line takes panels until the next one would not fit. What is left of its 24 columns is shared out
    from the left, and all its panels get the height of the tallest, so that no hole opens between two lines.
    """
    positions: list[Position] = []
    for line in _lines(panels):
        height = max(panel.height for panel in line)
        spare, wider = divmod(COLUMNS - sum(_width(panel) for panel in line), len(line))
        x = 0
        for index, panel in enumerate(line):
            width = _width(panel) + spare + (index < wider)
            positions.append(Position(x, top, width, height))
            x += width
        top += height
    return positions


def bottom(positions: Sequence[Position], top: int) -> int:
    """Return the first free grid row under `positions`, or `top` when there are none."""
    return max((position.y + position.h for position in positions), default=top)


def _lines(panels: Sequence[Panel]) -> list[list[Panel]]:
    lines: list[list[Panel]] = []
    used = COLUMNS
    for panel in panels:
        if used + _width(panel) > COLUMNS:
            lines.append([])
            used = 0
        lines[-1].append(panel)
        used += _width(panel)
    return lines


def _width(panel: Panel) -> int:
    return min(max(panel.width, 1), COLUMNS)
