"""The parser's events to located nodes.

Events are read instead of composed nodes, because events still show aliases and tags. So depth, size and
alias expansion are bounded while reading, and nothing is ever constructed from a tag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from generator.diagnostics import Related, Span
from generator.documents.characters import describe, hidden_characters
from generator.documents.core_schema import resolve
from generator.documents.limits import MAX_ALIASED_NODES, MAX_DEPTH, MAX_NODES, FileFindings
from generator.documents.marks import Event, Marks
from generator.documents.nodes import Mapping, Node, Scalar, ScalarValue, Sequence, Source
from generator.documents.place import place_in_scalar

# libyaml's parser is some ten times faster; a PyYAML built without it has only its own.
LOADER: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_CORE = "tag:yaml.org,2002:"
_MERGE = "<<"
_STRING_TAGS = (None, "!", _CORE + "str")


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an anchor names: a node, the nodes that a walk meets in it, how many collections deep it goes."""

    node: Node | None
    size: int
    height: int


class NodeReader:
    """Reads the documents of one file; merge keys (`<<`) are followed with `merge_keys`, and else refused.

    A `level` is the number of collections around a node. `_nodes` counts every node as often as a walk over
    the result would meet it; `_deepest` is the highest level reached inside the anchored node at hand.
    """

    def __init__(self, source: Source, findings: FileFindings, *, merge_keys: bool = False) -> None:
        self._source = source
        self._merge_keys = merge_keys
        self._marks = Marks(source)
        self._findings = findings
        self._next_event: Callable[[], Event] = LOADER(source.text).get_event
        self._anchors: dict[str, _Anchored | None] = {}  # None while the anchored node is being read
        self._nodes = 0
        self._aliased_nodes = 0
        self._deepest = 0

    def roots(self) -> Iterator[Node | None]:
        """Yield the root of each document, None for an empty one.

        Raises `FileAbandonedError` when a limit is passed (already reported) and `yaml.YAMLError` on
        syntax errors.
        """
        self._next_event()  # start of the stream
        while isinstance(self._next_event(), yaml.DocumentStartEvent):
            self._anchors.clear()
            event = self._next_event()
            is_empty = isinstance(event, yaml.ScalarEvent) and event.start_mark.index == event.end_mark.index
            root = self._node(event, 0)
            yield None if is_empty else root
            self._next_event()  # end of the document

    def _node(self, event: Event, level: int) -> Node | None:
        """Read the node that starts with `event`; None when it was reported and nothing can stand for it."""
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, level)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._findings.too_many_nodes(self._marks.span(event))
        if event.anchor is None:
            return self._content(event, level)
        nodes_before, deepest_before = self._nodes - 1, self._deepest
        self._deepest = level
        self._anchors[event.anchor] = None
        node = self._content(event, level)
        self._anchors[event.anchor] = _Anchored(node, self._nodes - nodes_before, self._deepest - level)
        self._deepest = max(self._deepest, deepest_before)
        return node

    def _content(self, event: Event, level: int) -> Node:
        """Read a scalar, list or mapping, its anchor put aside."""
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if level >= MAX_DEPTH:
            self._findings.too_deep(self._marks.span(event))
        self._deepest = max(self._deepest, level + 1)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, level + 1)
        return self._mapping(event, level + 1)

    def _sequence(self, start: Event, level: int) -> Sequence:
        self._check_collection_tag(start, "seq")
        items: list[Node] = []
        while not isinstance(event := self._next_event(), yaml.SequenceEndEvent):
            node = self._node(event, level)
            if node is not None:
                items.append(node)
        return Sequence(tuple(items), self._marks.collection_span(start, event, items))

    def _mapping(self, start: Event, level: int) -> Mapping:
        self._check_collection_tag(start, "map")
        entries: dict[str, tuple[Scalar, Node]] = {}
        parts: list[Node] = []
        while not isinstance(event := self._next_event(), yaml.MappingEndEvent):
            key = self._key(event, level)
            value = self._node(self._next_event(), level)
            parts += [part for part in (key, value) if part is not None]
            if key is None or value is None:
                continue
            if key.text in entries:
                self._duplicate_key(key, entries[key.text][0])
            else:
                entries[key.text] = key, value
        span = self._marks.collection_span(start, event, parts)
        merged = entries.pop(_MERGE) if _MERGE in entries and _merges(entries[_MERGE][0]) else None
        return Mapping(tuple(self._with_merged(entries, merged).values()), span)

    def _with_merged(
        self, entries: dict[str, tuple[Scalar, Node]], merged: tuple[Scalar, Node] | None
    ) -> dict[str, tuple[Scalar, Node]]:
        """The entries of a mapping with those that it lacks from the mappings behind its merge key.

        Of these the first that has a key wins (yaml.org/type/merge.html), as in Prometheus' reader.
        """
        if merged is None:
            return entries
        key, value = merged
        for each in value.items if isinstance(value, Sequence) else (value,):
            if not isinstance(each, Mapping):
                self._findings.report(
                    "yaml/merge-key",
                    "a merge key (<<) takes a mapping, or a list of mappings",
                    key.span,
                    fix="write the alias of a mapping, or the keys themselves",
                )
                break
            for name, entry in each.entries:
                entries.setdefault(name.text, (name, entry))
        return entries

    def _key(self, event: Event, level: int) -> Scalar | None:
        """Read a key as written: `on` and `1` are the strings "on" and "1"; None when it was refused."""
        node = (
            self._node(event, level) if not isinstance(event, yaml.ScalarEvent) else self._key_scalar(event)
        )
        if not isinstance(node, Scalar) or isinstance(event, yaml.AliasEvent):
            span = self._marks.span(event)
            self._findings.report(
                "yaml/key", "a key must be a string", span, fix="write a plain string as the key"
            )
            return None
        if _merges(node) and not self._merge_keys:
            self._findings.report(
                "yaml/merge-key",
                "merge keys (<<) are not supported",
                node.span,
                cause="YAML 1.2 has none, and which of two values wins is easily misread",
                fix="write the keys out",
            )
            return None
        return node

    def _key_scalar(self, event: Event) -> Scalar | None:
        """Read a scalar in the place of a key; None when it is not a string."""
        self._nodes += 1
        if event.tag not in _STRING_TAGS or not (event.value or event.style):
            return None
        key = self._checked(
            Scalar(event.value, event.value, self._marks.scalar_span(event), event.style or "")
        )
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(key, 1, 0)
        return key

    def _scalar(self, event: Event) -> Scalar:
        text, style = event.value, event.style or ""
        span = self._marks.scalar_span(event)
        value: ScalarValue = text
        if event.tag is not None:
            value = self._tagged_value(event.tag, text, self._marks.span(event))
        elif not style:
            value, doubt = resolve(text)
            if doubt is not None:
                self._findings.report(doubt.code, doubt.message, span, cause=doubt.cause, fix=doubt.fix)
        return self._checked(Scalar(text, value, span, style))

    def _tagged_value(self, tag: str, text: str, span: Span) -> ScalarValue:
        """Value under an explicit tag, which must be one of JSON's types and fit the text."""
        if tag in _STRING_TAGS:
            return text
        value, doubt = resolve(text)
        kinds = {type(None): "null", bool: "bool", int: "int"}
        if doubt is None and not isinstance(value, str) and tag == _CORE + kinds.get(type(value), "float"):
            return value
        self._refuse_tag(tag, span)
        return text

    def _check_collection_tag(self, event: Event, kind: str) -> None:
        if event.tag not in (None, "!", _CORE + kind):
            self._refuse_tag(event.tag, self._marks.span(event))

    def _refuse_tag(self, tag: str, span: Span) -> None:
        shown = "!!" + tag.removeprefix(_CORE) if tag.startswith(_CORE) else tag
        self._findings.report(
            "yaml/tag",
            f"the tag {shown} is not supported here",
            span,
            cause="only JSON's types are read, and a tag must fit its value",
            fix="remove the tag; quote the value if it is text",
        )

    def _checked(self, scalar: Scalar) -> Scalar:
        """Pass a scalar on; escapes in it may spell hidden characters that raw text may not hold."""
        offset = next(hidden_characters(scalar.text), None) if scalar.style == '"' else None
        if offset is not None:
            self._findings.report(
                "yaml/hidden-character",
                f"the text holds the invisible character {describe(scalar.text[offset])}",
                place_in_scalar(scalar, self._source, offset, offset + 1),
                cause="it can make a text read differently from what it is",
                fix="remove the escape",
            )
        return scalar

    def _alias(self, event: Event, level: int) -> Node | None:
        """Find the node that an alias stands for, counted as if it were written out."""
        span = self._marks.span(event)
        name = event.anchor or ""
        anchored = self._anchors.get(name)
        if anchored is None:
            self._refuse_alias(name, span)
            return None
        self._nodes += anchored.size
        self._aliased_nodes += anchored.size
        if self._aliased_nodes > MAX_ALIASED_NODES or self._nodes > MAX_NODES:
            self._findings.too_many_nodes(span)
        if level + anchored.height > MAX_DEPTH:
            self._findings.too_deep(span)
        self._deepest = max(self._deepest, level + anchored.height)
        return anchored.node

    def _refuse_alias(self, name: str, span: Span) -> None:
        if name in self._anchors:
            self._findings.report(
                "yaml/recursive-alias",
                f"the alias *{name} stands inside the value that it names",
                span,
                cause="the value would contain itself without end",
                fix="write the value out",
            )
        else:
            self._findings.report(
                "yaml/unknown-alias",
                f"no anchor &{name} stands before this alias",
                span,
                fix="define the anchor first, or quote the value if it is text",
            )

    def _duplicate_key(self, key: Scalar, first: Scalar) -> None:
        self._findings.report(
            "yaml/duplicate-key",
            f'the key "{key.text}" stands twice in one mapping',
            key.span,
            cause="many readers silently keep only the last one",
            fix="remove one of them",
            related=(Related(first.span, "first given here"),),
        )


def _merges(key: Scalar) -> bool:
    """Whether a key is a merge key; in quotes it is a key like any other."""
    return key.text == _MERGE and not key.style
