"""A matcher that no known value of its label passes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity, did_you_mean
from generator.promql.catalogue import Domain
from generator.promql.checks.contradiction import written
from generator.promql.checks.model import Finding, passes
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Match, Selector
from generator.promql.known import Known

ID = "promql/unknown-value"
SEVERITY = Severity.ERROR
TITLE = "A label value that does not exist"
DOC = (
    "None of the values that the fixture lists for a label passes the matcher, so the selector selects "
    "nothing. It is an error where the fixture's list is closed (there can be no other value) and a "
    "warning where it is a sample. Nothing is said of a label some of whose values appear only after an "
    "event, such as a failure. Correct the value, or add it to the fixture if the cluster has it."
)
NODES = (Selector,)
_LISTED = 10


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for each matcher that leaves no value."""
    assert isinstance(flow.node, Selector)  # noqa: S101  # as NODES says
    series = known.series(flow.node.metric)
    if series is None:
        return
    for matcher in flow.node.matchers:
        domain = series.metric.values.get(matcher.label)
        if domain is None or domain.after_event or matcher.value is None:
            continue
        values = domain.values if matcher.label in series.always else (*domain.values, "")
        if not any(passes(matcher, value) for value in values):
            yield _finding(matcher, domain)


def _finding(matcher: Match, domain: Domain) -> Finding:
    values = [value for value in domain.values if value]
    known = ", ".join(values[:_LISTED]) + (", ..." if len(values) > _LISTED else "")
    if domain.closed:
        cause = f"{matcher.label} can only be {known}; the selector selects nothing"
        fix = f"use one of {known}"
    else:
        cause = "a fixture's values are a sample: the matcher may be right, but nothing shows that it is"
        fix = "correct the value, or add it to the fixture"
    return Finding(
        code=ID,
        message=f"no known {matcher.label} passes {written(matcher)}",
        at=matcher.value_at,
        cause=cause,
        fix=did_you_mean(str(matcher.value), values) or fix,
        severity=SEVERITY if domain.closed else Severity.WARNING,
        selects_nothing=True,
    )
