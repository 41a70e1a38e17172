"""A rate of something that is no counter."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, doubt, metrics
from generator.promql.flow.functions import RATES
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Call
from generator.promql.known import Known

ID = "promql/rate-of-gauge"
SEVERITY = Severity.ERROR
TITLE = "A rate of what is no counter"
DOC = (
    "`rate`, `irate` and `increase` take every decrease for a counter's restart and add what was there "
    "before. Of a gauge, of a quantile or of another rate the result is a number without meaning, always "
    "positive. Use `deriv` or `delta` for the change of a gauge, `avg_over_time` for its average, or read "
    "the counter. It is a warning where the fixture only infers from the name that the metric is a gauge."
)
NODES = (Call,)
_WORDS = {"gauge": "a gauge", "info": "always 1", "quantile": "a quantile", "rate": "a rate already"}


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for a rate whose argument is known to be something else than a counter."""
    node = flow.node
    assert isinstance(node, Call)  # noqa: S101  # as NODES says
    del known
    if node.name not in RATES or flow.of[0].kind not in _WORDS:
        return
    operand = flow.of[0]
    yield Finding(
        code=ID,
        message=f"{node.name} of {metrics(operand.sources)}, which is {_WORDS[operand.kind]}",
        at=node.at,
        cause="every decrease is taken for a counter's restart, so the result is too high",
        fix="use deriv or delta for the change of a gauge, or avg_over_time for its average",
        severity=doubt(source.facts for source in operand.sources),
    )
