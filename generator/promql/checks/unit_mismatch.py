"""Seconds against milliseconds, and other measures that cannot be compared."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, literal, metrics
from generator.promql.flow import histogram
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import COMPARISONS, Binary, Number
from generator.promql.flow.units import TIMES, mixed
from generator.promql.known import Known

ID = "promql/unit-mismatch"
SEVERITY = Severity.ERROR
TITLE = "Measures that do not fit together"
DOC = (
    "Two results are compared or added whose units differ, such as seconds with milliseconds or with bytes; "
    "or a latency is compared with a number that only makes sense in another unit: `> 0.3` where the metric "
    "is in milliseconds and its lowest bucket is above, `> 300` where it is in seconds and its highest is "
    "below. Units are those of the fixture, or of the metric's name. For a literal it is a warning, because "
    "only its author knows what it means."
)
NODES = (Binary,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """Findings for results and literals whose units differ."""
    del known
    node = flow.node
    assert isinstance(node, Binary)  # noqa: S101  # as NODES says
    left, right = flow.of
    if node.operator not in COMPARISONS | {"+", "-"}:
        return
    literals = isinstance(left.node, Number) or isinstance(right.node, Number)
    if not literals and mixed(left.unit, right.unit):
        yield Finding(
            code=ID,
            message=f"{metrics(left.sources)} is in {left.unit}, {metrics(right.sources)} in {right.unit}",
            at=node.at,
            cause="the numbers cannot be compared or added",
            fix="bring one of them to the unit of the other",
            severity=SEVERITY,
        )
    elif node.operator in COMPARISONS:
        for side, threshold in ((left, right), (right, left)):
            yield from _threshold(side, threshold)


def mistaken(side: Flow, threshold: Flow) -> str | None:
    """The unit that a literal was written in by mistake, as far as the histogram's buckets show it."""
    value = literal(threshold.node)
    unit = side.unit
    if value is None or value <= 0 or unit is None or unit.by_second or unit.name not in TIMES:
        return None
    edges = _edges(side)
    if edges is None:
        return None
    lowest, highest = edges
    if unit.name == "seconds" and value > highest and lowest <= value / 1000 <= highest:
        return "milliseconds"
    if unit.name == "milliseconds" and value < max(lowest, 1) and lowest <= value * 1000 <= highest:
        return "seconds"
    return None


def _threshold(side: Flow, threshold: Flow) -> Iterator[Finding]:
    meant = mistaken(side, threshold)
    if meant is None or side.unit is None:
        return
    value = literal(threshold.node) or 0.0
    factor = 0.001 if meant == "milliseconds" else 1000
    yield Finding(
        code=ID,
        message=f"{value:g} looks like {meant}, but {metrics(side.sources)} is in {side.unit}",
        at=threshold.node.at,
        cause="the threshold lies outside of the histogram's buckets, in the other unit inside",
        fix=f"write {value * factor:g}",
        severity=Severity.WARNING,
    )


def _edges(flow: Flow) -> tuple[float, float] | None:
    """The lowest and the highest bound of the histograms that are read; None where something else is."""
    found = [histogram.edges(source) for source in flow.sources]
    known = [edge for edge in found if edge]
    if not known or len(known) < len(found):
        return None
    return min(low for low, _ in known), max(high for _, high in known)
