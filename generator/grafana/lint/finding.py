"""What a rule about dashboards found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake in a dashboard.

    `panel` is the title of the panel it is about, empty for the dashboard itself; `query` the expression in
    it, with the offsets of the culprit where these are known; `variable` the variable it is about; `path`
    leads to it in the JSON, where it is none of these. `harmless` says that the dashboard works all the same.
    """

    message: str
    fix: str
    panel: str = ""
    query: str = ""
    start: int = 0
    end: int = 0
    variable: str = ""
    harmless: bool = False
    path: tuple[str | int, ...] = ()
