"""The files that a run over foreign content is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from generator.diagnostics import Diagnostics
from generator.documents import Source
from generator.foreign.check import ForeignInputs
from generator.promql.target import Target

RULES = (".yaml", ".yml", ".rules")
DASHBOARDS = (".json", ".yaml", ".yml")
FIXTURES = (".yaml", ".yml")


class Files(Protocol):
    """Where files come from: the disk, or a test's memory."""

    def given(self, path: str, suffixes: tuple[str, ...], diagnostics: Diagnostics) -> list[Source]:
        """The file at a path, or those with these suffixes in the folder there."""


def read_inputs(
    rules: tuple[str, ...],
    dashboards: tuple[str, ...],
    fixtures: tuple[str, ...],
    target: Target | None,
    files: Files,
    diagnostics: Diagnostics,
) -> ForeignInputs:
    """Read every file once; a file that a folder and a name both give is one file."""

    def read(paths: Iterable[str], suffixes: tuple[str, ...]) -> list[Source]:
        found = [source for path in paths for source in files.given(path, suffixes, diagnostics)]
        return list({source.path: source for source in found}.values())

    return ForeignInputs(
        read(rules, RULES) if rules else None,
        read(dashboards, DASHBOARDS) if dashboards else None,
        read(fixtures, FIXTURES),
        frozenset(rules),
        frozenset(dashboards),
        target,
    )
