"""The forms of a report. A new one is a module and a line in `FORMATS`."""

from __future__ import annotations

from collections.abc import Mapping

from generator.diagnostics import github
from generator.diagnostics.text import render as drawn
from generator.proof.reports import json, junit, text
from generator.proof.reports.result import Result

FORMATS = ("text", "json", "github", "junit")


def render(result: Result, form: str, sources: Mapping[str, str], *, colour: bool) -> tuple[str, str]:
    """What goes to stdout and what to stderr."""
    if form == "json":
        return json.render(result), ""
    if form == "junit":
        return junit.render(result), ""
    if form == "github":
        return github.render(result.findings, sources), text.summary(result)
    words = drawn(result.findings, sources, colour=colour)
    return text.lines(result), f"{words}{text.summary(result)}"


__all__ = ["FORMATS", "Result", "render"]
