"""A regular expression that matches nothing."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.contradiction import written
from generator.promql.checks.model import Finding
from generator.promql.emptiness import matches_nothing
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Selector
from generator.promql.known import Known

ID = "promql/impossible-regex"
SEVERITY = Severity.ERROR
TITLE = "A regular expression that matches nothing"
DOC = (
    "A regular expression is sound but no text matches it: something has to stand behind `$` or before "
    "`^`. Prometheus anchors every matcher at both ends by itself, so neither sign is needed. Remove them."
)
NODES = (Selector,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for each regular expression that no text matches."""
    assert isinstance(flow.node, Selector)  # noqa: S101  # as NODES says
    del known
    for matcher in flow.node.matchers:
        if matcher.op in {"=~", "!~"} and matcher.value and matches_nothing(matcher.value):
            positive = matcher.op == "=~"
            yield Finding(
                code=ID,
                message=f"no text matches the regular expression in {written(matcher)}",
                at=matcher.value_at,
                cause="the selector selects nothing" if positive else "the matcher filters nothing",
                fix="remove ^ and $: Prometheus anchors every regular expression at both ends",
                severity=SEVERITY,
                selects_nothing=positive,
            )
