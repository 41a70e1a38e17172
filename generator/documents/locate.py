"""Places inside the scalars of a project's files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from generator.diagnostics import Span
from generator.documents.nodes import Scalar, Source
from generator.documents.place import place_in_scalar

Place = Callable[[int, int], Span]
"""From two offsets in a text to the place where its author wrote that stretch."""


@dataclass(frozen=True, slots=True)
class Locator:
    """The files of a run by path, in which places are looked up when a finding needs one."""

    sources: Mapping[str, Source] = field(default_factory=dict)

    def within(self, node: Scalar) -> Place:
        """Places in the text of `node`; the whole of it where its file is not at hand."""

        def place(start: int, end: int) -> Span:
            source = self.sources.get(node.span.path)
            return place_in_scalar(node, source, start, end) if source else node.span

        return place
