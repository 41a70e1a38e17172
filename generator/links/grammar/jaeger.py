"""Search links as Jaeger's UI reads them (jaegertracing/jaeger-ui src/components/SearchTracePage)."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from generator.links.grammar.parts import GrammarError, Parsed, check_time_range, match_route, single, split

_ROUTES = {"search": re.compile("/search")}
_DURATION = re.compile(r"[0-9]+(\.[0-9]+)?(us|ms|s|m|h)")
_LIMIT = re.compile(r"[1-9][0-9]{0,3}")
_PARAMETERS = frozenset(
    {"service", "operation", "tags", "minDuration", "maxDuration", "start", "end", "lookback", "limit"}
)
_LOOKBACKS = frozenset(
    ["5m", "15m", "30m", "1h", "2h", "3h", "6h", "12h", "24h", "2d", "3d", "5d", "7d", "2w", "3w", "4w"]
)
_LONGEST = 7000  # the UI cuts a longer URL at its last ampersand


def parse(url: str, base: str) -> Parsed:
    """Read a link below `base`; raises GrammarError."""
    if len(url) > _LONGEST:
        msg = f"{len(url)} characters are more than {_LONGEST}"
        raise GrammarError(msg)
    path, pairs = split(url, base)
    page, names = match_route(path, _ROUTES)
    query = single(pairs)
    if unknown := query.keys() - _PARAMETERS:
        msg = f"Jaeger's search has no parameter {', '.join(sorted(unknown))}"
        raise GrammarError(msg)
    if not query.get("service"):
        msg = "a search without a service does not run"
        raise GrammarError(msg)
    if "start" in query or "end" in query or query.get("lookback") == "custom":
        check_time_range(query.get("start"), query.get("end"), "us")
        _require(query.get("lookback") == "custom", "start and end need lookback=custom")
    else:
        _require(
            query.get("lookback") in _LOOKBACKS, f"{query.get('lookback')} is not a lookback of the form"
        )
    for name in ("minDuration", "maxDuration"):
        _require(name not in query or _matches(_DURATION, query[name]), f"{name} is not a number with a unit")
    _require("limit" not in query or _matches(_LIMIT, query["limit"]), "limit is not a number from 1 to 9999")
    _require("tags" not in query or _is_tags(query["tags"]), "tags are not a JSON object of strings")
    return Parsed(page, names, pairs)


def _require(condition: bool, otherwise: str) -> None:  # noqa: FBT001  # reads as an assertion
    if not condition:
        raise GrammarError(otherwise)


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


@lru_cache(maxsize=64)
def _is_tags(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        tags = json.loads(value)
    except ValueError:
        return False
    return isinstance(tags, dict) and bool(tags) and all(isinstance(text, str) for text in tags.values())
