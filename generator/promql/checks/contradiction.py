"""Two matchers on one label that no series can pass together."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, Known, passes
from generator.promql.outline import Grouped, Selected

ID = "promql/contradiction"
SEVERITY = Severity.ERROR
TITLE = "Matchers that exclude each other"
DOC = (
    "A selector demands one value of a label and, with another matcher on the same label, refuses it. No "
    "series passes both. It happens when matchers of an SLO are added to a selector that already has one "
    "for the label, such as the reporter. Remove one of the two."
)


def check(subject: Selected | Grouped, known: Known) -> Iterator[Finding]:  # as all checks
    """A finding for each equality that another matcher on its label refuses."""
    if not isinstance(subject, Selected):
        return
    wanted = {matcher.label: matcher for matcher in subject.matchers if matcher.op == "="}
    for matcher in subject.matchers:
        equality = wanted.get(matcher.label)
        if equality is not None and not passes(matcher, str(equality.value)):
            yield Finding(
                code=ID,
                message=f"no series passes both {matcher} and {equality}",
                word=str(matcher.value),
                cause="the selector selects nothing",
                fix="remove one of the two matchers",
                severity=SEVERITY,
                selects_nothing=True,
            )
