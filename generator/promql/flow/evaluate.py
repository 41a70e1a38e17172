"""From an expression to what is known of its result and of every part of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from generator.promql.flow import interval as of_interval
from generator.promql.flow.aggregation import aggregated
from generator.promql.flow.binary import combined, number
from generator.promql.flow.functions import called
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import (
    Aggregation,
    Binary,
    Call,
    Negation,
    Node,
    Number,
    Selector,
    Subquery,
    Text,
    operands,
)
from generator.promql.flow.read import read
from generator.promql.flow.selector import selected
from generator.promql.known import Known, Record


def flow_of(text: str, known: Known) -> Flow:
    """What is known of the result of PromQL text; raises PromQLError where it is none."""
    return evaluate(read(text), known)


def evaluate(node: Node, known: Known) -> Flow:  # noqa: PLR0911  # one for each kind of node
    """What is known of the result of `node`, and in `of` of every part of it."""
    match node:
        case Selector():
            return selected(node, known)
        case Number():
            return number(node)
        case Text():
            return Flow(node=node, type="string")
    of = tuple(evaluate(operand, known) for operand in operands(node))
    match node:
        case Binary():
            return combined(node, *of)
        case Call():
            return called(node, of)
        case Aggregation():
            return aggregated(node, of)
        case Subquery():
            return replace(of[0], node=node, of=of, type="matrix")
        case Negation():
            interval = of_interval.negate(of[0].interval)
            return replace(of[0], node=node, of=of, interval=interval)


def record_of(flow: Flow, labels: Iterable[str] = ()) -> Record:
    """What the series of a recording rule are whose expression has this flow and that adds `labels`."""
    return Record(flow.kind, flow.unit, flow.interval, flow.labels.sure.union(labels))
