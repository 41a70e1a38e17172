"""A label of a grouping or a join that an operation before it took away."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks import unknown_label
from generator.promql.checks.model import Finding, nearest
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Aggregation, Binary
from generator.promql.known import Known

ID = "promql/lost-label"
SEVERITY = Severity.ERROR
TITLE = "A label that is no longer there"
DOC = (
    "A `by`, an `on` or a `group_left` names a label that the metric has, but that an aggregation, a join "
    "or a matcher beneath it took away. The grouping then puts all series into one group, and the join "
    "compares less than it says. Keep the label further inside, for example in the `by` of the inner "
    "aggregation, or remove it here."
)
NODES = (Aggregation, Binary)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for each label that is named and was lost."""
    del known
    for label, beneath, cause in unknown_label.named(flow):
        reason = beneath.labels.reason(label.name)
        if not reason.missing or not beneath.sources:
            why = reason.why(label.name)
            yield Finding(
                code=ID,
                message=f"no series has the label {label.name} here: {why}",
                at=label.at,
                cause=cause,
                fix=nearest(label.name, beneath.labels.known)
                or reason.fix
                or f"keep {label.name} in what stands inside, or remove it here",
                severity=SEVERITY,
            )
