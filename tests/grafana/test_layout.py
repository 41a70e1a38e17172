"""The grid: nothing overlaps, nothing is left open, order is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generator.grafana.layout import bottom, place
from generator.grafana.panels import Text

SIZES = st.lists(st.tuples(st.integers(1, 24), st.integers(1, 20)), max_size=30)


def panel(index: int, width: int, height: int) -> Text:
    return Text(key=str(index), title="", description="", width=width, height=height, markdown="")


@given(SIZES, st.integers(0, 50))
def test_panels_tile_the_grid(sizes, top):
    panels = [panel(index, *size) for index, size in enumerate(sizes)]
    positions = place(panels, top)
    cells = [
        (x, y)
        for position in positions
        for x in range(position.x, position.x + position.w)
        for y in range(position.y, position.y + position.h)
    ]
    end = bottom(positions, top)
    assert len(cells) == len(set(cells)), "two panels share a cell"
    assert set(cells) == {(x, y) for x in range(24) for y in range(top, end)}, "a hole, or beyond the grid"


@given(SIZES)
def test_order_is_kept_and_no_panel_shrinks(sizes):
    positions = place([panel(index, *size) for index, size in enumerate(sizes)], 0)
    assert [(position.y, position.x) for position in positions] == sorted(
        (position.y, position.x) for position in positions
    )
    assert all(
        position.w >= width and position.h >= height
        for position, (width, height) in zip(positions, sizes, strict=True)
    )


def test_nothing_takes_no_room():
    assert place([], 7) == []
    assert bottom([], 7) == 7
