"""A URL taken apart strictly: encoded text, or one of the few expressions that another program replaces."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

_PATH = re.compile(r"(?:/(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+)+")
_TEXT = re.compile(r"(?:[A-Za-z0-9._~,:-]|%[0-9A-F]{2})*")
_TIME = re.compile(
    r"\$\{__(?P<variable>from|to)(?P<iso>:date:iso)?\}(?P<micro>000)?"
    r'|\{\{ query "time\(\)(?P<ago> - [1-9][0-9]*)?" \| first \| value \| printf "%\.0f" \}\}000'
    r"(?P<micros>000)?"
    r'|\{\{ \(query "time\(\)(?P<since> - [1-9][0-9]*)?" \| first \| value \| toTime\)'
    r'\.Format "2006-01-02T15:04:05\.000Z" \}\}'
)
_DIGITS = {"ms": re.compile(r"[0-9]{13}"), "us": re.compile(r"[0-9]{16}")}


class GrammarError(Exception):
    """A link that its system would not understand: a defect of the builder."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A time that Grafana or Prometheus fills in: `start` or `end` of a window, in `ms`, `us` or `iso`."""

    edge: str
    unit: str


Value = str | Placeholder | tuple[str | Placeholder, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A link as its system reads it: the page, what it is about, and the decoded parameters in order."""

    page: str
    path: Mapping[str, str]
    query: Sequence[tuple[str, Value]]


def number(version: str) -> tuple[int, ...]:
    """The major and minor number of a version; a version that is not given is newer than all."""
    return tuple(int(part) for part in version.split(".")[:2]) if version else (1000, 0)


def require(condition: bool, otherwise: str) -> None:  # noqa: FBT001  # reads as an assertion
    """Raise GrammarError unless `condition` holds."""
    if not condition:
        raise GrammarError(otherwise)


def split(url: str, base: str) -> tuple[str, list[tuple[str, Value]]]:
    """Return the encoded path below `base` and the decoded parameters; GrammarError for other characters."""
    if not url.startswith(f"{base}/"):
        msg = f"{url} is not below {base}"
        raise GrammarError(msg)
    path, mark, query = url[len(base) :].partition("?")
    if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        msg = f"{path} is not a path of encoded segments"
        raise GrammarError(msg)
    pairs = [_pair(pair) for pair in query.split("&")] if mark else []
    return path, pairs


def match_route(path: str, routes: Mapping[str, re.Pattern[str]]) -> tuple[str, dict[str, str]]:
    """Find the page that a path leads to and the decoded names in it; GrammarError when there is none."""
    for page, route in routes.items():
        if (found := route.fullmatch(path)) is not None:
            return page, {name: unquote(text) for name, text in found.groupdict().items() if text is not None}
    msg = f"{path} is not a known route"
    raise GrammarError(msg)


def single(pairs: Sequence[tuple[str, Value]], repeatable: frozenset[str] = frozenset()) -> dict[str, Value]:
    """Return the parameters by name; GrammarError when one that may not is given twice."""
    query = dict(pairs)
    if len(query) != len(pairs):
        names = [name for name, _ in pairs if name not in repeatable]
        if len(names) != len(set(names)):
            msg = f"a parameter is given twice: {', '.join(names)}"
            raise GrammarError(msg)
    return query


def check_time_range(start: Value | None, end: Value | None, unit: str) -> None:
    """Check that both ends of a time range are there, in `unit` since the epoch, in order; or GrammarError.

    Numbers are told apart by their digits: 13 are milliseconds and 16 microseconds from 2001 to 2286.
    """
    if isinstance(start, Placeholder) and isinstance(end, Placeholder):
        if (start, end) == (Placeholder("start", unit), Placeholder("end", unit)):
            return
    elif (
        isinstance(start, str)
        and isinstance(end, str)
        and _DIGITS[unit].fullmatch(start)
        and _DIGITS[unit].fullmatch(end)
        and start < end
    ):
        return
    msg = f"{start} to {end} is not a time range in {unit}"
    raise GrammarError(msg)


@lru_cache(maxsize=1024)  # most parameters are the same in every link
def _pair(text: str) -> tuple[str, Value]:
    key, equals, value = text.partition("=")
    if not equals or not key or not _TEXT.fullmatch(key):
        msg = f"{text} is not a parameter"
        raise GrammarError(msg)
    return unquote(key), _value(value)


def _value(text: str) -> Value:
    if _TEXT.fullmatch(text):
        return unquote(text) if "%" in text else text
    pieces = pieces_of(text, _TEXT)
    return pieces[0] if len(pieces) == 1 else pieces


def pieces_of(text: str, plain: re.Pattern[str]) -> tuple[str | Placeholder, ...]:
    """Take text apart into what is `plain`, decoded, and times that another program fills in."""
    pieces: list[str | Placeholder] = []
    start = 0
    for found in _TIME.finditer(text):
        pieces += [_plain(text[start : found.start()], plain), _placeholder(found)]
        start = found.end()
    pieces.append(_plain(text[start:], plain))
    return tuple(piece for piece in pieces if piece)


def _plain(text: str, plain: re.Pattern[str]) -> str:
    require(plain.fullmatch(text) is not None, f"{text} holds characters that are not encoded")
    return unquote(text)


def _placeholder(found: re.Match[str]) -> Placeholder:
    is_iso = found["iso"] or ".Format" in found[0]
    is_start = found["variable"] == "from" or found["ago"] or found["since"]
    unit = "iso" if is_iso else "us" if found["micro"] or found["micros"] else "ms"
    return Placeholder("start" if is_start else "end", unit)
