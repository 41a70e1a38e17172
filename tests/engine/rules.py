"""A Prometheus rule file, evaluated by the real engine over any span of the past.

A rule manager evaluates a group's rules one after the other at each interval. Here each rule is evaluated by
one range query over the whole span, after all rules whose records it reads, and its result is stored under
the rule's name: the same numbers at the same times, thousands of times faster.
"""

from __future__ import annotations

import graphlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from engine import remote_write
from engine.server import Prometheus, Result

Span = tuple[int, int]
"""First and last time in seconds since the epoch, both included."""

_SPREAD = 17
"""Seconds between the evaluations of one group and the next."""

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_RANGE_READ = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{[^}]*\})?\[")


@dataclass(frozen=True, slots=True)
class Rule:
    """A recording rule or an alert: `name` is the record or the alert.

    It is evaluated every `interval` seconds, `offset` seconds after multiples of the interval.
    """

    name: str
    expression: str
    labels: Mapping[str, str] = field(default_factory=dict)
    interval: int = 30
    offset: int = 0
    alert: bool = False


@dataclass(slots=True)
class Outcome:
    """What an evaluation saw.

    `held` has, by SLO and alert, the times at which the alert's expression held, and `alerts` the labels that
    the alerts had; `not_numbers` has the names of records that were NaN or infinite at some time; `evaluated`
    names all rules that were evaluated.
    """

    held: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    alerts: dict[tuple[str, str], list[Mapping[str, str]]] = field(default_factory=dict)
    not_numbers: set[str] = field(default_factory=set)
    evaluated: set[str] = field(default_factory=set)

    def values(self, slo: str, alert: str, label: str) -> set[str]:
        """The values that a label had on an alert."""
        if alert not in self.evaluated:
            raise KeyError(alert)
        return {labels.get(label, "") for labels in self.alerts.get((slo, alert), ())}

    def first(self, slo: str, alert: str, start: float) -> int | None:
        """The first evaluation at or after `start` at which the alert's expression held."""
        if alert not in self.evaluated:
            raise KeyError(alert)
        return next((time for time in sorted(self.held.get((slo, alert), ())) if time >= start), None)


class RuleError(Exception):
    """A rule that a real rule manager would report as failed."""


def load(path: Path) -> list[Rule]:
    """The rules of a Prometheus rule file.

    A rule manager spreads groups over their interval. So do we: two groups never run at the same moment,
    which would let a window over records hold one more of them than it ever does on a server.
    """
    rules = []
    for number, group in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]):
        interval = _seconds(group["interval"])
        offset = number * _SPREAD % interval
        for rule in group["rules"]:
            name = rule.get("record") or rule["alert"]
            rules.append(Rule(name, rule["expr"], rule.get("labels", {}), interval, offset, "alert" in rule))
    return rules


def evaluate(
    server: Prometheus, rules: Sequence[Rule], history: Span, focus: Sequence[Span], down: Span | None = None
) -> Outcome:
    """Evaluate the rules: records that others read as a range over `history`, everything else over each
    `focus`.

    During `down` Prometheus evaluates nothing (and leaves no stale markers).
    """
    ranged = {name for rule in rules for name in _RANGE_READ.findall(rule.expression)}
    outcome = Outcome()
    for rule in _in_order_of_reading(rules):
        outcome.evaluated.add(rule.name)
        spans = [history] if rule.name in ranged else focus
        for span in (part for each in spans for part in _without(each, down)):
            _evaluate_span(server, rule, _aligned(span, rule), outcome)
    return outcome


def _evaluate_span(server: Prometheus, rule: Rule, span: Span, outcome: Outcome) -> None:
    if span[0] > span[1]:
        return
    results = server.range(rule.expression, span[0], span[1], rule.interval)
    if not rule.alert:
        if any(not math.isfinite(value) for each in results for value in each.values):
            outcome.not_numbers.add(rule.name)
        store(server, rule, results, span)
        return
    for each in results:
        labels = {**each.labels, **rule.labels}
        key = (labels.get("slo", ""), rule.name)
        outcome.held.setdefault(key, []).extend(each.times)
        outcome.alerts.setdefault(key, []).append(labels)


def store(server: Prometheus, rule: Rule, results: Iterable[Result], span: Span) -> None:
    """Write the results of a recording rule as a rule manager does, with a stale marker wherever a series
    ends.
    """
    series: dict[tuple[tuple[str, str], ...], dict[int, float]] = {}
    for result in results:
        labels = {**result.labels, **rule.labels, "__name__": rule.name}
        points = series.setdefault(tuple(sorted(labels.items())), {})
        if points.keys() & set(result.times):
            raise RuleError(
                f"{rule.name}: vector contains metrics with the same labelset after applying rule labels"
            )
        points.update(zip(result.times, result.values, strict=True))
    encoded = []
    for key, points in series.items():
        times = range(min(points), min(span[1], max(points) + rule.interval) + 1, rule.interval)
        kept = [time for time in times if time in points or time - rule.interval in points]
        samples = remote_write.samples([time * 1000 for time in kept], [points.get(time) for time in kept])
        encoded.append(remote_write.series(dict(key), samples))
    if encoded:
        server.write(encoded)


def _in_order_of_reading(rules: Sequence[Rule]) -> list[Rule]:
    """The rules so that each one follows those whose records it reads."""
    records: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        if not rule.alert:
            records.setdefault(rule.name, []).append(number)
    graph = {
        number: {read for name in set(_NAME.findall(rule.expression)) for read in records.get(name, ())}
        for number, rule in enumerate(rules)
    }
    return [rules[number] for number in graphlib.TopologicalSorter(graph).static_order()]


def _aligned(span: Span, rule: Rule) -> Span:
    """The first and the last evaluation of a rule in a span."""
    start, end = (time - rule.offset for time in span)
    return -(
        -start // rule.interval
    ) * rule.interval + rule.offset, end // rule.interval * rule.interval + rule.offset


def _without(span: Span, down: Span | None) -> list[Span]:
    """The parts of a span outside of `down`."""
    if down is None or down[1] < span[0] or down[0] > span[1]:
        return [span]
    return [(start, end) for start, end in ((span[0], down[0] - 1), (down[1] + 1, span[1])) if start <= end]


def _seconds(duration: Any) -> int:
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    return sum(int(count) * units[unit] for count, unit in re.findall(r"(\d+)([smhd])", str(duration)))
