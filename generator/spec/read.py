"""The generic reader: a structurally sound node becomes a frozen record, field by field from the type hints.

A record's field `min_failures` is read from the key `minFailures`, `for_` from `for`. A field whose text
cannot be converted is reported at its own place; a stand-in takes its place, so that the search for mistakes
can go on.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast

from generator.diagnostics import Diagnostics, Span
from generator.documents import Mapping as MappingNode
from generator.documents import Node, Scalar, Sequence
from generator.promql.build import Matcher
from generator.promql.duration import Duration
from generator.sli.model import PromQL
from generator.spec.content import Prose
from generator.spec.percent import Percent, parse_percent

R = TypeVar("R")
Converter = Callable[[Any, Diagnostics], Any]


def read(record: type[R], node: MappingNode, diagnostics: Diagnostics) -> R:
    """Build `record` from the keys of `node`, which has passed `structure.check` for its fragment."""
    values: dict[str, Any] = {}
    fields = _plan(cast("Hashable", record))
    for key, value in node.entries:
        if key.text in fields:
            name, converter = fields[key.text]
            converted = converter(value, diagnostics)
            if converted is not None:
                values[name] = converted
    if _has_places(cast("Hashable", record)):
        values["at"] = places(node)
    return record(**values)


def places(node: MappingNode) -> dict[str, Span]:
    """Where each value of `node` was written; the empty key holds the first key's place, for the whole."""
    at = {key.text: value.span for key, value in node.entries}
    at[""] = node.entries[0][0].span if node.entries else node.span
    return at


def camel(name: str) -> str:
    """The YAML spelling of a record's field."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(part.capitalize() for part in rest)


@cache
def _has_places(record: Hashable) -> bool:
    return any(field.name == "at" for field in dataclasses.fields(cast("type[Any]", record)))


@cache
def _plan(record: Hashable) -> Mapping[str, tuple[str, Converter]]:
    hints = typing.get_type_hints(record)
    names = [field.name for field in dataclasses.fields(cast("type[Any]", record)) if field.name != "at"]
    return {camel(name): (name, _converter(hints[name])) for name in names}


def _converter(hint: Any) -> Converter:  # noqa: PLR0911  # one line per kind of field
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        return _one_of([_converter(argument) for argument in arguments if argument is not types.NoneType])
    if origin is tuple:
        return _items(_converter(arguments[0]))
    if hint in _TEXT_TYPES:
        return _from_text(*_TEXT_TYPES[hint])
    if hint in {PromQL, Prose}:
        return lambda node, _: hint(node.text, node)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return lambda node, diagnostics: read(hint, node, diagnostics)
    if origin is not None and issubclass(origin, Mapping):
        return _entries(arguments[1])
    if hint is Decimal:
        return lambda node, _: Decimal(node.value)
    return lambda node, _: node.value


def _one_of(converters: list[Converter]) -> Converter:
    """The only converter, or of two the first for a text and the second for a number."""
    if len(converters) == 1:
        return converters[0]
    of_text, of_number = converters

    def convert(node: Scalar, diagnostics: Diagnostics) -> Any:
        return (of_text if isinstance(node.value, str) else of_number)(node, diagnostics)

    return convert


def _entries(hint: Any) -> Converter:
    """Of a mapping's values, prose keeps its place; everything else is plain data."""
    if hint is Prose:
        return lambda node, _: {key.text: Prose(value.text, value) for key, value in node.entries}
    return lambda node, _: {key.text: plain(value) for key, value in node.entries}


def plain(node: Node) -> Any:
    """The node as plain Python data; numbers with a fraction are Decimal."""
    if isinstance(node, MappingNode):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value


def _items(convert: Converter) -> Converter:
    def convert_all(node: Sequence, diagnostics: Diagnostics) -> Any:
        converted = [convert(item, diagnostics) for item in node.items]
        return tuple(item for item in converted if item is not None)

    return convert_all


def _from_text(parse: Callable[[str], Any], stand_in: Any) -> Converter:
    def convert(node: Scalar, diagnostics: Diagnostics) -> Any:
        try:
            return parse(node.text)
        except ValueError as error:
            diagnostics.error("spec/value", str(error), node.span)
            return stand_in

    return convert


def _matcher(text: str) -> Matcher:
    from generator.promql.error import PromQLError
    from generator.promql.tokens import parse_matcher

    try:
        return parse_matcher(text)
    except PromQLError as error:
        msg = f"not a label matcher: {error}"
        raise ValueError(msg) from error


# How a text is converted, and what stands in for one that cannot be: a matcher can be left out, a duration
# cannot.
_TEXT_TYPES: Mapping[Any, tuple[Callable[[str], Any], Any]] = {
    Duration: (Duration.parse, Duration(1)),
    Matcher: (_matcher, None),
    Percent: (parse_percent, Percent(Decimal(0))),
}
