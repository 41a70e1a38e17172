"""JSON with places: which stretch of the file a string of it stands in."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import orjson

from generator.diagnostics import Diagnostics, Span
from generator.documents.locate import Place
from generator.documents.nodes import Source

MAX_JSON_DEPTH = 100

Path = tuple[str | int, ...]
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
# One code point of a string: an escaped pair of surrogates is one.
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]"
)


class JsonText:
    """The data of a JSON text, and the places of its strings.

    The text is a whole file or, with `within`, a string in one.
    """

    def __init__(self, source: Source, data: Any, within: Place | None = None) -> None:
        self.source = source
        self.data = data
        self.within = within

    @classmethod
    def of(cls, source: Source, diagnostics: Diagnostics, within: Place | None = None) -> JsonText | None:
        """The text read; None when it was refused, with a diagnostic."""
        start = within(0, 1) if within else Span(source.path, 1, 1, 1, 1)
        depth = deepest = 0
        for match in _TOKEN.finditer(source.text):
            depth += (match[0] in "{[") - (match[0] in "}]") if len(match[0]) == 1 else 0
            deepest = max(deepest, depth)
        if deepest > MAX_JSON_DEPTH:
            diagnostics.error(
                "json/too-deep",
                f"lists and objects are nested {deepest} deep; {MAX_JSON_DEPTH} is the limit",
                start,
                fix="no dashboard needs more",
            )
            return None
        try:
            return cls(source, orjson.loads(source.text), within)
        except orjson.JSONDecodeError as error:
            place = Span(source.path, error.lineno, error.colno, error.lineno, error.colno + 1)
            place = within(error.pos, error.pos + 1) if within else place
            reason = str(error.msg)
            diagnostics.error(
                "json/syntax", f"this is not JSON: {reason}", place, fix="correct it, or export it again"
            )
            return None

    def span(self, path: Path, start: int = 0, end: int | None = None) -> Span:
        """The place of a stretch of the string at `path`, all of it without `end`; else the file's start.

        Offsets count code points of the string itself.
        """
        found = self._strings.get(path)
        if found is None:
            return self.within(0, 1) if self.within else Span(self.source.path, 1, 1, 1, 1)
        begin, stop = found
        if end is not None:
            ends = [begin + 1]
            ends += [match.end() for match in _CHARACTER.finditer(self.source.text, begin + 1, stop - 1)]
            last = len(ends) - 1
            begin, stop = ends[min(start, last)], ends[min(max(end, start), last)]
        return self._between(begin, stop)

    def repeated_keys(self) -> Iterator[tuple[str, Span]]:
        """Each key that an object has already, with its place; readers take the last value."""
        is_repeated = False

        def look(pairs: list[tuple[str, Any]]) -> None:
            nonlocal is_repeated
            is_repeated = is_repeated or len({key for key, _ in pairs}) < len(pairs)

        json.loads(self.source.text, object_pairs_hook=look)  # fast, and without places
        if not is_repeated:
            return
        seen: list[set[str]] = []  # the keys of each open object, and nothing of each open list
        begin = stop = 0  # of the token before
        for match in _TOKEN.finditer(self.source.text):
            if match[0] in {"{", "["}:
                seen.append(set())
            elif match[0] in {"}", "]"}:
                seen.pop()
            elif match[0] == ":":
                key = orjson.loads(self.source.text[begin:stop])
                if key in seen[-1]:
                    yield key, self._between(begin, stop)
                seen[-1].add(key)
            begin, stop = match.span()

    def _between(self, begin: int, stop: int) -> Span:
        """The place of a stretch of the text."""
        if self.within:
            return self.within(begin, stop)
        return Span(self.source.path, *self._place(begin), *self._place(stop))

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.source.text))]

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    @cached_property
    def _strings(self) -> dict[Path, tuple[int, int]]:
        """The places of all strings that are values; of two under one key the last counts, as for readers."""
        found: dict[Path, tuple[int, int]] = {}
        path: list[str | int] = []
        objects: list[bool] = []  # whether each open bracket is an object's
        key = ""
        is_key = False
        for match in _TOKEN.finditer(self.source.text):
            text = match[0]
            if text in {"{", "["}:
                objects.append(text == "{")
                path.append("" if text == "{" else 0)
                is_key = text == "{"
            elif text in {"}", "]"}:
                objects.pop()
                path.pop()
            elif text == ",":
                is_key = objects[-1]
                if not objects[-1]:
                    path[-1] = int(path[-1]) + 1
            elif text == ":":
                path[-1] = key
                is_key = False
            elif text[0] == '"' and is_key:
                key = orjson.loads(text)
            elif text[0] == '"':
                found[tuple(path)] = match.span()
        return found
