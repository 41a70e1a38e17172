"""The flow of a binary operation."""

from __future__ import annotations

from generator.promql.flow import interval as of_interval
from generator.promql.flow.interval import ANYTHING, SHARE, Interval, exactly
from generator.promql.flow.labels import Labels
from generator.promql.flow.matching import joined, pins
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import (
    COMPARISONS,
    SETS,
    Aggregation,
    Binary,
    Call,
    Node,
    Number,
    Selector,
    Subquery,
    Window,
    operands,
    selectors,
    shape,
)
from generator.promql.flow.units import Unit, product, quotient, scaled
from generator.promql.known import Kind

_GROWING = frozenset({"sum", "max", "rate", "irate", "increase", "sum_over_time", "max_over_time"})
_INTERVALS = {
    "+": of_interval.add,
    "-": lambda left, right: of_interval.add(left, of_interval.negate(right)),
    "*": of_interval.multiply,
    "/": of_interval.divide,
    "%": of_interval.modulo,
    "^": of_interval.power,
}


def combined(node: Binary, left: Flow, right: Flow) -> Flow:
    """What a binary operation yields."""
    of = (left, right)
    if left.type == right.type == "scalar":
        labels, kept = Labels(), dict[str, str]()
    elif left.type == "scalar" or right.type == "scalar":
        vector = right if left.type == "scalar" else left
        labels, kept = vector.labels, dict(vector.pins)
    else:
        labels = joined(node, left, right)
        kept = pins(node, left, right, labels)
    kind, unit, interval = _numbers(node, left, right)
    return Flow(
        node=node,
        of=of,
        type="scalar" if left.type == right.type == "scalar" else "vector",
        kind=kind,
        unit=unit,
        interval=interval,
        labels=labels,
        pins=kept,
        buckets=_buckets(node, left, right) and not labels.impossible("le"),
        sources=left.sources if node.operator in {"and", "unless"} else left.sources + right.sources,
    )


def _buckets(node: Binary, left: Flow, right: Flow) -> bool:
    if node.operator == "or":
        return left.buckets and right.buckets
    return left.buckets or (right.buckets and node.operator not in SETS)


def _numbers(node: Binary, left: Flow, right: Flow) -> tuple[Kind, Unit | None, Interval]:
    operator = node.operator
    if operator in {"and", "unless"}:
        return left.kind, left.unit, left.interval
    if operator == "or":
        kind: Kind = left.kind if left.kind == right.kind else "unknown"
        unit = left.unit if left.unit == right.unit else None
        return kind, unit, left.interval.hull(right.interval)
    if operator in COMPARISONS:
        return _compared(node, left, right)
    return _calculated(node, left, right)


def _compared(node: Binary, left: Flow, right: Flow) -> tuple[Kind, Unit | None, Interval]:
    if node.bool_ or left.type == right.type == "scalar":
        return "number", Unit("1"), SHARE
    if left.type == "scalar":  # the vector's samples pass
        mirrored = {">": "<", "<": ">", ">=": "<=", "<=": ">="}.get(node.operator, node.operator)
        return right.kind, right.unit, of_interval.restrict(mirrored, right.interval, left.interval)
    return left.kind, left.unit, of_interval.restrict(node.operator, left.interval, right.interval)


def _calculated(node: Binary, left: Flow, right: Flow) -> tuple[Kind, Unit | None, Interval]:
    operator = node.operator
    calculate = _INTERVALS.get(operator)
    interval = ANYTHING if calculate is None or node.fills else calculate(left.interval, right.interval)
    if operator == "/" and is_share(node):
        interval = SHARE._replace(nan=interval.nan)
    kind = _kind(operator, left, right)
    unit: Unit | None = None
    if operator in {"+", "-"}:
        unit = right.unit if isinstance(left.node, Number) else left.unit
        if (
            not isinstance(left.node, Number)
            and not isinstance(right.node, Number)
            and left.unit != right.unit
        ):
            unit = None
    elif operator == "*":
        literal = [flow for flow in (left, right) if isinstance(flow.node, Number)]
        if len(literal) == 1:
            unit = scaled((right if literal[0] is left else left).unit, literal[0].interval.point)
        else:
            unit = product(left.unit, right.unit)
    elif operator == "/" and isinstance(right.node, Number):
        point = right.interval.point
        unit = scaled(left.unit, 1 / point if point else None)
    elif operator == "/" and not isinstance(left.node, Number):
        unit = quotient(left.unit, right.unit)
    elif operator == "%":
        unit = left.unit
    return kind, unit, interval


def _kind(operator: str, left: Flow, right: Flow) -> Kind:  # noqa: PLR0911  # one for each rule
    """A counter stays one when it is scaled or joined with what is none; a difference of two is a gauge."""
    kinds = {left.kind, right.kind}
    raw = kinds & {"counter", "total"}
    plain = kinds <= {"counter", "total", "number", "info"}
    if raw and operator in {"*", "/"} and plain and not (operator == "/" and right.kind in raw):
        return "total" if "total" in raw else "counter"
    if raw and operator == "+" and plain:
        return "total"
    if kinds == {"number"}:
        return "number"
    if operator in {"*", "/"} and left.kind in {"rate", "quantile"} and isinstance(right.node, Number):
        return left.kind
    if operator == "*" and right.kind in {"rate", "quantile"} and isinstance(left.node, Number):
        return right.kind
    if kinds == {"rate"} and operator in {"+", "-"}:
        return "rate"
    return "unknown" if "unknown" in kinds else "gauge"


def is_share(node: Binary) -> bool:
    """Whether a division tells which share of something a part of the same is: it cannot exceed 1.

    Both sides are the same but for further matchers above the line, or for one of a histogram's buckets above
    and its count below.
    """
    numerator, denominator = unfiltered(node.left), unfiltered(node.right)
    above, below = selectors(numerator), selectors(denominator)
    if len(above) != 1 or len(below) != 1:
        return False
    part, whole = above[0], below[0]
    inside = {(m.label, m.op, m.value) for m in whole.matchers}
    outside = {(m.label, m.op, m.value) for m in part.matchers}
    if part.shifted or whole.shifted or not inside <= outside or any(value is None for *_, value in outside):
        return False
    return (
        _same_events(part, whole)
        and _grows(numerator)
        and _frame(numerator, part) == _frame(denominator, whole)
    )


def unfiltered(node: Node) -> Node:
    """What a comparison with a number filters, such as `x` of `x > 0`."""
    while isinstance(node, Binary) and node.operator in COMPARISONS and not node.bool_:
        if not isinstance(node.right, Number):
            break
        node = node.left
    return node


def _grows(node: Node) -> bool:
    """Whether more events can only make the result larger."""
    match node:
        case Aggregation():
            grows = node.operation in _GROWING
        case Call():
            grows = node.name in _GROWING
        case _:
            grows = isinstance(node, Selector | Subquery)
    return grows and all(_grows(operand) for operand in operands(node))


def _same_events(part: Selector, whole: Selector) -> bool:
    if part.metric is None or whole.metric is None or part.metric == whole.metric:
        return part.metric is not None and part.metric == whole.metric
    stem = part.metric.removesuffix("_bucket")
    return whole.metric == f"{stem}_count" and any(m.label == "le" for m in part.matchers)


def _frame(node: Node, selector: Selector) -> object:
    """The form of what stands around a selector, in which the selector has no name."""
    return _replaced(shape(node, matchers=False), shape(selector, matchers=False), selector.window)


def _replaced(frame: object, selector: object, window: Window | None) -> object:
    if frame == selector:
        return window and window.milliseconds
    if isinstance(frame, tuple):
        return tuple(_replaced(part, selector, window) for part in frame)
    return frame


def number(node: Number) -> Flow:
    """The flow of a literal."""
    return Flow(node=node, type="scalar", kind="number", unit=Unit("1"), interval=exactly(node.value))
