"""Links as Alertmanager's pages read them (prometheus/alertmanager ui/app/src, routes and filters in Elm)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from generator.links.grammar.parts import GrammarError, Parsed, match_route, number, require, split

_ROUTES = {
    "alerts": re.compile("/alerts"),
    "silences": re.compile("/silences"),
    "new-silence": re.compile("/silences/new"),
    "silence": re.compile("/silences/(?P<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"),
}
_PARAMETERS: Mapping[str, frozenset[str]] = {
    "alerts": frozenset(
        {"filter", "silenced", "inhibited", "muted", "active", "receiver", "group", "customGrouping"}
    ),
    "silences": frozenset({"filter"}),
    "new-silence": frozenset({"filter", "comment"}),
    "silence": frozenset(),
}
_FLAGS = frozenset({"silenced", "inhibited", "muted", "active"})
_MUTED_SINCE = (0, 28)
_ESCAPES_SINCE = (0, 32)
_MATCHER = re.compile(
    r'[ \r\n]*(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<sign>=~|!~|!=|=)(?P<value>"(?:[^"\\]|\\.)*")[ \r\n]*'
)


def parse(url: str, base: str, version: str = "") -> Parsed:
    """Read a link below `base`, for a version or the newest one; raises GrammarError.

    A filter comes back as a JSON list of name, sign and value.
    """
    address, mark, fragment = url.partition("#")
    require(bool(mark) and address == f"{base}/", f"{address} is not the page of {base}, with a # behind it")
    path, pairs = split(fragment, "")
    page, names = match_route(path, _ROUTES)
    query = dict(pairs)
    require(len(query) == len(pairs), "a parameter is given twice")
    require(query.keys() <= _PARAMETERS[page], f"{page} has no parameter {sorted(query)}")
    require("muted" not in query or number(version) >= _MUTED_SINCE, f"{version} knows no muted alerts")
    for name in _FLAGS & query.keys():
        require(query[name] in {"true", "false"}, f"{name} is neither true nor false")
    read = [(name, _filter(value, version) if name == "filter" else value) for name, value in pairs]
    return Parsed(page, names, read)


def _filter(text: object, version: str) -> str:
    require(isinstance(text, str) and text[:1] == "{" and text[-1:] == "}", "a filter stands between braces")
    rest, found = str(text)[1:-1], []
    while True:
        matcher = _MATCHER.match(rest)
        if matcher is None:
            msg = f"{rest} is not a matcher"
            raise GrammarError(msg)
        found.append((matcher["name"], matcher["sign"], _string(matcher["value"], version)))
        rest = rest[matcher.end() :]
        if not rest:
            return json.dumps(found)
        require(rest[0] == ",", f"{rest} goes on after a matcher")
        rest = rest[1:]


def _string(text: str, version: str) -> str:
    require("\\" not in text or number(version) >= _ESCAPES_SINCE, f"{version} reads escapes in its own ways")
    try:
        value = json.loads(text)
    except ValueError as error:
        msg = f"{text} is not a JSON string"
        raise GrammarError(msg) from error
    return str(value)
