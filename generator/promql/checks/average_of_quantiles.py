"""Quantiles that are summed or averaged."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, doubt, metrics
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Aggregation, Call
from generator.promql.known import Known

ID = "promql/average-of-quantiles"
SEVERITY = Severity.ERROR
TITLE = "An average of quantiles"
DOC = (
    "The average of percentiles is no percentile of anything: a pod with two requests weighs as much as one "
    "with a million. The same holds for their sum, and for an average over time. Aggregate the buckets and "
    "take the quantile last: `histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m])))`. Quantiles of a "
    "summary cannot be aggregated at all; their highest, with `max`, is a bound."
)
NODES = (Aggregation, Call)
_BLENDS = frozenset({"avg", "sum", "avg_over_time", "sum_over_time"})


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for a sum or an average of quantiles."""
    del known
    node = flow.node
    name = node.operation if isinstance(node, Aggregation) else node.name if isinstance(node, Call) else ""
    if name not in _BLENDS or flow.of[-1].kind != "quantile":
        return
    operand = flow.of[-1]
    yield Finding(
        code=ID,
        message=f"{name} of quantiles of {metrics(operand.sources)}",
        at=node.at,
        cause="it is no quantile of anything: few requests weigh as much as many",
        fix="aggregate the buckets first, with sum by (le, ...), and take the quantile last; or use max",
        severity=doubt(source.facts for source in operand.sources),
    )
