"""The files that promtool reads for one owner of rules, and the way back from its answers to the claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from generator.delivery.prometheus import rule_file
from generator.delivery.prometheus_tests import test_file
from generator.diagnostics import Span
from generator.promql.duration import Duration
from generator.promql.parse import parse
from generator.promql.tree import selectors
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
        read = closures(self.groups)
        found: dict[tuple[Duration, tuple[str, ...], bool], list[Trial]] = {}
        for trial in self.trials:
            given = tuple(sorted({selector.metric for selector in trial.injected})) if self.apart else ()
            found.setdefault((trial.evaluation, given, trial.native), []).append(trial)
        return [Job(self, tuple(trials), given, read) for (_, given, _), trials in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class Job:
    """Trials of one suite that evaluate equally often, without some records' rules: one promtool run.

    `read` has by rule what it reads, directly or not. Rules of an SLO that no claim is about, nor anything
    that a claim is about reads, cannot change an answer. They are left out, but for those of the first group
    where series are raw: there, each must be able to be evaluated, whatever happens.
    """

    suite: Suite
    trials: tuple[Trial, ...]
    without: tuple[str, ...] = ()
    read: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def groups(self) -> tuple[RuleGroup, ...]:
        """The groups with the rules that take part."""
        claimed = {claim.rule for trial in self.trials for claim in trial.claims}
        needed = claimed.union(*(self.read.get(rule, frozenset()) for rule in claimed))
        whole = 1 if any(not trial.injected for trial in self.trials) else 0
        if self.suite.span is None:  # a pack: its author says what is tested
            whole = len(self.suite.groups)
        return tuple(
            replace(
                group,
                rules=tuple(
                    rule
                    for rule in group.rules
                    if (number < whole or (rule.record or rule.alert) in needed)
                    and (not rule.record or rule.record not in self.without)
                ),
            )
            for number, group in enumerate(self.suite.groups)
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
        return [replace(self, trials=(trial,)) for trial in self.trials]


def closures(groups: tuple[RuleGroup, ...]) -> dict[str, frozenset[str]]:
    """By rule the names of all series that it reads, directly or by way of other rules."""
    direct: dict[str, set[str]] = {}
    for group in groups:
        for rule in group.rules:
            read = {use.metric for use in selectors(parse(rule.expr)) if use.metric}
            direct.setdefault(rule.record or rule.alert, set()).update(read)
    return {name: frozenset(_closed(name, direct)) for name in direct}


def _closed(name: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = [name]
    while todo:
        more = direct.get(todo.pop(), set()) - found
        found |= more
        todo += more
    return found


def total(suites: Iterable[Suite]) -> int:
    """How many trials there are."""
    return sum(len(suite.trials) for suite in suites)
