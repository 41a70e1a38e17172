"""The report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.diagnostics.terminal import safe
from generator.diff.model import Change, Difference
from generator.diff.words import Section, lines_of, sections

_MOST_NAMES = 10


def report(differences: Sequence[Difference], revision: str) -> str:
    """A section for each thing, or for those that changed alike; a line for each change."""
    del revision  # it stands in the command
    return "\n".join("".join(f"{line}\n" for line in _section(each)) for each in sections(differences))


def _section(section: Section) -> Iterator[str]:
    shown, more = section.names[:_MOST_NAMES], len(section.names) - _MOST_NAMES
    listed = ", ".join(map(safe, shown)) + (f" and {more} more" if more > 0 else "")
    yield f"{section.kind} {listed}" + (f": {section.state}" if section.state else "")
    for change in section.changes:
        yield from _change(change)


def _change(change: Change) -> Iterator[str]:
    yield f"  {change.sign} {safe(change.words)}"
    if change.in_full:
        yield from (f"      - {safe(line)}" for line in lines_of(change.before))
        yield from (f"      + {safe(line)}" for line in lines_of(change.after))
