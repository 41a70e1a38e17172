"""The parser's complaints in a user's words, with their place and a way out."""

from __future__ import annotations

import yaml

from generator.diagnostics import Diagnostics, Related, Span
from generator.documents.nodes import Source

# Pieces of libyaml's and PyYAML's messages, and what usually helps. The first that fits is taken.
_ADVICE = (
    ("mapping values are not allowed", "quote the value if it holds a colon, or check the indentation"),
    ("could not find expected ':'", "put a colon after the key, or check the indentation"),
    ("unknown escape character", "write \\\\ for a backslash, or use single quotes"),
    ("escape", "escapes must name a Unicode character; write characters beyond U+FFFF directly or as \\U"),
    ("unexpected end of stream", "close the quote"),
    ("cannot start any token", "quote the value"),
    ("block end", "check the indentation of this line against the lines above"),
    ("expected key", "check the indentation of this line against the lines above"),
    ("'-' indicator", "check the indentation of this line against the lines above"),
    (
        "',' or",
        "separate the items with commas and close the bracket; quote text that holds brackets or quotes",
    ),
    ("node content", "write a value here"),
    ("<document start>", "put --- between documents"),
)


def report_syntax_error(error: Exception, source: Source, diagnostics: Diagnostics) -> None:
    """Turn an exception of the parser into one `yaml/syntax` diagnostic."""
    problem = str(error)
    related: tuple[Related, ...] = ()
    span = Span(source.path, 1, 1, 1, 1)
    if isinstance(error, yaml.MarkedYAMLError):
        problem = error.problem or error.context or "the text cannot be read"
        mark = error.problem_mark or error.context_mark
        if mark is not None:
            span = _span(source, mark.line, mark.column)
        if error.context and error.context_mark is not None:
            start = _span(source, error.context_mark.line, error.context_mark.column)
            if (start.line, start.column) != (span.line, span.column):
                related = (Related(start, f"{error.context} that starts here"),)
    if "tab character" in problem or ("cannot start" in problem and _text_at(source, span) == "\t"):
        problem, fix = "a tab stands where only spaces may", "use spaces instead of the tab"
    else:
        fix = next((advice for piece, advice in _ADVICE if piece in problem), "")
    diagnostics.error("yaml/syntax", f"this is not YAML: {problem}", span, fix=fix, related=related)


def _span(source: Source, line: int, column: int) -> Span:
    """Place of a mark (from 0); at the end of the file, the end of the last line with text."""
    lines = source.text.split("\n")
    if line >= len(lines) or not "".join(lines[line:]).strip():
        line = max((number for number, text in enumerate(lines) if text.strip()), default=0)
        column = len(lines[line].rstrip())
    return Span(source.path, line + 1, column + 1, line + 1, column + 2)


def _text_at(source: Source, span: Span) -> str:
    return source.text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]
