"""Everything known of the series that expressions may read: fixtures, recording rules, Prometheus' own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from generator.diagnostics import did_you_mean
from generator.promql.build import Matcher
from generator.promql.catalogue import Catalogue, Domain, Metric, Series
from generator.promql.duration import Duration
from generator.promql.flow.interval import ANYTHING, NOT_NEGATIVE, ONE, SHARE, Interval
from generator.promql.flow.nodes import Match
from generator.promql.flow.shape import Shapes
from generator.promql.flow.units import PLAIN, SECONDS, Unit, unit_of
from generator.promql.graph import RuleGraph
from generator.promql.regex import matches
from generator.promql.target import Target

_WORDS = re.compile("[_:]")
# What the numbers of a result are. A `total` is a sum of counters, whose resets are hidden: no rate of it is
# right. `native` is a histogram in one sample. `unknown` is not judged.
Kind = Literal[
    "counter", "total", "gauge", "native", "quantile", "rate", "count", "info", "number", "unknown"
]


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What the series under one name are.

    `series` is None where their labels depend on the targets. `inferred` says that the kind follows from
    names alone. `recorded` tells a recording rule's series.
    """

    name: str
    series: Series | None
    kind: Kind
    unit: Unit | None
    interval: Interval
    inferred: bool = False
    recorded: bool = False

    def domain(self, label: str) -> Domain | None:
        """The values of a label, where a fixture tells them."""
        return self.series.metric.values.get(label) if self.series else None


# Series that Prometheus makes itself (documentation, "Jobs and instances" and "Alerting rules").
_COUNTED: Final = Facts("", None, "gauge", PLAIN, NOT_NEGATIVE)
_OWN: Final[Mapping[str, Facts]] = MappingProxyType(
    {
        "ALERTS": Facts("ALERTS", None, "info", PLAIN, ONE),
        "ALERTS_FOR_STATE": Facts("ALERTS_FOR_STATE", None, "gauge", SECONDS, NOT_NEGATIVE),
        "scrape_duration_seconds": Facts("scrape_duration_seconds", None, "gauge", SECONDS, NOT_NEGATIVE),
        "scrape_samples_post_metric_relabeling": _COUNTED,
        "scrape_samples_scraped": _COUNTED,
        "scrape_series_added": _COUNTED,
        "up": Facts("up", None, "gauge", PLAIN, SHARE),
    }
)


@dataclass(frozen=True, slots=True)
class Record:
    """What a recording rule's series are, as its expression tells; all of them have the labels `sure`."""

    kind: Kind
    unit: Unit | None
    interval: Interval
    sure: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Known:
    """Everything known of the series that expressions may read; made once per run.

    `recorded` maps the name of each recording rule to the labels of its series, None where they are not
    known, `records` to what else follows from its expression. `graph` gathers who reads what, and then says
    of recordings whether they exist. Expressions may use what `target` has; None where nothing is known of
    the Prometheus that evaluates them. `scrape_interval` is that of the catalogue's server unless one is
    given. `shapes` remembers which expressions were judged and found sound.
    """

    catalogue: Catalogue | None
    recorded: Mapping[str, frozenset[str] | None]
    target: Target | None = None
    scrape_interval: Duration | None = None
    graph: RuleGraph | None = None
    records: dict[str, Record] = field(default_factory=dict)
    shapes: Shapes = field(init=False, default_factory=Shapes)
    _facts: dict[str, Facts | None] = field(init=False, default_factory=dict)
    _nearest: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        server = self.catalogue.server if self.catalogue else None
        if self.scrape_interval is None and server is not None:
            self.scrape_interval = server.scrape_interval

    def learn(self, name: str, record: Record) -> None:
        """Remember what the series of a recording rule are; what two rules disagree about is not known."""
        first = self.records.get(name)
        if first is not None and first != record:
            kind: Kind = first.kind if first.kind == record.kind else "unknown"
            unit = first.unit if first.unit == record.unit else None
            record = Record(kind, unit, first.interval.hull(record.interval), first.sure & record.sure)
        if first != record:
            self.records[name] = record
            self._facts.pop(name, None)
            self.shapes.clear()

    def define(self, name: str, labels: frozenset[str] | None, record: Record) -> None:
        """Add a recording rule; what only some of its rules give is possible."""
        assert isinstance(self.recorded, dict)  # noqa: S101  # who defines brings one
        if name in self.recorded:
            before = self.recorded[name]
            labels = None if before is None or labels is None else before | labels
        self.recorded[name] = labels
        self._facts.pop(name, None)
        self.learn(name, record)

    def facts(self, name: str | None) -> Facts | None:
        """What the series called `name` are, or None where there are none."""
        if name is None:
            return None
        try:
            return self._facts[name]
        except KeyError:
            found = self._facts[name] = self._look_up(name)
            return found

    def _look_up(self, name: str) -> Facts | None:
        if name in self.recorded:
            labels = self.recorded[name]
            record = self.records.get(name) or Record("unknown", unit_of("", name), ANYTHING)
            if labels is None:
                return Facts(name, None, record.kind, record.unit, record.interval, recorded=True)
            all_, sure = frozenset(labels), record.sure & labels
            metric = Metric(name=name, type="unknown", label_sets=(all_, sure) if all_ > sure else (all_,))
            series = Series(name, metric, all_, sure)
            return Facts(name, series, record.kind, record.unit, record.interval, recorded=True)
        found = self.catalogue.series.get(name) if self.catalogue else None
        own = _OWN.get(name)
        if found is None:
            return own
        facts = _described(found)
        return Facts(name, found, own.kind, own.unit, own.interval) if own else facts

    def series(self, name: str | None) -> Series | None:
        """The series called `name`, or None where nothing is known of their labels."""
        facts = self.facts(name)
        return facts.series if facts else None

    def exists(self, name: str) -> bool:
        """Whether there are series called `name`."""
        return self.facts(name) is not None

    def nearest(self, name: str) -> str:
        """`did you mean "x"?` for the series whose name is nearest, or an empty string; remembered.

        Only names that share a word with it are compared: there may be thousands.
        """
        found = self._nearest.get(name)
        if found is None:
            words = set(_WORDS.split(name))
            near = (
                [one for one in self.names if words & set(_WORDS.split(one))]
                if len(words) > 1
                else self.names
            )
            found = self._nearest[name] = did_you_mean(name, near)
        return found

    @property
    def names(self) -> frozenset[str]:
        """The names of all series."""
        return frozenset(_OWN).union(self.recorded, self.catalogue.series if self.catalogue else ())


def _described(series: Series) -> Facts:
    """What a catalogue says of series (Prometheus documentation, "Metric types")."""
    metric, name = series.metric, series.name
    kind, interval = "unknown", ANYTHING
    match metric.type:
        case "counter":
            kind, interval = "counter", NOT_NEGATIVE
        case "gauge":
            kind = "gauge"
        case "info":
            kind, interval = "info", ONE
        case "stateset":
            kind, interval = "gauge", SHARE
        case "histogram" | "summary" if name != metric.name:
            kind, interval = "counter", NOT_NEGATIVE
        case "histogram":
            kind = "native"
        case "summary":
            kind = "quantile"
        case "gaugehistogram" if name != metric.name:
            kind, interval = "gauge", ANYTHING
    unit = unit_of(metric.unit, name)
    if name != metric.name and not name.endswith("_sum"):
        unit = PLAIN
    return Facts(name, series, kind, unit, interval, inferred=metric.inferred)  # type: ignore[arg-type]


def passes(matcher: Matcher | Match, value: str) -> bool:
    """Whether a series whose label is `value` (empty where it has none) passes the matcher."""
    wanted = str(matcher.value)
    match matcher.op:
        case "=":
            return value == wanted
        case "!=":
            return value != wanted
        case "=~":
            return matches(wanted, value)
        case "!~":
            return not matches(wanted, value)
