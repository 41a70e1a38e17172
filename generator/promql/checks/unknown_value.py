"""A matcher that no known value of its label passes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity, did_you_mean
from generator.promql.build import Matcher
from generator.promql.catalogue import Domain
from generator.promql.checks.model import Finding, Known, passes
from generator.promql.outline import Grouped, Selected

ID = "promql/unknown-value"
SEVERITY = Severity.ERROR
TITLE = "A label value that does not exist"
DOC = (
    "None of the values that the fixture lists for a label passes the matcher, so the selector selects "
    "nothing. It is an error where the fixture's list is closed (there can be no other value) and a "
    "warning where it is a sample. Nothing is said of a label some of whose values appear only after an "
    "event, such as a failure. Correct the value, or add it to the fixture if the cluster has it."
)
_LISTED = 10


def check(subject: Selected | Grouped, known: Known) -> Iterator[Finding]:
    """A finding for each matcher that leaves no value."""
    series = known.series(subject.metric) if isinstance(subject, Selected) else None
    if series is None or not isinstance(subject, Selected):
        return
    for matcher in subject.matchers:
        domain = series.metric.values.get(matcher.label)
        if domain is None or domain.after_event:
            continue
        values = domain.values if matcher.label in series.always else (*domain.values, "")
        if not any(passes(matcher, value) for value in values):
            yield _finding(matcher, domain)


def _finding(matcher: Matcher, domain: Domain) -> Finding:
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
        message=f"no known {matcher.label} passes {matcher}",
        word=str(matcher.value),
        cause=cause,
        fix=did_you_mean(str(matcher.value), values) or fix,
        severity=SEVERITY if domain.closed else Severity.WARNING,
        selects_nothing=True,
    )
