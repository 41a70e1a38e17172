"""The files that promtool reads for one owner of rules, and the way back from its answers to the claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

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
    With `apart` the rules whose records a trial gives as series are left out: they would say something
    without any raw series, and write a record twice.
    """

    owner: str
    source: str
    span: Span | None
    groups: tuple[RuleGroup, ...]
    trials: tuple[Trial, ...]
    apart: bool = False

    def jobs(self) -> list[Job]:
        """A test file for each interval of evaluation, of which promtool has one for a whole file.

        Native histograms stand in files of their own: an old promtool cannot read the whole of such a file.
        """
        found: dict[tuple[Duration, tuple[str, ...], bool], list[Trial]] = {}
        for trial in self.trials:
            given = tuple(sorted({selector.metric for selector in trial.injected})) if self.apart else ()
            found.setdefault((trial.evaluation, given, trial.native), []).append(trial)
        return [Job(self, tuple(trials), given) for (_, given, _), trials in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class Job:
    """Trials of one suite that evaluate equally often, without some records' rules: one promtool run."""

    suite: Suite
    trials: tuple[Trial, ...]
    without: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[RuleGroup, ...]:
        """The groups with the rules that take part."""
        return tuple(
            replace(
                group,
                rules=tuple(
                    rule for rule in group.rules if rule.record not in self.without or not rule.record
                ),
            )
            for group in self.suite.groups
        )

    def rules(self) -> str:
        """The text of the rule file."""
        return rule_file(self.groups, self.suite.source)

    def text(self, path: str) -> str:
        """The text of the test file, beside the rule file."""
        tests = tuple(trial.unit_test(self.suite.owner) for trial in self.trials)
        return test_file(path, RULES, self.suite.groups, tests, self.suite.source)

    def apart(self) -> list[Job]:
        """The same trials, each in a file of its own."""
        return [Job(self.suite, (trial,), self.without) for trial in self.trials]


def total(suites: Iterable[Suite]) -> int:
    """How many trials there are."""
    return sum(len(suite.trials) for suite in suites)
