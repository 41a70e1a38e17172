"""Expositions for tests: the series that a catalogue speaks of, as targets would expose them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.promql.build import number
from generator.promql.catalogue import Catalogue, Metric

_ADDED_BY_PROMETHEUS = ("instance", "job")


def exposition(catalogue: Catalogue, pods: str) -> str:
    """Each metric, with so many series that every value of its labels occurs; `pods` ends the pods' names."""
    return "".join(line for metric in catalogue.metrics.values() for line in _metric(metric, pods))


def _metric(metric: Metric, pods: str) -> Iterator[str]:
    if metric.help:
        yield f"# HELP {metric.name} {metric.help}\n"
    yield f"# TYPE {metric.name} {metric.type}\n"
    for labels in metric.label_sets:
        names = sorted(labels - set(_ADDED_BY_PROMETHEUS))
        count = max([1, *(len(metric.values[name].values) for name in names if name in metric.values)])
        for index in range(count):
            yield from _series(metric, {name: _value(metric, name, index, pods) for name in names})


def _value(metric: Metric, name: str, index: int, pods: str) -> str:
    if name in metric.values:
        values = metric.values[name].values
        return values[index % len(values)]
    return f"workload-{pods}"


def _series(metric: Metric, labels: Mapping[str, str]) -> Iterator[str]:
    if metric.type != "histogram":
        yield _line(metric.name, labels)
        return
    for bound in (*map(number, metric.buckets), "+Inf"):
        yield _line(f"{metric.name}_bucket", {**labels, "le": bound})
    yield _line(f"{metric.name}_sum", labels)
    yield _line(f"{metric.name}_count", labels)


def _line(name: str, labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{name}{{{inside}}} 1\n"
