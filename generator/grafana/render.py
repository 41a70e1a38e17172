"""A dashboard's JSON text: sorted and indented, so that a diff shows what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from generator.grafana.model import Dashboard
from generator.grafana.text import used_literals

_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True)
class Page:
    """A dashboard as Grafana gets it: its JSON text.

    `source` is the input file it comes from; `own` says that Sightline built it, not a team.
    """

    uid: str
    title: str
    text: str
    source: str
    own: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page with its JSON as data, which takes ten times the room: not to be kept for many."""

    page: Page
    data: dict[str, Any]


def render(dashboard: Dashboard) -> Rendered:
    """Return the JSON of one of our own dashboards."""
    from generator.grafana.edge import emit  # grafanalib costs a tenth of a second to import

    return render_object(emit.dashboard(dashboard), dashboard.source, own=True)


def render_object(dashboard: object, source: str, *, own: bool) -> Rendered:
    """Return the JSON of a grafanalib dashboard. Raises what `normalise` raises."""
    from generator.grafana.edge import emit, normalise  # as above

    data = normalise.normalise(dashboard)
    text = _text(data)
    constants = used_literals(text)
    if constants:
        data["templating"]["list"].extend(map(emit.literal_variable, constants))
        text = _text(data)
    return Rendered(Page(str(data.get("uid", "")), str(data.get("title", "")), text, source, own), data)


def _text(data: dict[str, Any]) -> str:
    return orjson.dumps(data, option=_OPTIONS).decode()
