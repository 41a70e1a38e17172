"""What is checked of an SLO's groups: that its events carry their labels, and how many there can be."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from generator.diagnostics import Diagnostics, did_you_mean
from generator.promql.build import Expr, Verbatim, total
from generator.promql.catalogue import Catalogue
from generator.promql.checks import Known
from generator.promql.flow.evaluate import flow_of
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Aggregation, Selector, selectors
from generator.promql.known import passes
from generator.promql.labels import can_carry
from generator.rules.slo import CompiledSLO
from generator.spec.model import Group, Service


def check_groups(service: Service, compiled: CompiledSLO, known: Known, diagnostics: Diagnostics) -> bool:
    """Report what is wrong with the groups of an SLO; whether each of its events has a group."""
    before = len(diagnostics.items)
    for group in compiled.slo.group_by:
        if not _kept(compiled, group, diagnostics):
            continue
        if not _exists(service, compiled, group, known):
            _unknown(service, compiled, group, diagnostics)
    if len(diagnostics.items) > before:
        return False
    if compiled.slo.group_by and known.catalogue:
        _check_count(compiled, known, diagnostics)
    return True


def _kept(compiled: CompiledSLO, group: Group, diagnostics: Diagnostics) -> bool:
    """Whether the user's queries keep the label."""
    lost = [query for query in compiled.events.written if not can_carry(query.probe, group.label)]
    for query in lost:
        diagnostics.error(
            "slo/lost-group",
            f"this query takes the label {group.label} away",
            query.node.span if query.node else group.at.get(""),
            cause=f"the SLO is grouped by {group.label}: of all that the query sums up, one group without "
            "the label would be left.",
            fix=f"keep it, for example with sum by ({group.label}) (...), or leave the sum out.",
        )
    return not lost


def _exists(service: Service, compiled: CompiledSLO, group: Group, known: Known) -> bool:
    """Whether the SLI's metrics can have the label, as far as anybody says."""
    subject = service.subject
    if not compiled.events.written and subject and group.label in subject.labels.all:
        return True
    if known.catalogue is None:
        return bool(compiled.events.written)
    groupings = [each for read in _read(compiled, known) for each in _grouped(read, group.label)]
    return not any(each.of[-1].labels.impossible(group.label) for each in groupings)


def _read(compiled: CompiledSLO, known: Known) -> Iterator[Flow]:
    """What the SLI reads, summed by its groups."""
    written: list[Expr] = [
        total(Verbatim(query.probe), compiled.shape.groups) for query in compiled.events.written
    ]
    for expression in written or [compiled.events.total]:
        yield flow_of(expression.render(), known)


def _grouped(flow: Flow, label: str) -> Iterator[Flow]:
    """The aggregations by a label."""
    node = flow.node
    if isinstance(node, Aggregation) and node.clause == "by" and label in {name.name for name in node.labels}:
        yield flow
    for operand in flow.of:
        yield from _grouped(operand, label)


def _unknown(service: Service, compiled: CompiledSLO, group: Group, diagnostics: Diagnostics) -> None:
    subject = service.subject
    if compiled.events.written or subject is None:
        diagnostics.error(
            "slo/unknown-group",
            f'the metrics of this SLI have no label "{group.name}"',
            group.at.get(""),
            cause="all series would fall into one group.",
            fix="correct the label, or add it to the metric in the fixture.",
        )
        return
    dimensions = subject.dimensions
    diagnostics.error(
        "slo/unknown-group",
        f'"{group.name}" is no dimension of {service.profile} and no label of its requests',
        group.at.get(""),
        cause=f"the dimensions of {service.profile} with {service.dataplane} are "
        f"{', '.join(sorted(dimensions)) or 'none'}; without the label all series would fall into one group.",
        fix=did_you_mean(group.name, dimensions)
        or did_you_mean(group.name, subject.labels.all)
        or "use one of them, or add the label to the metric in a fixture.",
    )


def _check_count(compiled: CompiledSLO, known: Known, diagnostics: Diagnostics) -> None:
    slo = compiled.slo
    selected = (each for read in _read(compiled, known) for each in selectors(read.node))
    counts = [_values(each, compiled.shape.groups, known.catalogue) for each in selected]
    most = max(counts, key=lambda each: prod(each.values()), default={})
    count = prod(most.values())
    if count <= slo.max_groups:
        return
    each = " x ".join(f"{number} of {label}" for label, number in most.items())
    diagnostics.error(
        "slo/too-many-groups",
        f"the fixtures have up to {count} groups for this SLO, more than {slo.max_groups}",
        slo.at.get("groupBy"),
        cause=f"that is {each}; each group is a series of every record, and Prometheus would fail the rules "
        "at the limit.",
        fix="group by less, narrow the SLI with matchers, or raise maxGroups.",
    )


def _values(selected: Selector, labels: tuple[str, ...], catalogue: Catalogue | None) -> dict[str, int]:
    """How many values each label has on a selector's series: at least, where a fixture has a sample."""
    series = catalogue.series.get(selected.metric or "") if catalogue else None
    if series is None:
        return {}
    found = {}
    for label in labels:
        matchers = [m for m in selected.matchers if m.label == label and m.value is not None]
        domain = series.metric.values.get(label)
        values = domain.values if domain else ()
        found[label] = max(1, sum(all(passes(each, value) for each in matchers) for value in values))
    return found
