"""The flow of an aggregation: which labels are left, and what becomes of the numbers."""

from __future__ import annotations

from typing import Final

from generator.promql.flow.interval import ANYTHING, ONE, Interval
from generator.promql.flow.labels import Labels, Reason
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Aggregation, Text
from generator.promql.flow.units import PLAIN, Unit
from generator.promql.known import Kind

# These keep series as they are.
CHOOSING: Final = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_WITHIN: Final = frozenset({"avg", "min", "max", "quantile", *CHOOSING})


def aggregated(node: Aggregation, of: tuple[Flow, ...]) -> Flow:
    """What an aggregation yields; `of` ends with the flow of its operand."""
    operand = of[-1]
    if node.operation in CHOOSING:
        labels = operand.labels
    else:
        labels = grouped(node, operand.labels)
        if node.operation == "count_values" and isinstance(node.parameter, Text):
            labels = labels.add(node.parameter.value, sure=True)
    kind, unit, interval = _numbers(node.operation, operand)
    return Flow(
        node=node,
        of=of,
        kind=kind,
        unit=unit,
        interval=interval,
        labels=labels,
        pins={label: value for label, value in operand.pins.items() if not labels.impossible(label)},
        buckets=operand.buckets and not labels.impossible("le"),
        sources=operand.sources,
    )


def grouped(node: Aggregation, labels: Labels) -> Labels:
    """The labels that the grouping leaves."""
    reason = Reason(written(node), at=node.at)
    names = [label.name for label in node.labels]
    return labels.drop(names, reason) if node.clause == "without" else labels.keep(names, reason)


def written(node: Aggregation) -> str:
    """The aggregation and its grouping as they are written."""
    if not node.clause:
        return node.operation
    return f"{node.operation} {node.clause} ({', '.join(label.name for label in node.labels)})"


def _numbers(  # noqa: PLR0911  # one for each kind of aggregation
    operation: str, operand: Flow
) -> tuple[Kind, Unit | None, Interval]:
    interval, kind = operand.interval, operand.kind
    summed: Kind = "total" if kind in {"counter", "total"} else kind
    if operation == "sum":
        if kind in {"quantile", "info"}:
            summed = "gauge"
        low = interval.low if interval.low >= 0 else -float("inf")
        high = float("inf") if interval.high > 0 else interval.high
        return summed, operand.unit, Interval(low, high, nan=interval.nan)
    if operation in CHOOSING:
        return kind, operand.unit, interval
    if operation in _WITHIN:
        return summed, operand.unit, interval
    if operation == "group":
        return "number", PLAIN, ONE
    if operation == "count":
        return "count", PLAIN, Interval(1, nan=False)
    if operation == "count_values":
        return "count", PLAIN, Interval(1, nan=False)
    if operation in {"stddev", "stdvar"}:
        return "gauge", operand.unit if operation == "stddev" else None, Interval(0)
    return "unknown", None, ANYTHING
