"""Links into Discover as Kibana 7 to 9 and OpenSearch Dashboards read them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from generator.links.grammar import rison
from generator.links.grammar.parts import (
    GrammarError,
    Parsed,
    Placeholder,
    match_route,
    pieces_of,
    require,
    split,
)

_ROUTES = {"discover": re.compile("/app/discover")}
_RELATIVE = re.compile(r"now(-[1-9][0-9]*[smhdwMy])?")
# Structure stays as it is in the fragment, everything else is encoded; so is an ampersand in a text.
_ENCODED = re.compile(r"(?:[A-Za-z0-9/?:@!'()*,=&._~-]|%[0-9A-F]{2})*")
_MARKS = {"start": "0000-start", "end": "0000-end"}


def parse(url: str, base: str, version: str = "") -> Parsed:
    """Read a link below `base`; raises GrammarError."""
    del version
    address, mark, fragment = url.partition("#")
    path, pairs = split(address, base)
    page, names = match_route(path, _ROUTES)
    require(bool(mark) and not pairs, "the state of Discover stands behind the #")
    halves = fragment.split("&_a=")
    require(len(halves) == 2 and halves[0].startswith("/?_g="), "the state of Discover has two halves")
    shared, own = (_read(half) for half in (halves[0].removeprefix("/?_g="), halves[1]))
    _shared(shared)
    _own(own)
    return Parsed(page, names, [("_g", halves[0]), ("query", own["query"]["query"]), ("index", own["index"])])


def _read(half: str) -> dict[str, Any]:
    pieces = pieces_of(half, _ENCODED)
    for piece in pieces:
        require(isinstance(piece, str) or piece.unit == "iso", "Kibana reads dates")
    text = "".join(_MARKS[piece.edge] if isinstance(piece, Placeholder) else piece for piece in pieces)
    state = rison.loads(text)
    require(isinstance(state, dict), "the state of Discover is an object")
    return dict(state)


def _shared(state: dict[str, Any]) -> None:
    require(state.keys() == {"filters", "time"} and state["filters"] == [], "_g has filters and a time")
    time = state["time"]
    require(isinstance(time, dict) and time.keys() == {"from", "to"}, "a time has two ends")
    start, end = time["from"], time["to"]
    if (start, end) == (_MARKS["start"], _MARKS["end"]):
        return
    if all(isinstance(each, str) and _RELATIVE.fullmatch(each) for each in (start, end)):
        return
    try:
        ordered = datetime.fromisoformat(start) < datetime.fromisoformat(end)
    except (TypeError, ValueError) as error:
        msg = f"{start} to {end} is not a time of Kibana"
        raise GrammarError(msg) from error
    require(ordered and start.endswith("Z"), f"{start} to {end} is not a time of Kibana")


def _own(state: dict[str, Any]) -> None:
    known = {"columns", "dataSource", "filters", "index", "interval", "query", "sort"}
    require(state.keys() == known, "_a has other parts than Discover knows")
    index = state["index"]
    require(isinstance(index, str) and bool(index), "Discover without a data view opens its default one")
    require(state["dataSource"] == {"dataViewId": index, "type": "dataView"}, "both name one data view")
    query = state["query"]
    require(query.keys() == {"language", "query"}, "a query has a language")
    require(query["language"] in {"lucene", "kuery"}, f"{query['language']} is not a language of Discover")
    require(isinstance(query["query"], str), "a query is a text")
    for field, order in state["sort"]:
        require(isinstance(field, str) and order in {"asc", "desc"}, "lines are sorted by a field")
