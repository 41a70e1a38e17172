"""Small YAML documents from plain data: block style, every string quoted, so that nobody misreads one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.delivery.prometheus import header, quoted

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)?")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def document(content: Mapping[str, Any], source: str, comments: Sequence[str] = ()) -> str:
    """A document with the head that says where it comes from and `comments`, each on a line.

    Strings, whole numbers, truth values, lists and mappings are written, in the order in which they stand.
    """
    said = "".join(f"# {comment}\n" for comment in comments)
    return f"{header(source)}{said}" + "".join(f"{line}\n" for line in _mapping(content))


def _mapping(content: Mapping[str, Any]) -> Iterator[str]:
    for key, value in content.items():
        name = key if _PLAIN_KEY.fullmatch(key) and key.casefold() not in _WORDS else quoted(key)
        if isinstance(value, Mapping | list) and value:
            yield f"{name}:"
            yield from (f"  {line}" for line in _block(value))
        else:
            yield f"{name}: {_scalar(value)}"


def _block(value: Mapping[str, Any] | list[Any]) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _mapping(value)
        return
    for item in value:
        if isinstance(item, Mapping | list) and item:
            first, *rest = _block(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
        else:
            yield f"- {_scalar(item)}"


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    return "{}" if isinstance(value, Mapping) else "[]"
