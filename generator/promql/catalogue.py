"""What a cluster's metrics look like: names, types, units, labels, label values, buckets.

A catalogue is read from files (`catalogue_file`; the format is docs/catalogue.md). It says what may exist,
not what has which value when: enough to tell that a query can select nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from generator.diagnostics import Diagnostics, Related, Span
from generator.promql.duration import Duration


@dataclass(frozen=True, slots=True)
class Domain:
    """The values of a label: all there can be (`closed`), or a sample of them.

    `after_event` says that some appear only after something happened, such as a first failure: then nothing
    follows from a value that is missing here. The same holds, and `after_event` with it, for `sampled`: there
    were more values than are listed.
    """

    values: tuple[str, ...]
    closed: bool = False
    after_event: bool = False
    sampled: bool = False

    def union(self, other: Domain) -> Domain:
        """The domain of a label that two sources describe."""
        values = tuple(sorted({*self.values, *other.values}))
        return Domain(
            values,
            closed=self.closed and other.closed,
            after_event=self.after_event or other.after_event,
            sampled=self.sampled or other.sampled,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric family.

    `label_sets` are the sets of label names that its series have; a histogram's `le` and a summary's
    `quantile` are implied. An `inferred` type follows from names alone. `values` holds the domains of those
    labels that have one. `buckets` are a histogram's upper bounds without `+Inf`; a `native` histogram has
    series under its own name.
    """

    name: str
    type: str
    inferred: bool = False
    unit: str = ""
    help: str = ""
    label_sets: tuple[frozenset[str], ...] = ()
    values: Mapping[str, Domain] = field(default_factory=dict)
    buckets: tuple[Decimal, ...] = ()
    native: bool = False
    span: Span | None = field(default=None, compare=False)

    @property
    def labels(self) -> frozenset[str]:
        """Every label that some series of the metric has."""
        return frozenset().union(*self.label_sets)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The series under one name, as a query reads them; compared by identity.

    `labels` are those that some of them have, `always` those that all of them have.
    """

    name: str
    metric: Metric
    labels: frozenset[str]
    always: frozenset[str]

    @property
    def is_bucket(self) -> bool:
        """Whether these are a classic histogram's buckets, told apart by `le`."""
        return self.name == self.metric.name + "_bucket" and "le" in self.always


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The Prometheus that the metrics were seen on; None and empty where the file does not say."""

    version: str = ""
    scrape_interval: Duration | None = None
    evaluation_interval: Duration | None = None
    retention: Duration | None = None
    flags: tuple[str, ...] = ()
    external_labels: Mapping[str, str] = field(default_factory=dict)
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """Metrics by name, and every series name that follows from them."""

    metrics: Mapping[str, Metric]
    server: Server | None = None
    series: Mapping[str, Series] = field(init=False)

    def __post_init__(self) -> None:
        series = {item.name: item for metric in self.metrics.values() for item in _series(metric)}
        object.__setattr__(self, "series", MappingProxyType(series))


def _series(metric: Metric) -> Iterable[Series]:
    """The series that a metric of its type has (Prometheus documentation, "Metric types")."""
    always = frozenset.intersection(*metric.label_sets) if metric.label_sets else frozenset()

    def named(suffix: str, *more: str) -> Series:
        return Series(metric.name + suffix, metric, metric.labels.union(more), always.union(more))

    if metric.type not in {"histogram", "gaugehistogram", "summary"}:
        return (named(""),)
    if metric.type == "summary":
        return (named("", "quantile"), named("_sum"), named("_count"))
    native = (named(""),) if metric.native else ()
    classic = (named("_bucket", "le"), named("_sum"), named("_count")) if metric.buckets else ()
    return native + classic


def merge(catalogues: Iterable[Catalogue], diagnostics: Diagnostics) -> Catalogue:
    """One catalogue of several sources: what a metric has in any of them, it may have.

    Different types or units of one metric, and different facts about the server, are errors.
    """
    metrics: dict[str, Metric] = {}
    server: Server | None = None
    for catalogue in catalogues:
        for name, metric in catalogue.metrics.items():
            metrics[name] = _merge_metric(metrics[name], metric, diagnostics) if name in metrics else metric
        if server and catalogue.server and server != catalogue.server:
            _conflict("the facts about the server", server.span, catalogue.server.span, diagnostics)
        server = server or catalogue.server
    return Catalogue(metrics=MappingProxyType(dict(sorted(metrics.items()))), server=server)


def _merge_metric(first: Metric, second: Metric, diagnostics: Diagnostics) -> Metric:
    told = [metric.type for metric in (first, second) if not metric.inferred] or [first.type]
    units = [metric.unit for metric in (first, second) if metric.unit]
    for what, said in (("type", told), ("unit", units)):
        if len(set(said)) > 1:
            _conflict(f"the {what} of {first.name}", first.span, second.span, diagnostics)
            return first
    values = dict(first.values)
    for label, domain in second.values.items():
        values[label] = values[label].union(domain) if label in values else domain
    return Metric(
        name=first.name,
        type=told[0],
        inferred=first.inferred and second.inferred,
        unit="".join(units[:1]),
        help=first.help or second.help,
        label_sets=tuple(dict.fromkeys(first.label_sets + second.label_sets)),
        values=values,
        buckets=tuple(sorted({*first.buckets, *second.buckets})),
        native=first.native or second.native,
        span=first.span,
    )


def _conflict(what: str, first: Span | None, second: Span | None, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "catalogue/conflict",
        f"two fixtures disagree about {what}",
        second,
        cause="queries cannot be checked against both",
        fix="correct one of them, or keep fixtures of different servers in different projects",
        related=(Related(first, "the other one is here"),) if first else (),
    )
