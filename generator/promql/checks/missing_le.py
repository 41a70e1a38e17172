"""Buckets of a histogram without the label that tells them apart."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, metrics
from generator.promql.flow.aggregation import CHOOSING, written
from generator.promql.flow.model import Flow, Source
from generator.promql.flow.nodes import Aggregation, Call
from generator.promql.flow.selector import bounds
from generator.promql.known import Known

ID = "promql/missing-le"
SEVERITY = Severity.ERROR
TITLE = "Buckets without le"
DOC = (
    "A classic histogram's buckets are cumulative series that `le` tells apart. An aggregation that drops "
    "`le` adds them up, so that a request counts once for each bucket it fits into; and "
    "`histogram_quantile` needs `le`, without it the result is empty. Keep `le` in the `by` of the "
    "aggregation, select one bucket with a matcher on `le`, or read the `_count` series for all requests."
)
NODES = (Aggregation, Call)
_NEED = frozenset({"histogram_quantile", "histogram_quantiles", "histogram_fraction"})
_HARMLESS = frozenset({"count", "group", "count_values", *CHOOSING})


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """Findings for aggregations that lose `le`, and for quantiles of what never had it."""
    del known
    node = flow.node
    operand = flow.of[-1] if isinstance(node, Aggregation) else _histogram(flow)
    if operand is None:
        return
    if isinstance(node, Aggregation):
        if node.operation in _HARMLESS or not operand.buckets or not flow.labels.impossible("le"):
            return
        if all(_one_bucket(source) for source in operand.sources if _is_bucket(source)):
            return
        yield Finding(
            code=ID,
            message=f"{written(node)} takes le away from the buckets of {metrics(operand.sources)}",
            at=node.at,
            cause="buckets are cumulative: a request counts once for each bucket that it fits into",
            fix="keep le, with by (le, ...); or select one bucket, or read the _count series",
            severity=SEVERITY,
        )
    elif isinstance(node, Call) and operand.labels.impossible("le") and operand.kind != "native":
        reason = operand.labels.reason("le")
        if not reason.missing and any(_is_bucket(source) for source in operand.sources):
            return  # the aggregation has been found
        yield Finding(
            code=ID,
            message=f"{node.name} reads {metrics(operand.sources)}, which has no buckets",
            at=node.at,
            cause="without le the result is empty",
            fix="read the series that end in _bucket, and keep le in every aggregation",
            severity=SEVERITY,
            selects_nothing=True,
        )


def _histogram(flow: Flow) -> Flow | None:
    """The vector that a function takes for a histogram."""
    node = flow.node
    if not isinstance(node, Call) or node.name not in _NEED:
        return None
    return next((one for one in flow.of if one.is_vector and one.sources), None)


def _is_bucket(source: Source) -> bool:
    return bool(source.facts and source.facts.series and source.facts.series.is_bucket)


def _one_bucket(source: Source) -> bool:
    """Whether the matchers leave at most one bucket; a slot stands for one."""
    matchers = [m for m in source.node.matchers if m.label == "le"]
    return any(m.value is None for m in matchers) or len(list(bounds(source))) <= 1
