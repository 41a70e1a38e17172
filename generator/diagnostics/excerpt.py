"""The lines under a finding: the source line with its number, and carets below the stretch that is meant."""

from __future__ import annotations

from dataclasses import dataclass

from generator.diagnostics.model import Span
from generator.diagnostics.terminal import safe_character, width

MAX_WIDTH = 110
_CONTEXT = 40  # columns kept before a span in a line that is cut
_ELLIPSIS = "..."


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One drawn line: its text made harmless, the columns before the carets, and how many carets."""

    text: str
    indent: int
    carets: int


def excerpt(span: Span, line: str) -> Excerpt:
    """Draw the first line of a span.

    A span over several lines is marked to the end of its first. An empty span gets one caret. A line
    wider than `MAX_WIDTH` columns is cut to a window around the span.
    """
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    before = [safe_character(c) for c in line[max(0, start - MAX_WIDTH) : start]]
    after = [safe_character(c) for c in line[start : start + MAX_WIDTH]]
    begins, ends = len(before) == start, start + len(after) == len(line)
    if not begins or not ends or width("".join(before + after)) > MAX_WIDTH:
        kept = _fit(before[::-1], _CONTEXT)
        begins = begins and kept == len(before)
        before = before[len(before) - kept :]
        kept = _fit(after, MAX_WIDTH - width("".join(before)))
        ends = ends and kept == len(after)
        after = after[:kept]
    prefix = ("" if begins else _ELLIPSIS) + "".join(before)
    marked = "".join(after[: max(0, end - start)])
    text = prefix + "".join(after) + ("" if ends else _ELLIPSIS)
    return Excerpt(text.rstrip(), width(prefix), max(1, width(marked)))


def _fit(shown: list[str], columns: int) -> int:
    """How many of the shown characters fit into so many columns."""
    used = 0
    for count, character in enumerate(shown):
        used += width(character)
        if used > columns:
            return count
    return len(shown)
