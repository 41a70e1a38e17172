"""Merging of nodes: what a tier gives, overridden field by field by what a service says."""

from __future__ import annotations

from generator.documents import Mapping, Node, Scalar, Sequence


def merge(base: Node, over: Node, *, named: bool = False) -> Node:
    """`over` laid over `base`: mappings key by key, everything else replaced. Places stay with the values.

    With `named`, lists of mappings that have a `name` are merged by it, in the order of `base`.
    """
    if named and _is_named(base) and _is_named(over):
        return _merge_named(base, over)
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
            entries[key.text] = (key, merge(below[1], value, named=named))
    return Mapping(tuple(entries.values()), over.span)


def _kind(sli: Node) -> str:
    return sli.entries[0][0].text if isinstance(sli, Mapping) and sli.entries else ""


def _is_named(node: Node) -> bool:
    return isinstance(node, Sequence) and bool(node.items) and all(_name(item) for item in node.items)


def _name(node: Node) -> str:
    name = node.get("name") if isinstance(node, Mapping) else None
    return name.text if isinstance(name, Scalar) else ""


def _merge_named(base: Node, over: Node) -> Node:
    assert isinstance(base, Sequence)  # noqa: S101  # as the caller found
    assert isinstance(over, Sequence)  # noqa: S101  # as above
    items = {_name(item): item for item in base.items}
    for item in over.items:
        name = _name(item)
        items[name] = merge(items[name], item, named=True) if name in items else item
    return Sequence(tuple(items.values()), over.span)
