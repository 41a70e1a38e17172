"""A text in which tokens of another text are replaced, and the way back from its places to the other's.

What a user wrote is checked after its tokens were replaced; a finding must still point at the user's word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Substitution:
    """Pieces in order, each with the offsets (code points) of the stretch of the original it stands for."""

    pieces: tuple[tuple[str, int, int], ...]

    @classmethod
    def unchanged(cls, text: str) -> Substitution:
        """A text in which nothing was replaced."""
        return cls(((text, 0, len(text)),))

    @cached_property
    def text(self) -> str:
        """The text after the replacement."""
        return "".join(piece for piece, _, _ in self.pieces)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original; a replaced token counts as a whole."""
        begin, _ = self._original(start)
        _, stop = self._original(max(end - 1, start))
        return begin, max(stop if end > start else begin, begin)

    def _original(self, offset: int) -> tuple[int, int]:
        """The stretch of the original that one character comes from."""
        passed = 0
        for piece, start, end in self.pieces:
            if offset < passed + len(piece):
                inside = start + offset - passed
                return (inside, inside + 1) if len(piece) == end - start else (start, end)
            passed += len(piece)
        last = self.pieces[-1][2] if self.pieces else 0
        return last, last
