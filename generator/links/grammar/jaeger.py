"""Links as Jaeger's UI reads them (jaegertracing/jaeger-ui packages/jaeger-ui/src/components)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from generator.links.grammar.parts import (
    GrammarError,
    Parsed,
    Value,
    check_time_range,
    match_route,
    number,
    require,
    single,
    split,
)

_ID = "[0-9a-f]{1,32}"
_ROUTES = {
    "search": re.compile("/search"),
    "trace": re.compile(f"/trace/(?P<trace>{_ID})"),
    "compare": re.compile(rf"/trace/(?P<one>{_ID})\.\.\.(?P<other>{_ID})"),
    "dependencies": re.compile("/dependencies"),
    "deep-dependencies": re.compile("/deep-dependencies"),
    "quality-metrics": re.compile("/quality-metrics"),
    "monitor": re.compile("/monitor"),
}
_DURATION = re.compile(r"[0-9]+(\.[0-9]+)?(us|ms|s|m|h)")
_HOURS = re.compile(r"[1-9][0-9]*")
_LIMIT = re.compile(r"[1-9][0-9]{0,3}")
_PARAMETERS = frozenset(
    {"service", "operation", "tags", "minDuration", "maxDuration", "start", "end", "lookback", "limit"}
)
_LOOKBACKS = frozenset(
    ["5m", "15m", "30m", "1h", "2h", "3h", "6h", "12h", "24h", "2d", "3d", "5d", "7d", "2w", "3w", "4w"]
)
_LONGEST = 7000  # the UI cuts a longer URL at its last ampersand
_KINDS = frozenset({"client", "server", "internal", "producer", "consumer"})
_ANALYSES_SINCE = (1, 18)
_MONITOR_SINCE = (2, 20)  # before, the page took no parameters

Pairs = Sequence[tuple[str, Value]]


def parse(url: str, base: str, version: str = "") -> Parsed:
    """Read a link below `base`, for a version or the newest one; raises GrammarError."""
    if len(url) > _LONGEST:
        msg = f"{len(url)} characters are more than {_LONGEST}"
        raise GrammarError(msg)
    path, pairs = split(url, base)
    page, names = match_route(path, _ROUTES)
    _CHECKS[page](names, pairs, version)
    return Parsed(page, names, pairs)


def _search(names: Mapping[str, str], pairs: Pairs, version: str) -> None:
    del names, version
    query = single(pairs)
    if unknown := query.keys() - _PARAMETERS:
        msg = f"Jaeger's search has no parameter {', '.join(sorted(unknown))}"
        raise GrammarError(msg)
    require(bool(query.get("service")), "a search without a service does not run")
    if "start" in query or "end" in query or query.get("lookback") == "custom":
        check_time_range(query.get("start"), query.get("end"), "us")
        require(query.get("lookback") == "custom", "start and end need lookback=custom")
    else:
        require(query.get("lookback") in _LOOKBACKS, f"{query.get('lookback')} is not a lookback of the form")
    for name in ("minDuration", "maxDuration"):
        require(name not in query or _matches(_DURATION, query[name]), f"{name} is not a number with a unit")
    require("limit" not in query or _matches(_LIMIT, query["limit"]), "limit is not a number from 1 to 9999")
    require("tags" not in query or _is_tags(query["tags"]), "tags are not a JSON object of strings")


def _trace(names: Mapping[str, str], pairs: Pairs, version: str) -> None:
    del names, version
    query = single(pairs)
    require(not query.keys() - {"uiFind"}, "a trace takes uiFind only")
    require("uiFind" not in query or bool(query["uiFind"]), "uiFind is empty")


def _compare(names: Mapping[str, str], pairs: Pairs, version: str) -> None:
    del version
    require([name for name, _ in pairs] == ["cohort"] * len(pairs), "a comparison takes cohort only")
    cohort = {value for _, value in pairs}
    require(cohort >= set(names.values()), "the traces that are compared must be of the cohort")
    require(len(set(names.values())) > 1, "a trace is compared with itself")


def _dependencies(names: Mapping[str, str], pairs: Pairs, version: str) -> None:
    del names, version
    require(not pairs, "the dependencies take no parameters")


def _deep_dependencies(names: Mapping[str, str], pairs: Pairs, version: str) -> None:
    del names
    query = single(pairs)
    require(number(version) >= _ANALYSES_SINCE, f"Jaeger {version} has no such page")
    require(not query.keys() - {"service", "operation", "showOp"}, "deep dependencies have no such parameter")
    require(bool(query.get("service")), "deep dependencies need a service")
    require(query.get("operation") != "", "the operation is empty")
    require(query.get("showOp", "0") in {"0", "1"}, "showOp is 0 or 1")


def _quality_metrics(names: Mapping[str, str], pairs: Pairs, version: str) -> None:
    del names
    query = single(pairs)
    require(number(version) >= _ANALYSES_SINCE, f"Jaeger {version} has no such page")
    require(not query.keys() - {"service", "lookback"}, "quality metrics have no such parameter")
    require(bool(query.get("service")), "quality metrics need a service")
    require(_matches(_HOURS, query.get("lookback", "48")), "lookback is not a number of hours")


def _monitor(names: Mapping[str, str], pairs: Pairs, version: str) -> None:
    del names
    query = single(pairs)
    if number(version) < _MONITOR_SINCE:
        require(not query, f"the monitor of Jaeger {version} takes no parameters")
        return
    require(not query.keys() - {"service", "spanKind", "timeframe"}, "the monitor has no such parameter")
    require(bool(query.get("service")), "the monitor needs a service")
    require(query.get("spanKind", "server") in _KINDS, f"{query.get('spanKind')} is not a kind of span")
    require(_matches(re.compile("[1-9][0-9]*"), query.get("timeframe", "1")), "timeframe is not a number")


_CHECKS: Mapping[str, Callable[[Mapping[str, str], Pairs, str], None]] = {
    "search": _search,
    "trace": _trace,
    "compare": _compare,
    "dependencies": _dependencies,
    "deep-dependencies": _deep_dependencies,
    "quality-metrics": _quality_metrics,
    "monitor": _monitor,
}


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
