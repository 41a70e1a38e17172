"""Two matchers on one label that no series can pass together."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.build import quote
from generator.promql.checks.model import Finding, passes
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Match, Selector
from generator.promql.known import Known

ID = "promql/contradiction"
SEVERITY = Severity.ERROR
TITLE = "Matchers that exclude each other"
DOC = (
    "A selector demands one value of a label and, with another matcher on the same label, refuses it. No "
    "series passes both. It happens when matchers of an SLO are added to a selector that already has one "
    "for the label, such as the reporter. Remove one of the two."
)
NODES = (Selector,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for each equality that another matcher on its label refuses."""
    assert isinstance(flow.node, Selector)  # noqa: S101  # as NODES says
    del known
    matchers = flow.node.matchers
    wanted = {m.label: m for m in matchers if m.op == "=" and m.value is not None}
    for matcher in matchers:
        equality = wanted.get(matcher.label)
        if equality is None or matcher.value is None or passes(matcher, str(equality.value)):
            continue
        yield Finding(
            code=ID,
            message=f"no series passes both {written(matcher)} and {written(equality)}",
            at=matcher.value_at,
            cause="the selector selects nothing",
            fix="remove one of the two matchers",
            severity=SEVERITY,
            selects_nothing=True,
        )


def written(matcher: Match) -> str:
    """A matcher as it is written."""
    return f"{matcher.label}{matcher.op}{quote(str(matcher.value))}"
