"""The forms a report can take. A new one is a module with a `render` function and a line in `REPORTERS`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from generator.diagnostics import github, json, junit, sarif, text
from generator.diagnostics.model import Diagnostic


class Reporter(Protocol):
    """Turns diagnostics into a report.

    Diagnostics keep their order. `sources` maps paths to texts, for reporters that show lines; `colour` is
    for those that draw on terminals.
    """

    def __call__(
        self, diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, colour: bool = False
    ) -> str:
        """Return the whole report, with a line feed at its end unless it is empty."""


REPORTERS: dict[str, Reporter] = {
    "github": github.render,
    "json": json.render,
    "junit": junit.render,
    "sarif": sarif.render,
    "text": text.render,
}
