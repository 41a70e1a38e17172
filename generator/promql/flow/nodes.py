"""An expression as the flow reads it: Prometheus' own tree, and where in the text each part of it stands.

Parentheses and unary plus are gone. `At` is a pair of offsets (code points) in the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from generator.promql.build import MatchOp

At = tuple[int, int]
ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "^", "atan2"})
COMPARISONS = frozenset({"==", "!=", ">", ">=", "<", "<="})
SETS = frozenset({"and", "or", "unless"})


class Name(NamedTuple):
    """A label's name in a grouping or a matching."""

    name: str
    at: At


class Match(NamedTuple):
    """A label matcher; `value` is None where a slot stands in its place.

    `ordinal` is the number of its value among the strings of the text.
    """

    label: str
    op: MatchOp
    value: str | None
    label_at: At
    value_at: At
    ordinal: int


class Window(NamedTuple):
    """A range or step in milliseconds; None where a slot stands in its place, or nothing."""

    milliseconds: int | None
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A number; `value` is None where a slot stands in its place."""

    value: float | None
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A string."""

    value: str
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Selector:
    """A series selector; with `window` a range of samples. `shifted` says that it has `offset` or `@`."""

    metric: str | None
    matchers: tuple[Match, ...]
    window: Window | None
    shifted: bool
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function call."""

    name: str
    arguments: tuple[Node, ...]
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Aggregation:
    """An aggregation; `clause` is empty where it has no grouping, which is the same as `by ()`."""

    operation: str
    parameter: Node | None
    operand: Node
    clause: Literal["", "by", "without"]
    labels: tuple[Name, ...]
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Binary:
    """A binary operation; `matching` is empty where neither `on` nor `ignoring` is written.

    `group` names the side with many series, and `include` the labels that it takes from the other.
    """

    operator: str
    left: Node
    right: Node
    bool_: bool
    matching: Literal["", "on", "ignoring"]
    labels: tuple[Name, ...]
    group: Literal["", "left", "right"]
    include: tuple[Name, ...]
    fills: bool
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Negation:
    """A minus sign before a vector or an operation."""

    operand: Node
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Subquery:
    """An expression read again and again over a range."""

    operand: Node
    window: Window
    step: Window
    shifted: bool
    at: At


Node = Number | Text | Selector | Call | Aggregation | Binary | Negation | Subquery


def operands(node: Node) -> tuple[Node, ...]:
    """The expressions directly inside `node`, an aggregation's parameter first."""
    match node:
        case Binary():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case Aggregation():
            return (node.operand,) if node.parameter is None else (node.parameter, node.operand)
        case Negation() | Subquery():
            return (node.operand,)
    return ()


def shape(node: Node, *, matchers: bool = True) -> object:
    """What two nodes have in common exactly if they mean the same; without `matchers` but for these."""
    own: object = "-"
    match node:
        case Number():
            own = node.value if node.value is not None else id(node)
        case Text():
            own = node.value
        case Selector():
            labels = frozenset((m.label, m.op, m.value) for m in node.matchers) if matchers else None
            own = (node.metric, labels, node.window and node.window.milliseconds)
        case Call():
            own = node.name
        case Aggregation():
            own = (node.operation, node.clause, frozenset(label.name for label in node.labels))
        case Binary():
            joined = (node.matching, frozenset(label.name for label in node.labels), node.group)
            own = (node.operator, node.bool_, joined, frozenset(label.name for label in node.include))
        case Subquery():
            own = (node.window.milliseconds, node.step.milliseconds)
    # Offsets are not read: what has one equals nothing.
    shifted = id(node) if isinstance(node, Selector | Subquery) and node.shifted else None
    return (type(node), own, shifted, *(shape(operand, matchers=matchers) for operand in operands(node)))


def selectors(node: Node) -> tuple[Selector, ...]:
    """Every selector inside `node`, in the order of the text."""
    if isinstance(node, Selector):
        return (node,)
    return tuple(found for operand in operands(node) for found in selectors(operand))
