"""A label, in a matcher, a grouping or a join, that the metric does not have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, metrics, nearest, passes
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import SETS, Aggregation, Binary, Match, Name, Selector
from generator.promql.known import Known

ID = "promql/unknown-label"
SEVERITY = Severity.ERROR
TITLE = "A label that the metric does not have"
DOC = (
    "A matcher, a `by` or an `on` names a label that no series of the metric has. A matcher for a value "
    "then selects nothing, one against a value filters nothing; a grouping puts all series into one group; "
    "a join compares less than it says. None of this is an error for Prometheus. Correct the label, or add "
    "it to the metric in the fixture if it has it. Matchers that an absent label passes, such as "
    '`label=""`, are fine.'
)
NODES = (Selector, Aggregation, Binary)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """Findings for the unknown labels of a selector, a grouping or a join."""
    node = flow.node
    if isinstance(node, Selector):
        series = known.series(node.metric)
        if series is not None:
            for matcher in node.matchers:
                if matcher.label not in series.labels and matcher.label != "__name__":
                    yield from _matched(matcher, flow, series.labels)
        return
    for label, beneath, cause in named(flow):
        reason = beneath.labels.reason(label.name)
        if reason.missing and beneath.sources:
            labels = beneath.labels.known.union(*_all_labels(beneath))
            yield Finding(
                code=ID,
                message=f"{metrics(beneath.sources)} has no label {label.name}",
                at=label.at,
                cause=cause,
                fix=_fix(label.name, labels),
                severity=SEVERITY,
            )


def named(flow: Flow) -> Iterator[tuple[Name, Flow, str]]:
    """The labels of a grouping or a join that no series beneath has, with what they are missed in."""
    node = flow.node
    if isinstance(node, Aggregation) and node.clause == "by":
        operand = flow.of[-1]
        for label in node.labels:
            if operand.labels.impossible(label.name):
                yield label, operand, "all series fall into one group"
    elif isinstance(node, Binary):
        left, right = flow.of
        if node.matching == "on":
            for label in node.labels:
                lacking = [one for one in flow.of if one.is_vector and one.labels.impossible(label.name)]
                if len(lacking) == len(flow.of):
                    lacking.sort(key=lambda one: not one.labels.reason(label.name).missing)
                    yield label, lacking[0], "the join does not compare it"
        one = right if node.group == "left" else left
        for label in node.include:
            if one.labels.impossible(label.name) and node.operator not in SETS:
                yield label, one, "the join has no such label to give"


def _all_labels(flow: Flow) -> list[frozenset[str]]:
    return [s.facts.series.labels for s in flow.sources if s.facts and s.facts.series]


def _matched(matcher: Match, flow: Flow, labels: frozenset[str]) -> Iterator[Finding]:
    positive = matcher.op in {"=", "=~"}
    absent_passes = matcher.value is None or passes(matcher, "")
    if matcher.value is not None and positive and absent_passes:
        return
    # What a slot stands for is some value.
    absent_passes = absent_passes and matcher.value is not None
    cause = "the matcher filters nothing" if absent_passes else "the selector selects nothing"
    yield Finding(
        code=ID,
        message=f"{metrics(flow.sources)} has no label {matcher.label}",
        at=matcher.label_at,
        cause=cause,
        fix=_fix(matcher.label, labels),
        severity=SEVERITY,
        selects_nothing=not absent_passes,
    )


def _fix(label: str, labels: frozenset[str]) -> str:
    return nearest(label, labels) or "correct the label, or add it to the fixture"
