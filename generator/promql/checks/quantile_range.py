"""A quantile that is none."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, literal
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Aggregation, Call, Node
from generator.promql.known import Known

ID = "promql/quantile-range"
SEVERITY = Severity.ERROR
TITLE = "A quantile outside of 0 to 1"
DOC = (
    "Quantiles are shares: the 99th percentile is 0.99. Above 1 Prometheus returns infinity, below 0 "
    "negative infinity, and no error."
)
NODES = (Aggregation, Call)
_ARGUMENT = {"histogram_quantile": (0, 1), "quantile_over_time": (0, 1), "histogram_quantiles": (2, None)}


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for each literal that is no quantile."""
    del known
    node = flow.node
    quantiles: tuple[Node, ...] = ()
    if isinstance(node, Aggregation) and node.operation == "quantile" and node.parameter is not None:
        quantiles = (node.parameter,)
    elif isinstance(node, Call) and node.name in _ARGUMENT:
        quantiles = node.arguments[slice(*_ARGUMENT[node.name])]
    for quantile in quantiles:
        value = literal(quantile)
        if value is None or 0 <= value <= 1:
            continue
        percent = 1 < value <= 100
        yield Finding(
            code=ID,
            message=f"{value:g} is no quantile",
            at=quantile.at,
            cause=f"quantiles lie between 0 and 1; the result is {'' if value > 1 else '-'}Inf",
            fix=f"write {value / 100:g}" if percent else "use a number from 0 to 1",
            severity=SEVERITY,
        )
