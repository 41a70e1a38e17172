"""Classic histograms: what their buckets measure, and the quantiles that are estimated from them."""

from __future__ import annotations

from generator.promql.flow.interval import ANYTHING, Interval
from generator.promql.flow.labels import Reason
from generator.promql.flow.model import Flow, Source
from generator.promql.flow.nodes import Call, Text
from generator.promql.flow.units import Unit, unit_of

_OF_BUCKETS = "remove it here: le tells buckets apart, and a quantile is made of all of them"


def quantile(node: Call, of: tuple[Flow, ...]) -> Flow:
    """The flow of `histogram_quantile` and `histogram_quantiles`.

    An estimate is at most the highest finite bound, and at least 0 or the lowest one (documentation,
    "histogram_quantile()").
    """
    several = node.name == "histogram_quantiles"
    operand = of[0] if several else of[-1]
    labels = operand.labels.drop(("le",), Reason(node.name, at=node.at, fix=_OF_BUCKETS))
    if several and len(node.arguments) > 1 and isinstance(node.arguments[1], Text):
        labels = labels.add(node.arguments[1].value, sure=True)
    units = {measured(source) for source in operand.sources}
    return Flow(
        node=node,
        of=of,
        kind="quantile",
        unit=units.pop() if len(units) == 1 else None,
        interval=_estimates(operand),
        labels=labels,
        pins={label: value for label, value in operand.pins.items() if label != "le"},
        sources=operand.sources,
    )


def _estimates(operand: Flow) -> Interval:
    found = [edges(source) if _is_bucket(source) else None for source in operand.sources]
    known = [edge for edge in found if edge]
    if not known or len(known) < len(found):
        return ANYTHING
    return Interval(min(0.0, *(low for low, _ in known)), max(high for _, high in known))


def measured(source: Source) -> Unit | None:
    """What a histogram measures, whichever of its series is read."""
    facts = source.facts
    told = facts.series.metric.unit if facts and facts.series else ""
    return unit_of(told, source.node.metric or "")


def edges(source: Source) -> tuple[float, float] | None:
    """The lowest and the highest finite bound of a classic histogram, whichever of its series is read."""
    metric = source.facts.series.metric if source.facts and source.facts.series else None
    return (float(metric.buckets[0]), float(metric.buckets[-1])) if metric and metric.buckets else None


def _is_bucket(source: Source) -> bool:
    return bool(source.facts and source.facts.series and source.facts.series.is_bucket)
