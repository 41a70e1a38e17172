"""Every PromQL in a dashboard: panels, annotations and variables, with its place and its variables filled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.documents.json_text import Path
from generator.grafana.lint.promql import substituted
from generator.grafana.lint.view import Json, kind_of, title_of
from generator.promql.error import PromQLError
from generator.promql.substitution import Substitution

_OLD_VARIABLE = re.compile(r"\[\[(\w+)(:\w+)?\]\]")
_LABEL_VALUES = re.compile(
    r"\s*label_values\(\s*(?:(?P<series>.+),)?\s*(?P<label>[\w$.{}\"]+)\s*\)\s*", re.DOTALL
)
_QUERY_RESULT = re.compile(r"\s*query_result\((?P<query>.+)\)\s*", re.DOTALL)
_NO_QUERY = re.compile(r"\s*(?:label_names\(|metrics\(|label_values\()")
_LITERAL_KINDS = frozenset({"constant", "custom", "interval", "textbox"})
_PROMETHEUS = "prometheus"
_MIXED = "-- Mixed --"  # each query says what it asks
_DATASOURCE = re.compile(r"\$\{?(\w+)")
_MAX_NESTING = 20


@dataclass(frozen=True, slots=True)
class Query:
    """PromQL in a dashboard.

    `words` say where it stands; `path` is its string in the JSON and `offset` its start in that string.
    `filled` is the text to check, in which variables are stood in for. `sure` says that the data source is
    known to be a Prometheus.
    """

    words: str
    written: str
    filled: Substitution
    path: Path
    offset: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel with its place in the JSON."""

    data: Json
    path: Path


def panels(data: Json) -> Iterator[Panel]:
    """All panels, those inside of rows, of collapsed rows and of other panels included."""
    waiting: list[tuple[Any, Path]] = [(data, ())]
    while waiting:
        node, path = waiting.pop()
        if len(path) > 2 * _MAX_NESTING:
            continue
        for key in ("panels", "rows"):
            items = node.get(key)
            for index, item in reversed(list(enumerate(items if isinstance(items, list) else ()))):
                if isinstance(item, dict):
                    waiting.append((item, (*path, key, index)))
        if path and path[-2] == "panels":
            yield Panel(node, path)


class DashboardQueries:
    """Finds the queries of one dashboard, whose JSON object stands at `root` in its file."""

    def __init__(self, data: Json, root: Path = ()) -> None:
        self.data, self.root = data, root
        templating = data.get("templating")
        found = templating.get("list") if isinstance(templating, dict) else None
        items = found if isinstance(found, list) else ()
        self.variables = [(index, item) for index, item in enumerate(items) if isinstance(item, dict)]
        self.kinds = dict(self._datasources())
        self.values = dict(self._literals())

    def _datasources(self) -> Iterator[tuple[str, str]]:
        """The types of the data sources that variables and inputs stand for."""
        for _, item in self.variables:
            if item.get("type") == "datasource":
                yield str(item.get("name")), str(item.get("query"))
        inputs = self.data.get("__inputs")
        for item in inputs if isinstance(inputs, list) else ():
            if isinstance(item, dict) and item.get("type") == "datasource":
                yield str(item.get("name")), str(item.get("pluginId"))

    def _literals(self) -> Iterator[tuple[str, str]]:
        """Variables with a value of their own: what stands in for them is that."""
        for _, item in self.variables:
            if kind_of(item) in _LITERAL_KINDS:
                current = item.get("current")
                value = current.get("value") if isinstance(current, dict) else None
                value = value[0] if isinstance(value, list) and value else value
                if not isinstance(value, str) or not value or value.startswith("$"):
                    value = str(item.get("query") or "").split(",")[0].strip()
                yield str(item.get("name")), value

    def found(self) -> Iterator[Query]:
        """Every query."""
        for panel in panels(self.data):
            where = f'panel "{title_of(panel.data)}"'
            targets = panel.data.get("targets")
            for index, target in enumerate(targets if isinstance(targets, list) else ()):
                if isinstance(target, dict):
                    source = target.get("datasource") or panel.data.get("datasource")
                    path = (*panel.path, "targets", index, "expr")
                    yield from self._query(where, target.get("expr"), source, path)
        yield from self._annotations()
        yield from self.of_variables()

    def of_variables(self) -> Iterator[Query]:
        """The queries that variables get their values from."""
        for index, item in self.variables:
            if item.get("type") == "query":
                yield from self._variable(index, item)

    def _annotations(self) -> Iterator[Query]:
        listed = self.data.get("annotations")
        items = listed.get("list") if isinstance(listed, dict) else None
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                where, path = f'annotation "{item.get("name", index)}"', ("annotations", "list", index)
                source, target = item.get("datasource"), item.get("target")
                yield from self._query(where, item.get("expr"), source, (*path, "expr"))
                if isinstance(target, dict):
                    yield from self._query(where, target.get("expr"), source, (*path, "target", "expr"))

    def _query(self, where: str, text: object, source: object, path: Path) -> Iterator[Query]:
        kind = self._kind(source)
        if isinstance(text, str) and text.strip() and kind in {_PROMETHEUS, ""}:
            yield self._made(where, text, 0, len(text), path, sure=kind == _PROMETHEUS)

    def _made(self, where: str, text: str, start: int, end: int, path: Path, *, sure: bool) -> Query:
        written = _same_length(text[start:end])
        try:
            filled = substituted(written, any_value=True, values=self.values)
        except PromQLError:  # a string that is not closed: found once more when the text is checked
            filled = Substitution.unchanged(written)
        return Query(where, text[start:end], filled, (*self.root, *path), start, sure)

    def _variable(self, index: int, item: Json) -> Iterator[Query]:
        """The query of a variable, in the forms of Grafana's Prometheus data source."""
        kind = self._kind(item.get("datasource"))
        if kind not in {_PROMETHEUS, ""}:
            return
        path: Path = ("templating", "list", index, "query")
        text = item.get("query")
        if isinstance(text, dict):
            path, text = (*path, "query"), text.get("query")
        if not isinstance(text, str) or not text.strip():
            return
        where, sure = f"variable ${item.get('name')}", kind == _PROMETHEUS
        values, result = _LABEL_VALUES.fullmatch(text), _QUERY_RESULT.fullmatch(text)
        if values and values["series"]:
            query = self._made(where, text, *values.span("series"), path, sure=sure)
            label = values["label"]
            if re.fullmatch(r"[A-Za-z_]\w*", label):
                begin, end = (offset - query.offset for offset in values.span("label"))
                pieces = (("group by (", 0, 0), (label, begin, end), (") (", 0, 0), *query.filled.pieces)
                filled = Substitution((*pieces, (")", 0, 0)))
                query = Query(where, query.written, filled, query.path, query.offset, sure)
            yield query
        elif result:
            yield self._made(where, text, *result.span("query"), path, sure=sure)
        elif not _NO_QUERY.match(text):
            yield self._made(where, text, 0, len(text), path, sure=sure)

    def _kind(self, source: object) -> str:
        """The type of a data source; empty where the dashboard does not say."""
        if isinstance(source, dict):
            if source.get("uid") == _MIXED:
                return ""
            if isinstance(source.get("type"), str) and source["type"]:
                return str(source["type"])
            source = source.get("uid")
        match = _DATASOURCE.match(source) if isinstance(source, str) else None
        if match:
            return self.kinds.get(match[1], "")
        if isinstance(source, str) and source.startswith("-- "):
            return "" if source == _MIXED else source
        return _PROMETHEUS if source == _PROMETHEUS else ""


def _same_length(text: str) -> str:
    """`[[name]]` in today's form, with the same length."""
    return _OLD_VARIABLE.sub(lambda match: "${" + match[1] + (match[2] or "") + " }", text)
