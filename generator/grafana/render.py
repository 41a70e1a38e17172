"""A dashboard's JSON text: the record through the edge, sorted and indented so that a diff shows what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from generator.grafana.model import Dashboard
from generator.grafana.text import used_literals

_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True)
class Rendered:
    """A dashboard as Grafana gets it: its JSON as data and as text.

    `source` is the input file it comes from; `own` says that Sightline built it, not a team.
    """

    data: dict[str, Any]
    text: str
    source: str
    own: bool

    @property
    def uid(self) -> str:
        """Grafana's key of the dashboard; empty when it has none."""
        uid = self.data.get("uid")
        return uid if isinstance(uid, str) else ""

    @property
    def title(self) -> str:
        """The title, empty when it has none."""
        return str(self.data.get("title", ""))


def render(dashboard: Dashboard) -> Rendered:
    """The JSON of one of our own dashboards."""
    from generator.grafana.edge import emit  # noqa: PLC0415  # grafanalib costs a tenth of a second to import

    return render_object(emit.dashboard(dashboard), dashboard.source, own=True)


def render_object(dashboard: object, source: str, *, own: bool) -> Rendered:
    """The JSON of a grafanalib dashboard. Raises what `normalise` raises."""
    from generator.grafana.edge import emit, normalise  # noqa: PLC0415  # as above

    data = normalise.normalise(dashboard)
    text = _text(data)
    constants = used_literals(text)
    if constants:
        data["templating"]["list"].extend(map(emit.literal_variable, constants))
        text = _text(data)
    return Rendered(data, text, source, own)


def _text(data: dict[str, Any]) -> str:
    return orjson.dumps(data, option=_OPTIONS).decode()
