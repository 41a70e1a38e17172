"""Things of two projects side by side, by what names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from generator.diff.model import Sign

K = TypeVar("K", bound="Any")
V = TypeVar("V")


def pairs(before: Mapping[K, V], after: Mapping[K, V]) -> Iterator[tuple[K, V | None, V | None]]:
    """Every key of either side in order, with what each side has for it."""
    for key in sorted(before.keys() | after.keys()):
        yield key, before.get(key), after.get(key)


def texts(before: Mapping[K, str], after: Mapping[K, str]) -> Iterator[tuple[K, str, str]]:
    """The same for texts, where none is an empty one."""
    for key, old, new in pairs(before, after):
        yield key, old or "", new or ""


def the_one(before: V | None, after: V | None) -> V:
    """What only one of the two projects has, or the newer of both."""
    found = after if after is not None else before
    assert found is not None  # noqa: S101  # each pair has one at least
    return found


def sign_of(before: object, after: object) -> Sign:
    """How a thing changed, going by what there is before and after: one of them at least."""
    if before and after:
        return "~"
    return "+" if after else "-"
