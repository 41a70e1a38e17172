"""A rate of a sum of counters."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, metrics
from generator.promql.flow.functions import RATES
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Call
from generator.promql.known import Known

ID = "promql/rate-of-sum"
SEVERITY = Severity.ERROR
TITLE = "A rate of a sum of counters"
DOC = (
    "When one of several processes restarts, the sum of their counters falls, but not to zero. A rate of "
    "the sum takes the rest for new events: a spike for every restart, and the larger the longer the others "
    "have been running. Take the rate of each counter and sum the rates. It happens with a subquery, or "
    "through a recording rule that sums raw counters."
)
NODES = (Call,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for a rate of summed counters."""
    node = flow.node
    assert isinstance(node, Call)  # noqa: S101  # as NODES says
    del known
    if node.name not in RATES or flow.of[0].kind != "total":
        return
    yield Finding(
        code=ID,
        message=f"{node.name} of a sum of counters, of {metrics(flow.of[0].sources)}",
        at=node.at,
        cause="a restart of one process makes the sum fall, and all of the rest is counted as new",
        fix=f"take the {node.name} of each counter and sum that: sum({node.name}(...))",
        severity=SEVERITY,
    )
