"""Located YAML: every leaf keeps its text, its resolved value and its place."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from generator.diagnostics import Span

ScalarValue = str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: `path` relative to the project's root with `/` between parts, and its decoded text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf.

    `text` is what was written (unquoted, unescaped); `value` is what YAML 1.2's core schema makes of it (a
    quoted or block scalar is always a string, a float is a Decimal). `style` is one of `'` `"` `|` `>` or an
    empty string for a plain scalar. `span` covers the token, quotes and block indicator included.
    """

    text: str
    value: ScalarValue
    span: Span
    style: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Key and value nodes in the order of the file; keys are strings and distinct."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        """Look up the value under `key`, or None."""
        for name, value in self.entries:
            if name.text == key:
                return value
        return None

    def key(self, name: str) -> Scalar | None:
        """Look up the key node spelled `name`, or None: where to point when the key itself is wrong."""
        for key, _ in self.entries:
            if key.text == name:
                return key
        return None


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document of a file; `root` is None when it is empty."""

    source: Source
    root: Node | None
