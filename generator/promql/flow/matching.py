"""Vector matching: which labels two vectors are joined by, whether they can meet, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from generator.promql.flow.aggregation import CHOOSING
from generator.promql.flow.labels import Labels, Reason, State
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import SETS, Aggregation, Binary, Node, Number
from generator.promql.flow.selector import bounds, enumerated


@dataclass(frozen=True, slots=True)
class Clash:
    """A label for which no series of one side can meet one of the other; `lacking` is the side without it.

    `lacking` is None where both have it, with other values.
    """

    label: str
    lacking: Flow | None
    values: tuple[str, str] = ("", "")


def compared(node: Binary, left: Flow, right: Flow) -> frozenset[str]:
    """The labels that are known by name and must be equal on both sides."""
    names = frozenset(label.name for label in node.labels)
    if node.matching == "on":
        return names
    return (left.labels.known | right.labels.known) - names


def clashes(node: Binary, left: Flow, right: Flow) -> Iterator[Clash]:
    """Why no series of one side can meet one of the other."""
    for label in sorted(compared(node, left, right)):
        states = left.labels.state(label), right.labels.state(label)
        if states == (State.GUARANTEED, State.IMPOSSIBLE):
            yield Clash(label, right)
        elif states == (State.IMPOSSIBLE, State.GUARANTEED):
            yield Clash(label, left)
        else:
            values = left.pins.get(label), right.pins.get(label)
            if values[0] is not None and values[1] is not None and values[0] != values[1]:
                yield Clash(label, None, (values[0], values[1]))


def repeated(node: Binary, side: Flow) -> str | None:
    """A label in which several series of `side` differ that the join takes for one; None where none is known.

    Only what differs independently of the compared labels counts: kinds such as codes, and the buckets of a
    histogram. Whether names differ, such as pods, nobody can tell from labels alone.
    """
    names = {label.name for label in node.labels}
    if _one_each(side.node, names, on=node.matching == "on"):
        return None
    for label in sorted(side.labels.sure):
        matched = label in names if node.matching == "on" else label not in names
        if matched or label in side.pins:
            continue
        sources = [source for source in side.sources if source.facts and source.facts.series]
        if label == "le" and side.buckets:
            if all(sum(1 for _ in bounds(source)) > 1 for source in sources):
                return label
        elif sources and len(sources) == len(side.sources) and all(enumerated(s, label) for s in sources):
            return label
    return None


def _one_each(node: Node, names: set[str], *, on: bool) -> bool:
    """Whether an expression keeps one series for each compared combination: `topk by (x) (1, ...)`."""
    if not isinstance(node, Aggregation) or node.operation not in CHOOSING or node.clause == "without":
        return False
    one = isinstance(node.parameter, Number) and node.parameter.value == 1
    groups = {label.name for label in node.labels}
    return one and (groups <= names if on else not groups & names)


def joined(node: Binary, left: Flow, right: Flow) -> Labels:
    """The labels of the result."""
    names = [label.name for label in node.labels]
    if node.operator == "or":
        return left.labels.either(right.labels)
    if node.operator in SETS:
        return left.labels
    if not node.group:
        labels = left.labels.both(right.labels)
        reason = Reason(f"{node.matching} ({', '.join(names)})", at=node.at)
        if node.matching == "on":
            return labels.keep(names, reason)
        return labels.drop(names, reason) if names else labels
    many, one = (left, right) if node.group == "left" else (right, left)
    labels = many.labels
    for label in node.include:
        state = one.labels.state(label.name)
        if state is State.IMPOSSIBLE:
            labels = labels.drop((label.name,), one.labels.reason(label.name))
        else:
            labels = labels.add(label.name, sure=state is State.GUARANTEED)
    if node.matching == "on":
        for name in names:
            if not labels.impossible(name) and one.labels.state(name) is State.GUARANTEED:
                labels = labels.add(name, sure=True)
    return labels


def pins(node: Binary, left: Flow, right: Flow, labels: Labels) -> dict[str, str]:
    """The labels that have one value on all series of the result."""
    if node.operator == "or":
        shared = left.pins.items() & right.pins.items()
        return dict(sorted(shared))
    if node.operator in SETS:
        return dict(left.pins)
    if not node.group:
        both = chain(right.pins.items(), left.pins.items())
        return {label: value for label, value in both if not labels.impossible(label)}
    many, one = (left, right) if node.group == "left" else (right, left)
    included = {label.name for label in node.include}
    kept = {label: value for label, value in many.pins.items() if label not in included}
    kept.update((label, value) for label, value in one.pins.items() if label in included)
    return kept
