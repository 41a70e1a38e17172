"""A join in which no series of one side can meet one of the other."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, metrics
from generator.promql.flow.matching import Clash, clashes
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Binary
from generator.promql.known import Known

ID = "promql/impossible-join"
SEVERITY = Severity.ERROR
TITLE = "A join that never matches"
DOC = (
    "Two vectors are combined by their labels: by all of them, by those of `on`, or by all but those of "
    "`ignoring`. Where every series of one side has a label that no series of the other has, or has it with "
    "another value, no pair ever meets. An operation and an `and` then give nothing, an `unless` removes "
    "nothing. Aggregate both sides by the same labels, or name in `on` the labels that both have."
)
NODES = (Binary,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for the first label that keeps the two sides apart."""
    del known
    node = flow.node
    assert isinstance(node, Binary)  # noqa: S101  # as NODES says
    left, right = flow.of
    if node.operator == "or" or node.fills or not (left.is_vector and right.is_vector):
        return
    clash = next(clashes(node, left, right), None)
    if clash is None:
        return
    removes = node.operator == "unless"
    named = next((label.at for label in node.labels if label.name == clash.label), None)
    yield Finding(
        code=ID,
        message=_message(node, clash, left, right),
        at=named if named and node.matching == "on" else node.at,
        cause="no two series match, so it removes nothing" if removes else "no two series match: no result",
        fix=_fix(node, clash, left, right),
        severity=SEVERITY,
        selects_nothing=not removes,
    )


def _message(node: Binary, clash: Clash, left: Flow, right: Flow) -> str:
    label = clash.label
    if clash.lacking is None:
        first, second = clash.values
        return f'{label} is "{first}" on the left of {node.operator} and "{second}" on its right'
    side = "left" if clash.lacking is left else "right"
    has = right if clash.lacking is left else left
    reason = clash.lacking.labels.reason(label)
    why = f"{metrics(clash.lacking.sources)} has none" if reason.missing else reason.why(label)
    return f"{metrics(has.sources)} always has {label}, but the {side} side of {node.operator} never: {why}"


def _fix(node: Binary, clash: Clash, left: Flow, right: Flow) -> str:
    if clash.lacking is None:
        return f"leave {clash.label} out of the join, with ignoring ({clash.label})"
    shared = sorted((left.labels.known & right.labels.known) - {clash.label})
    if node.matching == "on":
        return f"join on {', '.join(shared)}" if shared else "join on labels that both sides have"
    return f"aggregate both sides by the same labels, or add ignoring ({clash.label}) and group_left"
