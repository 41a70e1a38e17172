"""Typed reading of located nodes: what is not as expected is reported at its place and left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from generator.diagnostics import Diagnostics, did_you_mean
from generator.documents import Mapping as MappingNode
from generator.documents import Node, Scalar
from generator.documents import Sequence as SequenceNode
from generator.promql.duration import Duration

T = TypeVar("T")
Fields = Mapping[str, Node]

_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class FieldReader:
    """Reads nodes of a catalogue; every method reports and goes on."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics

    def wrong(self, node: Node, message: str, fix: str) -> None:
        """Report a value that cannot be taken."""
        self.diagnostics.error("catalogue/value", message, node.span, fix=fix)

    def fields(self, node: Node | None, known: Sequence[str], what: str) -> Fields:
        """The entries of a mapping under known keys; `what` names it in messages."""
        if not isinstance(node, MappingNode):
            if node is not None:
                self.wrong(node, f"{what} is not a mapping", f"write keys such as {', '.join(known[:3])}")
            return {}
        for key, _ in node.entries:
            if key.text not in known:
                fix = did_you_mean(key.text, known) or f"known are {', '.join(known)}"
                message = f"{what} has no key {key.text}"
                self.diagnostics.error("catalogue/unknown-key", message, key.span, fix=fix)
        return {key.text: value for key, value in node.entries if key.text in known}

    def each(self, node: Node | None, what: str, read: Callable[[Scalar, Node], T | None]) -> dict[str, T]:
        """Each entry of a mapping, read by `read`, which returns None for one to be left out."""
        if not isinstance(node, MappingNode):
            if node is not None:
                self.wrong(node, f"{what} is not a mapping", "write one entry per line as name: value")
            return {}
        found = {key.text: read(key, value) for key, value in node.entries}
        return {name: value for name, value in found.items() if value is not None}

    def scalars(self, node: Node | None, what: str) -> tuple[Scalar, ...]:
        """A list of strings with their places; numbers and booleans count as they are written."""
        if node is None:
            return ()
        items = node.items if isinstance(node, SequenceNode) else ()
        found = tuple(item for item in items if isinstance(item, Scalar) and item.value is not None)
        if not isinstance(node, SequenceNode) or len(found) < len(items):
            self.wrong(node, f"{what} is not a list of strings", "write [first, second]; quote what is empty")
        return found

    def strings(self, node: Node | None, what: str) -> tuple[str, ...]:
        """A list of strings."""
        return tuple(item.text for item in self.scalars(node, what))

    def text(self, fields: Fields, key: str) -> str:
        """A string, empty where there is none."""
        node = fields.get(key)
        if node is None:
            return ""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node.value
        fix = f'quote it: "{node.text}"' if isinstance(node, Scalar) else "write a string"
        self.wrong(node, f"{key} is not a string", fix)
        return ""

    def flag(self, fields: Fields, key: str) -> bool:
        """A boolean, false where there is none."""
        node = fields.get(key)
        if node is None or (isinstance(node, Scalar) and isinstance(node.value, bool)):
            return isinstance(node, Scalar) and node.value is True
        self.wrong(node, f"{key} is neither true nor false", "write true or false")
        return False

    def duration(self, fields: Fields, key: str) -> Duration | None:
        """A duration such as `15s`, None where there is none."""
        node = fields.get(key)
        if node is None:
            return None
        try:
            return Duration.parse(node.text if isinstance(node, Scalar) else "")
        except ValueError:
            self.wrong(node, f"{key} is not a duration", "write one such as 15s, 1m or 45d")
            return None

    def is_label(self, name: Scalar) -> bool:
        """Whether `name` may be a label's; reported if not."""
        if _LABEL_NAME.fullmatch(name.text):
            return True
        self.wrong(name, f"not a label name: {name.text}", "use letters, digits and _")
        return False
