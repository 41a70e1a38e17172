"""Diagnostics for people: place, message, the line in question, cause and fix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from generator.diagnostics.excerpt import excerpt
from generator.diagnostics.model import Diagnostic, Severity, Span
from generator.diagnostics.summary import Summary
from generator.diagnostics.terminal import safe

_BOLD, _BLUE = "1", "1;34"
_SEVERITY_STYLE = {Severity.ERROR: "1;31", Severity.WARNING: "1;33"}


def render(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, colour: bool = False) -> str:
    """Draw diagnostics in the given order, with a closing line of counts; empty when there are none.

    `sources` maps a span's path to the text of that file; a file that is not in it is named, not drawn.
    """
    items = list(diagnostics)
    if not items:
        return ""
    page = _Page(sources, colour=colour)
    blocks = ["\n".join(page.diagnostic(item)) for item in items]
    return "\n\n".join([*blocks, Summary.of(items).words()]) + "\n"


class _Page:
    """Draws diagnostics over one set of sources."""

    def __init__(self, sources: Mapping[str, str], *, colour: bool) -> None:
        self._sources = sources
        self._lines: dict[str, list[str]] = {}
        self._colour = colour

    def diagnostic(self, item: Diagnostic) -> list[str]:
        style = _SEVERITY_STYLE[item.severity]
        spans = [span for span in (item.span, *(other.span for other in item.related)) if span is not None]
        gutter = max((len(str(span.line)) for span in spans), default=0)
        draw = partial(self._place, gutter=gutter)
        lines = draw(item.span, f"{item.severity}[{safe(item.code)}]", item.message, style=style)
        lines += [
            f"{' ' * gutter} {self._paint('=', _BLUE)} {label}: {safe(words)}"
            for label, words in (("cause", item.cause), ("fix", item.fix))
            if words
        ]
        for other in item.related:
            lines += draw(other.span, "note", other.message, style=_BLUE)
        return lines

    def _place(self, span: Span | None, label: str, message: str, *, gutter: int, style: str) -> list[str]:
        """Draw a heading, and the source line if there is one."""
        heading = f"{self._paint(label, style)}: {self._paint(safe(message), _BOLD)}"
        if span is None:
            return [heading]
        lines = [f"{safe(span.path)}:{span.line}:{span.column}: {heading}"]
        source = self._lines_of(span.path)
        if span.line > len(source):
            return lines
        drawn = excerpt(span, source[span.line - 1])
        bar = self._paint("|", _BLUE)
        number = self._paint(str(span.line).rjust(gutter), _BLUE)
        carets = " " * drawn.indent + self._paint("^" * drawn.carets, style)
        blank = " " * gutter
        return [*lines, f"{blank} {bar}", f"{number} {bar} {drawn.text}".rstrip(), f"{blank} {bar} {carets}"]

    def _lines_of(self, path: str) -> list[str]:
        if path not in self._lines:
            text = self._sources.get(path)
            self._lines[path] = [] if text is None else text.split("\n")
        return self._lines[path]

    def _paint(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._colour else text
