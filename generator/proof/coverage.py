"""Which rules were shown to do something: a record that had its value, an alert that fired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.promql.parse import parse
from generator.promql.tree import selectors
from generator.proof.project import Plan
from generator.proof.suite import Suite
from generator.rules.model import Rule


@dataclass(frozen=True, slots=True)
class Coverage:
    """The rules of a project by owner and name, and those of them that no trial covers."""

    rules: int
    missing: tuple[tuple[str, str], ...]

    @property
    def percent(self) -> float:
        """The share of rules that are covered, 100 where there are none."""
        return 100.0 if not self.rules else 100 * (self.rules - len(self.missing)) / self.rules


def coverage(plan: Plan) -> Coverage:
    """The coverage of everything that a plan is about; an SLO is covered as the one that proves it."""
    proving = {proven.suite.owner: proven.suite for proven in plan.slos}
    missing: list[tuple[str, str]] = []
    count = 0
    pairs = [(proven.suite, proving.get(proven.by, proven.suite)) for proven in plan.slos]
    for suite, by in (*pairs, *((suite, suite) for suite in plan.packs)):
        covered = frozenset(_covered(by))
        for rule in _rules(suite):
            count += 1
            name = rule.record or rule.alert
            if name not in covered:
                missing.append((suite.owner, name))
    return Coverage(count, tuple(missing))


def _rules(suite: Suite) -> Iterator[Rule]:
    return (rule for group in suite.groups for rule in group.rules)


def _covered(suite: Suite) -> Iterable[str]:
    """Names of rules with a claim that they say something, and the records that alerts of packs read."""
    claimed = {
        claim.rule for trial in suite.trials for claim in trial.claims if claim.kind in {"value", "fires"}
    }
    yield from claimed
    if suite.span is None:  # a pack: its records are seen through the alerts that fire
        for rule in _rules(suite):
            if rule.alert in claimed:
                yield from (use.metric for use in selectors(parse(rule.expr)) if use.metric)
