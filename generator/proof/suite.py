"""The files that promtool reads for one owner of rules, and the way back from its answers to the claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.delivery.prometheus import rule_file
from generator.delivery.prometheus_tests import test_file
from generator.diagnostics import Span
from generator.promql.duration import Duration
from generator.proof.model import Trial
from generator.rules.model import RuleGroup

RULES = "rules.yaml"


@dataclass(frozen=True, slots=True)
class Suite:
    """Rule groups with the trials that they must stand.

    `owner` names them (`namespace/service/slo`, or a pack's group), `span` is where their author wrote them.
    """

    owner: str
    source: str
    span: Span | None
    groups: tuple[RuleGroup, ...]
    trials: tuple[Trial, ...]

    def rules(self) -> str:
        """The text of the rule file."""
        return rule_file(self.groups, self.source)

    def jobs(self) -> list[Job]:
        """A test file for each interval of evaluation: promtool has one for a whole file."""
        by_evaluation: dict[Duration, list[Trial]] = {}
        for trial in self.trials:
            by_evaluation.setdefault(trial.evaluation, []).append(trial)
        return [Job(self, tuple(trials)) for _, trials in sorted(by_evaluation.items())]


@dataclass(frozen=True, slots=True)
class Job:
    """Trials of one suite that evaluate equally often: one run of promtool."""

    suite: Suite
    trials: tuple[Trial, ...]

    def text(self, path: str) -> str:
        """The text of the test file, beside the rule file."""
        tests = tuple(trial.unit_test(self.suite.owner) for trial in self.trials)
        return test_file(path, RULES, self.suite.groups, tests, self.suite.source)

    def apart(self) -> list[Job]:
        """The same trials, each in a file of its own."""
        return [Job(self.suite, (trial,)) for trial in self.trials]


def total(suites: Iterable[Suite]) -> int:
    """How many trials there are."""
    return sum(len(suite.trials) for suite in suites)
