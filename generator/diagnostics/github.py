"""Diagnostics as workflow commands: GitHub Actions shows them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator.diagnostics.model import Diagnostic
from generator.diagnostics.terminal import safe


def render(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, str],
    *,
    colour: bool = False,
) -> str:
    """One command a line; nothing in a diagnostic can end its line and begin another command."""
    del sources, colour  # GitHub shows the lines itself
    return "".join(f"{_command(item)}\n" for item in diagnostics)


def _command(item: Diagnostic) -> str:
    properties = {"title": item.code}
    if item.span:
        span = item.span
        properties |= {"file": span.path, "line": str(span.line), "endLine": str(span.end_line)}
        if span.line == span.end_line:  # columns are for one line only
            properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    words = [safe(item.message)]
    words += [f"{name}: {safe(text)}" for name, text in (("cause", item.cause), ("fix", item.fix)) if text]
    words += [
        f"note: {safe(other.message)} ({safe(other.span.path)}:{other.span.line}:{other.span.column})"
        for other in item.related
    ]
    message = _data("\n".join(words))
    return f"::{item.severity} {listed}::{message}"


def _data(text: str) -> str:
    """Escaped as the runner expects it of a message (actions/toolkit, command.ts)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escaped as the runner expects it of a property."""
    return _data(safe(text)).replace(":", "%3A").replace(",", "%2C")
