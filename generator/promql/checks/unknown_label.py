"""A label, in a matcher or a grouping, that the metric does not have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity, did_you_mean
from generator.promql.build import Matcher
from generator.promql.catalogue import Series
from generator.promql.checks.model import Finding, Known, passes
from generator.promql.outline import Grouped, Selected

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


def check(subject: Selected | Grouped, known: Known) -> Iterator[Finding]:
    """Findings for the unknown labels of a selector or a grouping."""
    if isinstance(subject, Grouped):
        yield from _grouped(subject, known)
        return
    series = known.series(subject.metric)
    if series is None:
        return
    for matcher in subject.matchers:
        if matcher.label not in series.labels and matcher.label != "__name__":
            yield from _matcher(matcher, series)


def _matcher(matcher: Matcher, series: Series) -> Iterator[Finding]:
    absent_passes = passes(matcher, "")
    positive = matcher.op in {"=", "=~"}
    if positive and absent_passes:
        return
    cause = "the matcher filters nothing" if absent_passes else "the selector selects nothing"
    yield _finding(matcher.label, [series], cause, selects_nothing=not absent_passes)


def _grouped(grouped: Grouped, known: Known) -> Iterator[Finding]:
    found = [known.series(metric) for metric in sorted(grouped.metrics, key=str)]
    beneath = [series for series in found if series is not None]
    if not beneath or len(beneath) < len(found):
        return
    labels = grouped.made.union(*(series.labels for series in beneath))
    joined = grouped.clause == "on"
    cause = "the join does not compare it" if joined else "all series fall into one group"
    for label in grouped.labels:
        if label not in labels:
            yield _finding(label, beneath, cause, selects_nothing=False)


def _finding(label: str, series: list[Series], cause: str, *, selects_nothing: bool) -> Finding:
    names = " or ".join(item.name for item in series)
    labels = frozenset[str]().union(*(item.labels for item in series))
    return Finding(
        code=ID,
        message=f"{names} has no label {label}",
        word=label,
        cause=cause,
        fix=did_you_mean(label, labels) or "correct the label, or add it to the fixture",
        severity=SEVERITY,
        selects_nothing=selects_nothing,
    )
