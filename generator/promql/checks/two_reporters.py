"""Requests of a mesh counted at both ends."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, metrics
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Aggregation, Match
from generator.promql.flow.selector import values
from generator.promql.known import Known

ID = "promql/two-reporters"
SEVERITY = Severity.ERROR
TITLE = "Requests counted at both ends"
DOC = (
    "Istio reports a request twice, by the caller's proxy (`reporter=\"source\"`) and by the callee's "
    '(`reporter="destination"`). A sum over both counts it twice where both have a proxy, and once where '
    'one has none, so that not even a ratio is right. Select one reporter: `reporter="destination"` for '
    'what a service answered, `reporter="source"` for what its callers saw. `by (reporter)` keeps them apart.'
)
NODES = (Aggregation,)
_BOTH = {"source", "destination"}


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for a sum or an average over both reporters."""
    del known
    node = flow.node
    assert isinstance(node, Aggregation)  # noqa: S101  # as NODES says
    operand = flow.of[-1]
    if node.operation not in {"sum", "avg"} or not flow.labels.impossible("reporter"):
        return
    if operand.labels.impossible("reporter"):
        return
    for source in operand.sources:
        if set(values(source, "reporter") or ()) >= _BOTH and not _slotted(source.node.matchers):
            yield Finding(
                code=ID,
                message=f"{node.operation} counts the requests of {metrics([source])} at both ends",
                at=source.node.at,
                cause="the caller's proxy reports a request and the callee's does again",
                fix='select one: reporter="destination", or reporter="source" for what callers saw',
                severity=SEVERITY,
            )
            return


def _slotted(matchers: tuple[Match, ...]) -> bool:
    return any(m.label == "reporter" and m.value is None for m in matchers)
