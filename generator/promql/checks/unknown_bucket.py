"""A histogram bucket that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from generator.diagnostics import Severity
from generator.promql.build import bucket_spellings, number
from generator.promql.catalogue import Metric
from generator.promql.checks.model import Finding, passes
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Match, Selector
from generator.promql.known import Known

ID = "promql/unknown-bucket"
SEVERITY = Severity.ERROR
TITLE = "A histogram bucket that does not exist"
DOC = (
    "A matcher on `le` names an upper bound that the histogram does not have, so the selector selects "
    "nothing: the requests under a threshold can only be counted where the histogram has a bucket edge. "
    "Bounds are compared as numbers; `250` and `250.0` are the same. Use one of the nearest edges, or give "
    "the histogram another bucket. Istio's proxies take a list in the pod annotation "
    "`sidecar.istio.io/statsHistogramBuckets`; the key for the standard metrics is `istiocustom`, not "
    "`istio_`."
)
NODES = (Selector,)
_INFINITY = "+Inf"
# The first number in a regular expression such as `300(\.0)?`.
_NUMBER = re.compile(r"[0-9]+(?:\\?\.[0-9]+)?")


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for each `le` matcher that no bucket passes."""
    assert isinstance(flow.node, Selector)  # noqa: S101  # as NODES says
    series = known.series(flow.node.metric)
    if series is None or not series.is_bucket:
        return
    for matcher in flow.node.matchers:
        wrong = matcher.label == "le" and matcher.op in {"=", "=~"} and matcher.value is not None
        if wrong and not any(_selects(matcher, bound) for bound in (*series.metric.buckets, None)):
            yield _finding(matcher, series.metric)


def _selects(matcher: Match, bound: Decimal | None) -> bool:
    """Whether the matcher selects the bucket up to `bound` (None is infinity), however that is spelled."""
    if bound is None:
        return passes(matcher, _INFINITY)
    if matcher.op == "=":
        return _decimal(str(matcher.value)) == bound
    return any(passes(matcher, spelling) for spelling in bucket_spellings(bound))


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _finding(matcher: Match, metric: Metric) -> Finding:
    text = str(matcher.value)
    match = _NUMBER.search(text)
    wanted = _decimal(text) or (_decimal(match.group().replace("\\", "")) if match else None)
    return Finding(
        code=ID,
        message=f"{metric.name} has no bucket {text if wanted is None else number(wanted)}",
        at=matcher.value_at,
        cause="the selector selects nothing",
        fix=_fix(wanted, metric),
        severity=SEVERITY,
        selects_nothing=True,
    )


def _fix(wanted: Decimal | None, metric: Metric) -> str:
    if wanted is None or not wanted.is_finite():
        return f"its buckets are {', '.join(map(number, metric.buckets))} and {_INFINITY}"
    below = [number(bound) for bound in metric.buckets if bound < wanted][-1:]
    above = [number(bound) for bound in metric.buckets if bound > wanted][:1] or [_INFINITY]
    nearest = f"use {' or '.join(below + above)}, the nearest"
    if not metric.name.startswith("istio_"):
        return nearest
    bounds = ",".join(map(number, sorted({*metric.buckets, wanted})))
    annotation = f'sidecar.istio.io/statsHistogramBuckets: {{"istiocustom":[{bounds}]}}'
    return f"{nearest}; or add the bucket on the pods with the annotation {annotation}"
