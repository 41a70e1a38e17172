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
    an author.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A query, and the samples of value 1 that it must give; none says that it must give nothing."""

    expr: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTest:
    """Input series with a value a minute, and what Prometheus must say at the time `at` into them.

    `interval` is that of the rules that are tested.
    """

    name: str
    interval: Duration
    series: tuple[tuple[str, str], ...]
    at: Duration
    expected: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """Rules that Prometheus evaluates together, in this order: a rule may read an earlier one's result.

    With a `limit`, a rule that yields more series or alerts fails and yields none.
    """

    name: str
    interval: Duration
    rules: tuple[Rule, ...]
    limit: int = 0
