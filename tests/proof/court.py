"""Which mutants of a suite's rules its trials kill, found with as few and as short runs as possible.

A mutant of a rule is seen in that rule and in those that read it, so only claims about these are asked, and
only rules are evaluated that they read, directly or not. What dies so dies among all rules as well. The
trial that killed the last mutant of the same kind is asked first.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.delivery.prometheus import rule_file
from generator.delivery.prometheus_tests import test_file as written
from generator.proof.model import Trial
from generator.proof.suite import Suite, closures
from proof.mutants import Mutant

_FIRST, _GROWTH = 3, 3  # so many trials in the first run, and times as many in each that follows


@dataclass
class Court:
    """The trials of a sound suite; `known` has the trial that killed last, by what the mutant was."""

    suite: Suite
    promtool: str
    known: dict[tuple[str, ...], str]
    reads: Mapping[str, frozenset[str]] = field(init=False)
    read_by: Mapping[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.reads = closures(self.suite.groups)
        self.read_by = {
            name: {one for one, read in self.reads.items() if name in read} for name in self.reads
        }

    def sound(self) -> None:
        """Raise AssertionError unless the rules as they are stand all trials: else everything would die."""
        assert _failed(self.suite, self.suite.trials, self.promtool) == ""

    def kills(self, mutant: Mutant) -> bool:
        """Whether a trial fails with the mutant in place of the sound rule."""
        mutated = mutant.of(self.suite)
        keys = ((mutant.rule, mutant.operator, mutant.change), (mutant.rule, mutant.operator))
        for part in self._parts(mutant, [self.known.get(key, "") for key in keys]):
            trials = tuple(self._narrowed(trial, mutant.rule) for trial in part)
            asked = {claim.rule for trial in trials for claim in trial.claims}
            needed = asked.union(*(self.reads[rule] for rule in asked))
            words = _failed(_limited(mutated, needed), trials, self.promtool)
            if words:
                for key in keys:
                    self.known[key] = next((trial.title for trial in part if trial.title in words), "")
                return True
        return False

    def _parts(self, mutant: Mutant, likely: list[str]) -> Iterator[tuple[Trial, ...]]:
        """The trials that look at the rule or its readers: the likely ones, then the short ones, then all."""
        near = [trial for trial in self.suite.trials if self._narrowed(trial, mutant.rule).claims]
        first = [trial for name in dict.fromkeys(likely) for trial in near if trial.title == name]
        yield from ((trial,) for trial in first)
        own = [trial for trial in near if any(claim.rule == mutant.rule for claim in trial.claims)]
        for trials in (own, [trial for trial in near if trial not in own]):
            left = sorted((trial for trial in trials if trial not in first), key=_evaluations)
            size = _FIRST
            while left:
                yield tuple(left[:size])
                left, size = left[size:], size * _GROWTH

    def _narrowed(self, trial: Trial, rule: str) -> Trial:
        touched = {rule} | self.read_by[rule]
        return replace(trial, claims=tuple(claim for claim in trial.claims if claim.rule in touched))


def _evaluations(trial: Trial) -> float:
    last = max(claim.expectation.at.milliseconds for claim in trial.claims)
    return last / trial.evaluation.milliseconds


def _limited(suite: Suite, needed: set[str]) -> Suite:
    """The suite with these rules alone."""
    groups = tuple(
        replace(group, rules=tuple(rule for rule in group.rules if (rule.record or rule.alert) in needed))
        for group in suite.groups
    )
    return replace(suite, groups=groups)


def _failed(suite: Suite, trials: tuple[Trial, ...], promtool: str) -> str:
    """What promtool says of trials, if one of them fails."""
    with tempfile.TemporaryDirectory(prefix="sightline-") as folder:
        tests = []
        for number, job in enumerate(replace(suite, trials=trials).jobs()):
            rules, path = f"{number}.yaml", f"{number}_test.yaml"
            Path(folder, rules).write_text(rule_file(job.groups, suite.source), encoding="utf-8")
            units = tuple(trial.unit_test(suite.owner) for trial in job.trials)
            text = written(path, rules, suite.groups, units, suite.source)
            Path(folder, path).write_text(text, encoding="utf-8")
            tests.append(path)
        done = subprocess.run(  # Prometheus' own tool
            [promtool, "test", "rules", *tests], cwd=folder, capture_output=True, text=True, check=False
        )
    return (done.stdout + done.stderr or "failed") if done.returncode else ""
