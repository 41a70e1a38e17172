"""Rule groups as values: what the delivery formats write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.diagnostics import Span
from generator.documents import Place
from generator.promql.duration import Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A recording or alerting rule; exactly one of `record` and `alert` is set.

    `origin` is the YAML it came from; `place` finds the author's words for a stretch of `expr`, where it has
    an author. `texts` are the places of its labels and annotations.
    """

    expr: str
    record: str = ""
    alert: str = ""
    for_: Duration | None = None
    keep_firing_for: Duration | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    origin: Span | None = field(default=None, compare=False, repr=False)
    place: Place | None = field(default=None, compare=False, repr=False)
    texts: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """A series, as a selector that has all of its labels, and its value as text."""

    labels: str
    value: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A query, and the samples that it must give at the time `at`; none says that it must give nothing."""

    expr: str
    at: Duration
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTest:
    """Input series with a value each `step`, and what Prometheus must say of them.

    Every rule is evaluated each `evaluation`, whatever its group's interval is. `origin` is the YAML it came
    from.
    """

    name: str
    evaluation: Duration
    step: Duration
    series: tuple[tuple[str, str], ...]
    expected: tuple[Expectation, ...]
    origin: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """Rules that Prometheus evaluates together, in this order: a rule may read an earlier one's result.

    With a `limit`, a rule that yields more series or alerts fails and yields none.
    """

    name: str
    interval: Duration
    rules: tuple[Rule, ...]
    limit: int = 0
