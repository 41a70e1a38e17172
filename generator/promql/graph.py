"""Who defines a series and who reads it: recordings and their readers, over rules and dashboards together.

What no single expression shows: a recording that nobody defines, one that nothing reads, and recordings that
read each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from generator.diagnostics import Diagnostics, Related, Span, did_you_mean
from generator.promql.build import Matcher
from generator.promql.flow.nodes import selectors
from generator.promql.flow.read import read
from generator.promql.parse import parse
from generator.promql.regex import matches
from generator.promql.tree import Expr, children, matchers, metric_name

Where = Callable[[str], Span | None]
"""From a word of an expression to its place."""

_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_QUOTED_NAME = re.compile(r"[{,(]\s*['\"]")
_RECORDING = ":"  # the mark of a recording rule's name (prometheus.io, "Recording rules")


@dataclass(frozen=True, slots=True)
class Reads:
    """The metrics that an expression reads.

    `names` stand outside of `or`; of each pair in `either` one side is enough. `patterns` are matchers on the
    name itself.
    """

    names: tuple[str, ...] = ()
    either: tuple[tuple[Reads, Reads], ...] = ()
    patterns: tuple[Matcher, ...] = ()

    def every_name(self) -> Iterator[str]:
        """All names, those of every branch included."""
        yield from self.names
        for left, right in self.either:
            yield from left.every_name()
            yield from right.every_name()

    def every_pattern(self) -> Iterator[Matcher]:
        """All matchers on names."""
        yield from self.patterns
        for left, right in self.either:
            yield from left.every_pattern()
            yield from right.every_pattern()

    def missing(self, exists: Callable[[str], bool]) -> list[str]:
        """The names that leave the expression without a result because they do not exist."""
        found = [name for name in self.names if not exists(name)]
        for left, right in self.either:
            dead = left.missing(exists), right.missing(exists)
            found += dead[0] + dead[1] if all(dead) else []
        return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: in words, such as `alert "Slow"`, and the recording that it writes, empty for none."""

    words: str = "an expression"
    record: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    reader: Reader
    reads: Reads
    where: Where


@dataclass(slots=True, eq=False)
class RuleGraph:
    """The recordings and readers of one run.

    `records` are the places where each recording is defined. Those of `contract` are for people outside, and
    need no reader here. `whole` says that everything that may read is in the graph.
    """

    whole: bool = True
    records: dict[str, list[Span | None]] = field(default_factory=dict)
    contract: set[str] = field(default_factory=set)
    readings: list[_Reading] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    patterns: set[Matcher] = field(default_factory=set)

    def define(self, record: str, span: Span | None, *, contract: bool = False) -> None:
        """Add a recording rule."""
        places = self.records.setdefault(record, [])
        if contract:
            self.contract.add(record)  # each of thousands of SLOs has it
        if not (contract and places):
            places.append(span)

    def add(self, text: str, reader: Reader, where: Where) -> None:
        """Add what a sound expression reads."""
        reads = _reads(text)
        names = set(reads.every_name())
        self.read |= names - {reader.record}
        self.patterns.update(reads.every_pattern())
        if reader.record or any(is_recording(name) for name in names):
            self.readings.append(_Reading(reader, reads, where))

    def reads(self, name: str) -> bool:
        """Whether anything reads the series called `name`."""
        if name in self.read:
            return True
        return any(_passes(pattern, name) for pattern in self.patterns)


def is_recording(name: str) -> bool:
    """Whether a name is one that only recording rules give."""
    return _RECORDING in name


def check_graph(
    graph: RuleGraph, exists: Callable[[str], bool], diagnostics: Diagnostics, *, closed: bool
) -> None:
    """Report what is wrong between rules and their readers.

    `exists` says which other series there are, such as those of fixtures; with `closed` there are no others.
    """
    known = graph.records.keys()
    _check_undefined(graph, lambda name: name in known or exists(name), diagnostics, closed=closed)
    _check_cycles(graph, diagnostics)
    if graph.whole:
        _check_unused(graph, diagnostics)


def _check_undefined(
    graph: RuleGraph, exists: Callable[[str], bool], diagnostics: Diagnostics, *, closed: bool
) -> None:
    """One finding for each recording that nobody defines, with all of its readers."""
    readers: dict[str, list[_Reading]] = {}
    for reading in graph.readings:
        for name in dict.fromkeys(reading.reads.missing(exists)):
            if is_recording(name):
                readers.setdefault(name, []).append(reading)
    report = diagnostics.error if closed else diagnostics.warning
    for name, found in readers.items():
        first, *others = sorted(found, key=lambda one: _order(one.where(name)))
        where = [(one, one.where(name)) for one in others]
        report(
            "promql/undefined-record",
            f"no rule records {name}, which {first.reader.words} reads",
            first.where(name),
            cause="there are no such series; what reads them has no result"
            if closed
            else "none of the rules that were given writes it, and no fixture holds it",
            fix=did_you_mean(name, graph.records) or "add the rule, or correct the name",
            related=[Related(span, f"{one.reader.words} reads it too") for one, span in where if span],
        )


def _order(span: Span | None) -> tuple[str, int, int]:
    return (span.path, span.line, span.column) if span else ("", 0, 0)


def _check_cycles(graph: RuleGraph, diagnostics: Diagnostics) -> None:
    """Two or more recordings that read each other; one that reads its own past is a known way to remember."""
    edges: dict[str, set[str]] = {}
    for reading in graph.readings:
        if reading.reader.record:
            names = set(reading.reads.every_name()) & graph.records.keys()
            edges.setdefault(reading.reader.record, set()).update(names - {reading.reader.record})
    for cycle in _cycles(edges):
        spans = [span for name in cycle for span in graph.records[name][:1]]
        first, *others = spans
        path = " -> ".join((*cycle, cycle[0]))
        diagnostics.error(
            "promql/cycle",
            f"recordings read each other: {path}",
            first,
            cause="each waits for the other's last result; the numbers depend on the order of evaluation",
            fix="let one of them read what the other reads",
            related=[
                Related(span, f"{name} is recorded here")
                for name, span in zip(cycle[1:], others, strict=True)
                if span
            ],
        )


def _cycles(edges: dict[str, set[str]]) -> Iterator[list[str]]:
    """One cycle for each group of names that reach each other, without recursion."""
    reach = _components(edges)
    for component in reach:
        if len(component) > 1:
            start = min(component)
            yield _shortest(start, edges, component)


def _components(edges: dict[str, set[str]]) -> Iterable[set[str]]:
    """The strongly connected components (Kosaraju)."""
    order: list[str] = []
    seen: set[str] = set()
    for root in sorted(edges):
        stack = [(root, iter(sorted(edges.get(root, ()))))] if root not in seen else []
        seen.add(root)
        while stack:
            name, following = stack[-1]
            fresh = next((one for one in following if one not in seen), None)
            if fresh is None:
                order.append(name)
                stack.pop()
            else:
                seen.add(fresh)
                stack.append((fresh, iter(sorted(edges.get(fresh, ())))))
    back: dict[str, set[str]] = {}
    for name, targets in edges.items():
        for target in targets:
            back.setdefault(target, set()).add(name)
    assigned: set[str] = set()
    for root in reversed(order):
        component, waiting = set(), [root]
        while waiting:
            name = waiting.pop()
            if name not in assigned:
                assigned.add(name)
                component.add(name)
                waiting += back.get(name, ())
        if component:
            yield component


def _shortest(start: str, edges: dict[str, set[str]], within: set[str]) -> list[str]:
    """The shortest way from `start` back to it."""
    came: dict[str, str] = {}
    level = [start]
    while level:
        following = []
        for name in level:
            for target in sorted(edges.get(name, set()) & within):
                if target == start:
                    path = [name]
                    while path[-1] != start:
                        path.append(came[path[-1]])
                    return path[::-1]
                if target not in came:
                    came[target] = name
                    following.append(target)
        level = following
    return [start]


def _check_unused(graph: RuleGraph, diagnostics: Diagnostics) -> None:
    for record, spans in graph.records.items():
        if record in graph.contract or graph.reads(record):
            continue
        diagnostics.warning(
            "promql/unused-record",
            f"nothing reads {record}",
            spans[0],
            cause="no rule, panel, variable or annotation here does; Prometheus evaluates it all the same",
            fix="remove it, unless somebody reads it elsewhere",
        )


def names_read(text: str) -> frozenset[str]:
    """The metrics that PromQL text reads by name; raises PromQLError where it is none."""
    return frozenset(_reads(text).every_name())


def _reads(text: str) -> Reads:
    """What a text reads; slots in it (`build.Slot`) stand for literals."""
    # Metrics stand outside of strings, unless a matcher names them.
    shape = text if "__name__" in text or _QUOTED_NAME.search(text) else _STRING.sub('"x"', text)
    return _of_slots(shape) if "\0" in text else _of_shape(shape)


@lru_cache(maxsize=16_384)
def _of_shape(text: str) -> Reads:
    return _of_tree(parse(text))


@lru_cache(maxsize=4_096)
def _of_slots(text: str) -> Reads:
    return Reads(tuple(dict.fromkeys(one.metric for one in selectors(read(text)) if one.metric)))


def _of_tree(tree: Expr) -> Reads:
    names: list[str] = []
    patterns: list[Matcher] = []
    either: list[tuple[Reads, Reads]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        kind = type(node).__name__
        if kind == "VectorSelector":
            name = metric_name(node)
            if name is not None:
                names.append(name)
            else:
                patterns += [matcher for matcher in matchers(node) if matcher.label == "__name__"] or [_ANY]
        elif kind == "BinaryExpr" and str(node.op) == "or":
            either.append((_of_tree(node.lhs), _of_tree(node.rhs)))
        else:
            waiting += children(node)
    return Reads(tuple(dict.fromkeys(names)), tuple(either), tuple(dict.fromkeys(patterns)))


# A selector that does not name its metric may read anything.
_ANY = Matcher("__name__", "=~", ".+")


def _passes(matcher: Matcher, name: str) -> bool:
    wanted = str(matcher.value)
    same = matches(wanted, name) if matcher.op in {"=~", "!~"} else wanted == name
    return same == (matcher.op in {"=~", "="})
