"""A gauge's function on a counter."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, doubt, metrics
from generator.promql.checks.raw_counter import RAW
from generator.promql.flow.functions import SLOPES
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Call
from generator.promql.known import Known

ID = "promql/delta-of-counter"
SEVERITY = Severity.ERROR
TITLE = "A gauge's function on a counter"
DOC = (
    "`delta`, `idelta`, `deriv`, `predict_linear` and the smoothing functions know nothing of restarts: "
    "when a counter starts again at zero, the result is hugely negative. Use `increase` in place of "
    "`delta`, `rate` in place of `deriv`. It is a warning where the fixture infers the type from the name."
)
NODES = (Call,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for a function of gauges whose argument is a counter."""
    node = flow.node
    assert isinstance(node, Call)  # noqa: S101  # as NODES says
    del known
    if node.name not in SLOPES or flow.of[0].kind not in RAW:
        return
    yield Finding(
        code=ID,
        message=f"{node.name} of {metrics(flow.of[0].sources)}, which is a counter",
        at=node.at,
        cause="a restart of the process looks like a fall to zero",
        fix="use increase or rate, which know of restarts",
        severity=doubt(source.facts for source in flow.of[0].sources),
    )
