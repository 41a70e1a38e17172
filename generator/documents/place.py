"""From an offset in a scalar's text to its place in the file.

A query that stands in a folded block scalar or in quotes is checked as one string; a finding in the middle
of it must still point at the line and column where the author wrote it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from generator.diagnostics import Span
from generator.documents.nodes import Scalar, Source

# A piece of the decoded text with the stretch of the file it comes from.
_Piece = tuple[str, int, int]

_FOLD = r"(?P<fold>[ \t]*(?:\n[ \t]*)+)"
_PLAIN = re.compile(_FOLD + r"|(?P<text>.)")
_SINGLE = re.compile(_FOLD + r"|(?P<escape>'')|(?P<text>.)")
_DOUBLE = re.compile(
    r"(?P<continued>\\\n[ \t]*(?:\n[ \t]*)*)"
    r"|(?P<escape>\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^xuU\n]))|" + _FOLD + r"|(?P<text>.)"
)
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028",
    "P": "\u2029",
}  # fmt: skip


def place_in_scalar(scalar: Scalar, source: Source, start: int, end: int) -> Span:
    """Place of `scalar.text[start:end]` in the file that the scalar was read from.

    Offsets count code points; an empty range gives an empty span. Where a line fold stands for a space, the
    span reaches over the fold. When the text cannot be followed in the file the whole scalar is returned.
    """
    lines = _lines_of(source.text)
    text = scalar.text
    places: list[tuple[int, int]] = []
    for piece, begin, stop in _pieces(scalar, lines):
        if len(places) == len(text):
            break  # what follows was chomped
        if piece != text[len(places) : len(places) + len(piece)]:
            return scalar.span
        places += [(begin, stop)] * len(piece)
    if len(places) != len(text) or not 0 <= start <= end <= len(text) or not text:
        return scalar.span
    begin = places[start][0] if start < len(text) else places[-1][1]
    stop = places[end - 1][1] if end > start else begin
    return Span(scalar.span.path, *lines.place(begin), *lines.place(stop))


class _Lines:
    """Offsets in a text against lines and columns from 1."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def offset(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column - 1

    def line(self, number: int) -> str:
        end = self.text.find("\n", self.starts[number - 1])
        return self.text[self.starts[number - 1] : end if end >= 0 else len(self.text)]

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


@lru_cache(maxsize=4)
def _lines_of(text: str) -> _Lines:
    """Lines of a text, kept: to count those of a large file for every finding in it would be slow."""
    return _Lines(text)


def _pieces(scalar: Scalar, lines: _Lines) -> Iterator[_Piece]:
    """Split a scalar's decoded text, piece by piece in the order of the file."""
    if scalar.style in ("|", ">"):
        return _block_pieces(scalar, lines)
    span, quote = scalar.span, len(scalar.style)
    begin = lines.offset(span.line, span.column) + quote
    stop = lines.offset(span.end_line, span.end_column) - quote
    pattern = {"": _PLAIN, "'": _SINGLE, '"': _DOUBLE}[scalar.style]
    return _flow_pieces(pattern, lines.text, begin, stop)


def _flow_pieces(pattern: re.Pattern[str], text: str, begin: int, stop: int) -> Iterator[_Piece]:
    """Plain and quoted scalars: folds, escapes, and characters that stand for themselves."""
    for match in pattern.finditer(text, begin, stop):
        raw = match.group()
        if match.lastgroup == "fold":
            breaks = raw.count("\n")
            raw = " " if breaks == 1 else "\n" * (breaks - 1)
        elif match.lastgroup == "continued":
            raw = "\n" * (raw.count("\n") - 1)
        elif match.lastgroup == "escape":
            raw = "'" if raw == "''" else _unescape(raw[1:])
        yield raw, match.start(), match.end()


def _unescape(escape: str) -> str:
    """Character of a double-quoted escape, given without its backslash."""
    if escape[0] in "xuU":
        number = int(escape[1:], 16)
        return chr(number) if number <= 0x10FFFF else ""
    return _ESCAPES.get(escape, "")


def _block_pieces(scalar: Scalar, lines: _Lines) -> Iterator[_Piece]:
    """Literal and folded block scalars, without their indentation.

    Breaks between two lines of text stay in a literal scalar. In a folded one a single break is a space and
    the first of several is dropped, unless one of the two lines starts with white space.
    """
    indent = _block_indent(scalar, lines)
    breaks: list[int] = []  # offsets of the line breaks since the last line of text
    previous: str | None = None
    for number in range(scalar.span.line + 1, len(lines.starts) + 1):
        begin, line = lines.offset(number, 1), lines.line(number)
        content = line[indent:]
        if line.strip(" ") and line[:indent].strip(" "):
            break  # less indented: the scalar is over
        if content:
            folds = (
                scalar.style == ">" and previous is not None and not {previous[0], content[0]} & {" ", "\t"}
            )
            if folds and len(breaks) == 1:
                yield " ", breaks[0], breaks[0] + 1
            else:
                yield from _breaks(breaks[1:] if folds else breaks)
            yield from ((char, begin + at, begin + at + 1) for at, char in enumerate(content, indent))
            previous, breaks = content, []
        breaks.append(begin + len(line))
    yield from _breaks(breaks)


def _breaks(offsets: list[int]) -> Iterator[_Piece]:
    return (("\n", offset, offset + 1) for offset in offsets)


def _block_indent(scalar: Scalar, lines: _Lines) -> int:
    """Columns of indentation that are not part of the text.

    An indentation indicator counts from the parent's indentation, which a scalar does not know. But its
    first line with more than spaces stands both in the file and in the text, and what it lacks here is it.
    """
    shown = next((line for line in scalar.text.split("\n") if line.strip(" ")), "")
    for number in range(scalar.span.line + 1, len(lines.starts) + 1):
        line = lines.line(number)
        if line.strip(" "):
            return max(0, _leading_spaces(line) - _leading_spaces(shown))
    return 0


def _leading_spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
