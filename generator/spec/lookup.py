"""What stands under a key of a mapping, where it may be missing: what every reader of a spec asks for."""

from __future__ import annotations

from typing import Any

from generator.documents import Mapping, Scalar, Sequence
from generator.documents.nodes import ScalarValue
from generator.spec.read import plain


def mapping_at(node: Mapping | None, key: str) -> Mapping | None:
    """The mapping under `key`, or None."""
    found = node.get(key) if node else None
    return found if isinstance(found, Mapping) else None


def text_at(node: Mapping | None, key: str) -> str:
    """The text of the scalar under `key`, or nothing."""
    found = node.get(key) if node else None
    return found.text if isinstance(found, Scalar) else ""


def value_at(node: Mapping | None, key: str) -> ScalarValue:
    """The value of the scalar under `key`, or None."""
    found = node.get(key) if node else None
    return found.value if isinstance(found, Scalar) else None


def is_set(node: Mapping | None, key: str) -> bool:
    """Whether `true` stands under `key`."""
    return value_at(node, key) is True


def list_at(node: Mapping | None, key: str) -> list[Any]:
    """The list under `key` as plain data, or an empty one."""
    found = node.get(key) if node else None
    return plain(found) if isinstance(found, Sequence) else []


def strings_at(node: Mapping | None, key: str) -> dict[str, str]:
    """The mapping under `key` as plain data, or an empty one."""
    found = mapping_at(node, key)
    return plain(found) if found else {}
