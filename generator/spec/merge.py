"""Merging of nodes: what a tier gives, overridden field by field by what a service says."""

from __future__ import annotations

from generator.documents import Mapping, Node, Scalar


def merge(base: Node, over: Node) -> Node:
    """`over` laid over `base`: mappings key by key, everything else replaced. Places stay with the values."""
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    entries: dict[str, tuple[Scalar, Node]] = {key.text: (key, value) for key, value in base.entries}
    for key, value in over.entries:
        below = entries.get(key.text)
        if below is None:
            entries[key.text] = (key, value)
        elif key.text == "sli" and _kind(below[1]) != _kind(value):
            entries[key.text] = (key, value)  # another kind of SLI: nothing of the old one applies
        else:
            entries[key.text] = (key, merge(below[1], value))
    return Mapping(tuple(entries.values()), over.span)


def _kind(sli: Node) -> str:
    return sli.entries[0][0].text if isinstance(sli, Mapping) and sli.entries else ""
