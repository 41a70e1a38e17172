"""What reports of every form share: headings, and things that changed alike as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.diff.model import Change, Difference

_KINDS = {
    "platform": "Platform",
    "service": "Service",
    "slo": "SLO",
    "pack": "Alert pack",
    "dashboard": "Dashboard",
    "file": "File",
}
_ADDED = {"+": "new", "-": "removed"}


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind that changed in the same way, and how."""

    kind: str
    names: tuple[str, ...]
    state: str
    changes: tuple[Change, ...]


def sections(differences: Iterable[Difference]) -> Iterator[Section]:
    """The differences in their order; of things that changed alike, the first names all."""
    alike: dict[tuple[object, ...], tuple[Difference, list[str]]] = {}
    for each in differences:
        shown = tuple(
            (change.sign, change.words, (change.before, change.after) if change.in_full else None)
            for change in each.changes
        )
        alike.setdefault((each.kind, each.sign, shown), (each, []))[1].append(_called(each))
    for first, names in alike.values():
        yield Section(_KINDS[first.kind], tuple(names), _ADDED.get(first.sign, ""), first.changes)


def _called(each: Difference) -> str:
    """A thing by its name; a dashboard by its title, and by its uid where that is new or gone."""
    if not each.title:
        return each.name
    return f'"{each.title}"' + (f" ({each.name})" if each.sign in _ADDED else "")


def summary(differences: Iterable[Difference]) -> str:
    """How much changed, in a line."""
    counts: dict[str, int] = {}
    for each in differences:
        counts[each.kind] = counts.get(each.kind, 0) + 1
    if not counts:
        return "No differences."
    return f"Different: {', '.join(f'{count} {_plural(kind, count)}' for kind, count in counts.items())}."


def _plural(kind: str, count: int) -> str:
    word = "SLO" if kind == "slo" else "alert pack" if kind == "pack" else kind
    return word if count == 1 else f"{word}s"


def lines_of(text: str) -> list[str]:
    """The lines of a text; none of an empty one."""
    return text.split("\n") if text else []
