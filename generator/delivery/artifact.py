"""What a delivery format yields: a file of the output tree, still in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, order=True)
class Artifact:
    """A generated file.

    `path` is relative to the output folder with `/` between parts; `text` its whole content; `source` the
    path of the input file that it comes from, relative to the project's root (the platform file for what
    belongs to the whole project).
    """

    path: str
    text: str
    source: str

    def below(self, folder: str) -> Artifact:
        """The same file in `folder` of the output tree; an empty one is the tree itself."""
        return replace(self, path=f"{folder}/{self.path}") if folder else self
