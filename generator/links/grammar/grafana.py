"""Dashboard links as Grafana reads them."""

from __future__ import annotations

import re

from generator.links.grammar.parts import GrammarError, Parsed, check_time_range, match_route, single, split

_ROUTES = {"dashboard": re.compile(r"/d/(?P<uid>[A-Za-z0-9_-]{1,40})(?:/(?P<slug>[^/]+))?")}
_RELATIVE_TIME = re.compile(r"now(-[0-9]+[smhdwMy])?(/[smhdwMy])?")
_PARAMETERS = frozenset({"from", "to", "timezone", "refresh", "kiosk", "orgId", "viewPanel"})


def parse(url: str, base: str) -> Parsed:
    """Read a link below `base` (empty for links within Grafana); raises GrammarError."""
    path, pairs = split(url, base)
    page, names = match_route(path, _ROUTES)
    query = single(pairs, frozenset(name for name, _ in pairs if name.startswith("var-")))
    for name in query:
        if name not in _PARAMETERS and not name.startswith("var-"):
            msg = f"Grafana has no parameter {name}"
            raise GrammarError(msg)
    start, end = query.get("from"), query.get("to")
    relative = [isinstance(time, str) and _RELATIVE_TIME.fullmatch(time) is not None for time in (start, end)]
    if not all(relative):
        check_time_range(start, end, "ms")
    return Parsed(page, names, pairs)
