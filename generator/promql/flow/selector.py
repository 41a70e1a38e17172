"""The flow of a selector: a metric's labels, narrowed by its matchers."""

from __future__ import annotations

from collections.abc import Iterator

from generator.promql.build import bucket_spellings
from generator.promql.catalogue import Series
from generator.promql.flow.labels import ANY, Labels, Reason
from generator.promql.flow.model import Flow, Source, ValueType
from generator.promql.flow.nodes import Match, Selector
from generator.promql.flow.units import unit_of
from generator.promql.known import Known, passes


def selected(node: Selector, known: Known) -> Flow:
    """What a selector yields."""
    facts = known.facts(node.metric)
    series = facts.series if facts else None
    labels = _of_series(series, node.matchers) if series else ANY
    labels = _matched(labels, node.matchers)
    pins = {m.label: m.value for m in node.matchers if m.op == "=" and m.value}
    type_: ValueType = "vector" if node.window is None else "matrix"
    source = (Source(node, facts),)
    if facts is None:
        unit = unit_of("", node.metric) if node.metric else None
        return Flow(node=node, type=type_, unit=unit, labels=labels, pins=pins, sources=source)
    return Flow(
        node=node,
        type=type_,
        kind=facts.kind,
        unit=facts.unit,
        interval=facts.interval,
        labels=labels,
        pins=pins,
        buckets=series is not None and series.is_bucket,
        sources=source,
    )


def _of_series(series: Series, matchers: tuple[Match, ...]) -> Labels:
    """The labels of those of a metric's label sets that pass the matchers; of all where none does."""
    extra = series.labels - series.metric.labels
    sets = [names | extra for names in series.metric.label_sets if _fits(names | extra, matchers)]
    sets = sets or [names | extra for names in series.metric.label_sets] or [series.labels]
    sure = frozenset.intersection(*sets)
    possible = frozenset[str]().union(*sets) - sure
    lost = {name: Reason("the matcher", missing=False) for name in series.labels - sure - possible}
    for name in tuple(sure):
        domain = series.metric.values.get(name)
        if domain is not None and "" in domain.values:  # some series lack it
            sure, possible = sure - {name}, possible | {name}
    return Labels(sure, possible, lost=lost, rest=Reason(series.name, missing=True))


def _fits(names: frozenset[str], matchers: tuple[Match, ...]) -> bool:
    return all(m.label in names or m.value is None or passes(m, "") for m in matchers)


def _matched(labels: Labels, matchers: tuple[Match, ...]) -> Labels:
    """What the matchers say: a value means that the label is there, an empty one that it is not."""
    for match in matchers:
        if match.value is None or match.label == "__name__":
            continue
        if match.op == "=" and not match.value:
            labels = labels.drop((match.label,), Reason(f'the matcher {match.label}=""', at=match.label_at))
        elif not labels.impossible(match.label) and not passes(match, ""):
            labels = labels.add(match.label, sure=True)
    return labels


def values(source: Source, label: str) -> tuple[str, ...] | None:
    """The values of a label that a fixture lists and that pass the matchers; None where it lists none."""
    domain = source.facts.domain(label) if source.facts else None
    if domain is None:
        return None
    matchers = [m for m in source.node.matchers if m.label == label and m.value is not None]
    return tuple(value for value in domain.values if all(passes(m, value) for m in matchers))


def enumerated(source: Source, label: str) -> bool:
    """Whether series differ in a label whatever else they have: a fixture lists kinds, not names.

    Kinds such as a method, a code or a reporter form a closed list, or come after an event. Names, such as a
    node's, may follow from another label.
    """
    domain = source.facts.domain(label) if source.facts else None
    if domain is None or not (domain.closed or (domain.after_event and not domain.sampled)):
        return False
    return len([value for value in values(source, label) or () if value]) > 1


def bounds(source: Source) -> Iterator[str]:
    """The spellings of a classic histogram's `le` that pass the matchers, one for each bucket."""
    series = source.facts.series if source.facts else None
    matchers = [m for m in source.node.matchers if m.label == "le" and m.value is not None]
    if series is None:
        return
    for bound in (*series.metric.buckets, None):
        spellings = ("+Inf",) if bound is None else bucket_spellings(bound)
        for spelling in spellings:
            if all(passes(m, spelling) for m in matchers):
                yield spelling
                break
