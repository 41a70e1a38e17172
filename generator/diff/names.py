"""Things that are gone, and new under another name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

K = TypeVar("K", bound="Any")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Name:
    """The other name of a thing; `said` by the definition (`renamedFrom`), or guessed."""

    other: Any
    said: bool


def renamed(
    gone: Mapping[K, V],
    added: Mapping[K, V],
    said: Callable[[V], Iterable[K]],
    alike: Callable[[V, V], bool],
) -> dict[K, Name]:
    """The other name of each thing that has one, by its name before and its name now.

    What is new says its former names (`said`); where it says none, it may be what is gone and `alike`, once.
    """
    names: dict[K, Name] = {}
    left = dict(sorted(gone.items()))
    for key, thing in sorted(added.items()):
        for was in said(thing):
            if left.pop(was, None) is not None:
                names |= {was: Name(key, said=True)}
                names.setdefault(key, Name(was, said=True))
    for key, thing in sorted(added.items()):
        match = next((was for was, other in left.items() if key not in names and alike(other, thing)), None)
        if match is not None:
            del left[match]
            names |= {match: Name(key, said=False), key: Name(match, said=False)}
    return names
