"""How the same is done to many things: one after the other, or at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Spread(Protocol):
    """`map`, or what does its work in several processes.

    What is spread is a function of its item, which changes nothing that others see, and its results can be
    pickled. What has to be done once for all items, or in their order, is done with the results.
    """

    def __call__(self, function: Callable[[_Item], _Result], items: Sequence[_Item], /) -> Iterable[_Result]:
        """Give the result of `function` for each of `items`, in their order."""
