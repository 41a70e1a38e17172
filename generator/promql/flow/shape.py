"""Which expressions have been found sound, by their shape and the binding of their labels.

A thousand services have the same expressions with other names in them. What follows from the values
themselves is judged selector by selector; the rest depends on the shape, on which of the values are equal,
and on the few strings that mean more than a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from generator.promql.flow.nodes import Match, Node, Selector, selectors
from generator.promql.lexer import unquote

# Strings, as the lexer cuts them.
_LITERAL: Final = re.compile(r"""("(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`)""")
# Labels whose values decide what an expression means: which bucket, which end of a request.
_MEANING: Final = frozenset({"le", "quantile", "reporter", "__name__"})
_MOST_SHAPES: Final = 100_000
_EMPTY: Final = len('""')


class Split(NamedTuple):
    """A text cut into what is outside of its strings, and the strings as they are written."""

    skeleton: str
    strings: tuple[str, ...]


@dataclass(slots=True)
class Shapes:
    """What was found sound in one run."""

    _known: dict[str, tuple[frozenset[int], tuple[Selector, ...]]] = field(default_factory=dict)
    _clean: set[object] = field(default_factory=set)

    def split(self, text: str) -> Split | None:
        """The text cut at its strings; None where that would lose something: a comment, a quoted name."""
        if "#" in text or "__name__" in text:
            return None
        plain = "'" not in text and "`" not in text and '\\"' not in text
        pieces = text.split('"') if plain else _LITERAL.split(text)
        strings = tuple(f'"{piece}"' for piece in pieces[1::2]) if plain else tuple(pieces[1::2])
        return Split("\0".join(pieces[::2]), strings)

    def pending(self, split: Split) -> list[Selector] | None:
        """What is left to be judged: selectors with values that were not seen; None where it is all of it."""
        known = self._known.get(split.skeleton)
        if known is None:
            return None
        free, uses = known
        if (split.skeleton, _binding(split.strings, free)) not in self._clean:
            return None
        return [_filled(use, split.strings) for use in uses if _key(use, split.strings) not in self._clean]

    def remember(self, split: Split, node: Node | None = None) -> None:
        """Note that an expression is sound: `node` is its tree where its shape is new."""
        if len(self._clean) > _MOST_SHAPES:
            self.clear()
        if node is not None:
            uses = selectors(node)
            ordinals = [match.ordinal for use in uses for match in use.matchers]
            if any(ordinal >= len(split.strings) for ordinal in ordinals):
                return  # slots
            free = frozenset(match.ordinal for use in uses for match in use.matchers if _is_name(match))
            self._known[split.skeleton] = (free, uses)
            self._clean.add((split.skeleton, _binding(split.strings, free)))
        known = self._known.get(split.skeleton)
        self._clean.update(_key(use, split.strings) for use in (known[1] if known else ()))

    def clear(self) -> None:
        """Forget everything: what is known of the series has changed."""
        self._known.clear()
        self._clean.clear()


def _is_name(match: Match) -> bool:
    """Whether another value would change nothing but which series are selected."""
    return match.op == "=" and bool(match.value) and match.label not in _MEANING


def _binding(strings: tuple[str, ...], free: frozenset[int]) -> tuple[object, ...]:
    """Of a name the number of the first string that equals it, of any other string the string itself."""
    first: dict[str, int] = {}
    return tuple(
        first.setdefault(string, index) if index in free and len(string) > _EMPTY else string
        for index, string in enumerate(strings)
    )


def _key(use: Selector, strings: tuple[str, ...]) -> tuple[object, ...]:
    """A selector with its values as they are written."""
    return (use.metric, *((m.label, m.op, strings[m.ordinal]) for m in use.matchers))


def _filled(use: Selector, strings: tuple[str, ...]) -> Selector:
    """A selector of a shape with the values of this text."""
    matchers = tuple(match._replace(value=unquote(strings[match.ordinal])) for match in use.matchers)
    return replace(use, matchers=matchers)
