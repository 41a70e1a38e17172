"""The parser's marks to spans.

A mark counts lines and columns from 0, columns in code points. What the parser calls the end of a node is
not always where the eye sees it: a block collection ends for it where the next token starts, a block scalar
after the blank lines that follow, and a node starts at its anchor or tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Protocol

from generator.diagnostics import Span
from generator.documents.nodes import Node, Source

_PROPERTIES = re.compile(r"(?:(?:!<[^>\n]*>|[!&]\S*)(?:\s|#[^\n]*)*)+")


class Mark(Protocol):
    """Where the parser stands, everything from 0."""

    index: int
    line: int
    column: int


class Event(Protocol):
    """As much of the parser's events as is read; which attributes one has depends on its class."""

    start_mark: Mark
    end_mark: Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    flow_style: bool


class Marks:
    """Spans of the events of one file."""

    def __init__(self, source: Source) -> None:
        self._path = source.path
        self._text = source.text
        self._last_line = source.text.count("\n") + 1

    def span(self, event: Event) -> Span:
        """Place of an event as the parser has it."""
        start, end = event.start_mark, event.end_mark
        return Span(self._path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def scalar_span(self, event: Event) -> Span:
        """Place of a scalar's token, without its anchor and tag and without trailing blank lines."""
        span = self.span(event)
        if span.line > self._last_line:  # an empty value at the end of a file without a last line feed
            column = len(self._text) - self._text.rfind("\n")
            return Span(self._path, self._last_line, column, self._last_line, column)
        if event.anchor is not None or event.tag is not None:
            span = self._without_properties(span, event.start_mark.index, event.end_mark.index)
        if event.style in ("|", ">"):
            span = self._without_trailing_lines(span)
        return span

    def collection_span(self, start: Event, end: Event, children: Iterable[Node]) -> Span:
        """Place of a list or mapping: to its bracket, or to the end of its last child."""
        span = self.span(start)
        last = self.span(end)
        end_line, end_column = last.end_line, last.end_column
        if not start.flow_style:
            ends = [(span.end_line, span.end_column)]
            # A child that came by alias stands elsewhere, never past the collection's own end.
            ends += [(child.span.end_line, child.span.end_column) for child in children]
            end_line, end_column = max(ends)
        return Span(self._path, span.line, span.column, end_line, end_column)

    @cached_property
    def _lines(self) -> list[str]:
        return self._text.split("\n")

    def _without_properties(self, span: Span, start: int, end: int) -> Span:
        match = _PROPERTIES.match(self._text, start, end)
        begin = match.end() if match else start
        line = span.line + self._text.count("\n", start, begin)
        column = begin - self._text.rfind("\n", 0, begin)
        return Span(span.path, line, column, span.end_line, span.end_column)

    def _without_trailing_lines(self, span: Span) -> Span:
        end = span.end_line - 1 if span.end_column == 1 else span.end_line
        while end > span.line and not self._lines[end - 1].strip(" \t"):
            end -= 1
        return Span(span.path, span.line, span.column, end, len(self._lines[end - 1]) + 1)
