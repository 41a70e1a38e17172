"""Which expressions have been found sound, by their shape and the binding of their labels.

A thousand services have the same expressions with other names in them. What follows from the values
themselves is judged selector by selector; the rest depends on the shape, on which of the values are equal,
and on the few strings that mean more than a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from generator.promql.flow.nodes import Match, Node, selectors

# Strings and comments, as the lexer cuts them.
_LITERAL: Final = re.compile(r"""("(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`|\#[^\n]*)""")
# Labels whose values decide what an expression means: which bucket, which end of a request.
_MEANING: Final = frozenset({"le", "quantile", "reporter", "__name__"})
_MOST_SHAPES: Final = 100_000


class Split(NamedTuple):
    """A text cut into what is outside of its strings, and the strings as they are written."""

    skeleton: str
    strings: tuple[str, ...]


class _Selector(NamedTuple):
    metric: str | None
    labels: tuple[tuple[str, str], ...]
    ordinals: tuple[int, ...]


@dataclass(slots=True)
class Shapes:
    """What was found sound in one run."""

    _selectors: dict[str, tuple[frozenset[int], tuple[_Selector, ...]]] = field(default_factory=dict)
    _clean: set[object] = field(default_factory=set)

    def split(self, text: str) -> Split | None:
        """The text cut at its strings; None where that would lose something: a comment, a quoted name."""
        pieces = _LITERAL.split(text)
        strings = tuple(pieces[1::2])
        if any(string[0] == "#" for string in strings) or "__name__" in text:
            return None
        return Split("\0".join(pieces[::2]), strings)

    def is_clean(self, split: Split) -> bool:
        """Whether the shape with this binding, and each selector with these values, was found sound."""
        known = self._selectors.get(split.skeleton)
        if known is None:
            return False
        free, uses = known
        clean = self._clean
        return (split.skeleton, _binding(split.strings, free)) in clean and all(
            _key(use, split.strings) in clean for use in uses
        )

    def remember(self, split: Split, node: Node) -> None:
        """Note that an expression is sound."""
        if len(self._clean) > _MOST_SHAPES:
            self.clear()
        uses = tuple(
            _Selector(
                use.metric,
                tuple((match.label, match.op) for match in use.matchers),
                tuple(match.ordinal for match in use.matchers),
            )
            for use in selectors(node)
        )
        if any(ordinal >= len(split.strings) for use in uses for ordinal in use.ordinals):
            return  # slots
        free = frozenset(
            match.ordinal for use in selectors(node) for match in use.matchers if _is_name(match)
        )
        self._selectors[split.skeleton] = (free, uses)
        self._clean.add((split.skeleton, _binding(split.strings, free)))
        self._clean.update(_key(use, split.strings) for use in uses)

    def clear(self) -> None:
        """Forget everything: what is known of the series has changed."""
        self._selectors.clear()
        self._clean.clear()


def _is_name(match: Match) -> bool:
    """Whether another value would change nothing but which series are selected."""
    return match.op == "=" and bool(match.value) and match.label not in _MEANING


def _binding(strings: tuple[str, ...], free: frozenset[int]) -> tuple[object, ...]:
    """Of a name the number of the first string that equals it, of any other string the string itself."""
    first: dict[str, int] = {}
    return tuple(
        first.setdefault(string, index) if index in free and len(string) > 2 else string
        for index, string in enumerate(strings)
    )


def _key(use: _Selector, strings: tuple[str, ...]) -> tuple[object, ...]:
    return (use.metric, use.labels, tuple(strings[ordinal] for ordinal in use.ordinals))
