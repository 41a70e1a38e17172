"""A metric that no fixture and no recording rule knows."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Selector
from generator.promql.graph import is_recording
from generator.promql.known import Known

ID = "promql/unknown-metric"
SEVERITY = Severity.ERROR
TITLE = "A metric that does not exist"
DOC = (
    "The expression reads a metric that is in no fixture and that no recording rule of the project writes. "
    "Prometheus gives an empty result for it and no error: an alert on it never fires, a panel stays "
    "blank. Correct the name, or add the metric to a fixture if the cluster has it. A classic histogram "
    "has no series under its own name, only `_bucket`, `_sum` and `_count`. In `a or b` one of the two may "
    "be missing."
)
NODES = (Selector,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for a selector whose metric has no series."""
    assert isinstance(flow.node, Selector)  # noqa: S101  # as NODES says
    name = flow.node.metric
    if name is None or known.catalogue is None or known.exists(name):
        return
    if known.graph is not None and is_recording(name):
        return  # the graph tells of it, once for all of its readers
    whole = name.removesuffix("_bucket").removesuffix("_count").removesuffix("_sum")
    facts = known.facts(whole) if whole != name else None
    if facts and facts.kind == "native":
        cause = f"{whole} is a native histogram, which has series under its own name only"
        fix = (
            "query it with histogram_count and histogram_fraction; a telemetry profile says native: true "
            "under duration"
        )
    elif known.exists(f"{name}_count"):
        cause = "it is a classic histogram, which has no series under its own name"
        parts = [part for part in (f"{name}_bucket", f"{name}_sum", f"{name}_count") if known.exists(part)]
        fix = f"query {', '.join(parts[:-1])} or {parts[-1]}" if parts[:-1] else f"query {parts[0]}"
    else:
        cause = "no fixture holds it and no recording rule writes it, so the expression reads nothing"
        fix = known.nearest(name) or "correct the name, or add the metric to a fixture"
    yield Finding(
        code=ID,
        message=f"there are no series called {name}",
        at=flow.node.at,
        cause=cause,
        fix=fix,
        severity=SEVERITY,
        selects_nothing=True,
    )
