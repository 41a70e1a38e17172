"""How many samples the evaluation of a rule group reads, as the engine counts them (`stats=all`).

A range of length r over a series with a sample every i holds r / i of them; an instant reads one. For a
subquery the inner expression is read at each of its steps, and its results once more. Own records are known:
one series each, or one for each group. How many raw series a selector finds is not, so they are told apart.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from generator import names
from generator.promql.duration import Duration
from generator.promql.parse import parse
from generator.promql.tree import children, metric_name
from generator.rules.model import RuleGroup
from generator.spec.model import Platform

MINUTE = 60_000  # the step of a subquery that has none of its own
_STAGED_SUM = names.staged_record("total", "").removeprefix("slo:events_total:")


@dataclass(frozen=True, slots=True)
class RawReads:
    """A raw metric: `samples` read of each series, for each of so many `selectors` that it passes."""

    metric: str
    samples: int
    selectors: int


@dataclass(frozen=True, slots=True)
class GroupCost:
    """What one evaluation of a rule group reads, once its windows are full.

    `own` are samples of the SLO's own records, for each of its groups.
    """

    group: str
    interval: Duration
    own: int
    raw: tuple[RawReads, ...]

    @property
    def own_per_second(self) -> Decimal:
        """Samples of own records per second of operation."""
        return Decimal(self.own) / self.interval.seconds


def group_cost(group: RuleGroup, platform: Platform) -> GroupCost:
    """What the rules of a group read at each of its evaluations."""
    counter = _Counter(platform)
    for rule in group.rules:
        counter.read(parse(rule.expr), Decimal(1), None)
    # Selectors of one metric that differ in their matchers alone are told by their number.
    alike = Counter((metric, int(samples)) for (metric, _), samples in counter.raw.items())
    raw = sorted((RawReads(metric, samples, count) for (metric, samples), count in alike.items()), key=_order)
    return GroupCost(group.name.rpartition(".")[2], group.interval, int(counter.own), tuple(raw))


def _order(reads: RawReads) -> tuple[str, int]:
    return reads.metric, -reads.samples


def _milliseconds(span: Any) -> int:
    """The parser's lengths of time."""
    return round(float(span.total_seconds()) * 1000)


class _Counter:
    """Adds up samples: `own`, and `raw` by metric and matchers."""

    def __init__(self, platform: Platform) -> None:
        self.own = Decimal(0)
        self.raw: dict[tuple[str, str], Decimal] = {}
        self._scrape = platform.prometheus.scrape_interval.milliseconds
        self._intervals = (platform.interval.milliseconds, platform.long_interval.milliseconds)

    def read(self, node: Any, times: Decimal, window: int | None) -> None:
        """Count what a node reads that is evaluated so many `times`, over a `window` in milliseconds."""
        kind = type(node).__name__
        if kind == "VectorSelector":
            self._selected(node, times, window)
            return
        if kind == "MatrixSelector":
            window = _milliseconds(node.range)
        elif kind == "SubqueryExpr":
            step = _milliseconds(node.step) if node.step else MINUTE
            steps = Decimal(_milliseconds(node.range)) / step
            self.own += times * steps  # its results, of one series
            times *= steps
        for child in children(node):
            self.read(child, times, window)

    def _selected(self, node: Any, times: Decimal, window: int | None) -> None:
        metric = metric_name(node) or ""
        if metric.startswith("slo:"):
            staged = metric.rpartition(":")[2].startswith(_STAGED_SUM)
            self.own += times * (Decimal(window) / self._intervals[staged] if window else 1)
            return
        samples = times * (Decimal(window) / self._scrape if window else 1)
        key = (metric, str(sorted(map(str, node.matchers.matchers))))
        self.raw[key] = self.raw.get(key, Decimal(0)) + samples
