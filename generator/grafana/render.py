"""A dashboard's JSON text: sorted and indented, so that a diff shows what changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from generator.grafana.model import Dashboard
from generator.grafana.text import used_literals

if TYPE_CHECKING:
    from generator.grafana.origin import Origin

_PAIR = rb'"[^"\\\n]+": (?:"[^"\\\n]*(?:\\.[^"\\\n]*)*"|\[\]|\{\}|[^{}\[\]"\n,]+)'
_SMALL = re.compile(rb"\{\n *(%b(?:,\n *%b){0,3})\n *\}" % (_PAIR, _PAIR))
_ONE_ITEM = re.compile(rb"\[\n *([^\n]*)\n *\]")
_LINE_BREAK = re.compile(rb"\n *")
_SMALL_LIMIT = 160
# Where a key of a panel or of a variable begins.
_KEY = b'\n      "'
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True)
class Page:
    """A dashboard as Grafana gets it: its JSON text.

    `variables` are the names of its variables. `source` is the input file it comes from; `own` says that
    Sightline built it, not a team. `folder` is the title of its folder, empty for the platform's. `origin`
    finds places in what a team wrote.
    """

    uid: str
    title: str
    text: str
    source: str
    own: bool
    variables: frozenset[str] = frozenset()
    folder: str = ""
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page with its JSON as data, which takes ten times the room: not to be kept for many."""

    page: Page
    data: dict[str, Any]


def render(dashboard: Dashboard) -> Rendered:
    """Return the JSON of one of our records: a built-in dashboard, or one that a team wrote in YAML."""
    from generator.grafana.edge import emit  # grafanalib costs a tenth of a second to import

    own = dashboard.origin is None or dashboard.origin.own
    rendered = render_object(emit.dashboard(dashboard), dashboard.source, own=own, house=False)
    page = replace(rendered.page, folder=dashboard.folder, origin=dashboard.origin)
    return Rendered(page, rendered.data)


def render_object(dashboard: object, source: str, *, own: bool, house: bool = True) -> Rendered:
    """Return the JSON of a grafanalib dashboard; see `normalise` for `house` and for what is raised."""
    from generator.grafana.edge import emit, normalise  # as above

    data = normalise.normalise(dashboard, house=house)
    text = as_text(data)
    constants = used_literals(text)
    if constants:
        data["templating"]["list"].extend(map(emit.literal_variable, constants))
        text = as_text(data)
    variables = frozenset(str(variable.get("name")) for variable in data["templating"]["list"])
    page = Page(str(data.get("uid", "")), str(data.get("title", "")), text, source, own, variables)
    return Rendered(page, data)


def as_text(data: dict[str, Any]) -> str:
    """JSON that is read as a difference: small objects and a list's only item on one line.

    One space for each level: at eight levels, two would be a fifth of the file. The value of each key of a
    panel is folded apart: most are alike in many panels, and then folded once.
    """
    # As bytes: one character beyond Latin 1 doubles the text, and the time to search it.
    values = orjson.dumps(data, option=_OPTIONS).split(_KEY)
    return b'\n   "'.join(map(_folded, values)).decode()


@lru_cache(maxsize=8_192)
def _folded(text: bytes) -> bytes:
    text = _SMALL.sub(_on_one_line, text)
    text = _ONE_ITEM.sub(_alone, text)
    # White space at the start of a line is never text: a string's line breaks are escaped.
    lines = [line[(len(line) - len(line.lstrip(b" "))) >> 1 :] for line in text.split(b"\n")]
    return b"\n".join(lines)


def _on_one_line(match: re.Match[bytes]) -> bytes:
    if match.end() - match.start() > _SMALL_LIMIT:
        return match[0]
    return b"{" + _LINE_BREAK.sub(b" ", match[1]) + b"}"


def _alone(match: re.Match[bytes]) -> bytes:
    return match[0] if match.end() - match.start() > _SMALL_LIMIT else b"[" + match[1] + b"]"
