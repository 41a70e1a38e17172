"""What the trials showed: for each SLO and scenario what was expected and what came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.proof.answer import Answer, Reading
from generator.proof.model import Claim, Trial
from generator.proof.suite import Job, Suite


@dataclass(frozen=True, slots=True)
class Failure:
    """A claim that does not hold, with the samples that came; or a rule that failed, with promtool's words.

    Without a claim the rule could not be evaluated at all, and nothing else of the trial was looked at.
    """

    rule: str
    claim: Claim | None
    got: tuple[Reading, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A trial of a suite, and what failed in it."""

    suite: Suite
    trial: Trial
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether all of its claims hold."""
        return not self.failures


def judge(job: Job, code: int, answer: Answer) -> Iterator[Outcome]:
    """The outcomes of a run of promtool with exit code `code`.

    An answer that says "failed" and names no claim must not pass: then every trial of the job failed.
    """
    found = {trial: list(_failures(trial, answer)) for trial in job.trials}
    if code and not any(found.values()):
        broken = answer.broken or (("", answer.words.strip()),)
        found = {trial: [Failure(rule, None, words=words) for rule, words in broken] for trial in job.trials}
    for trial, failures in found.items():
        yield Outcome(job.suite, trial, tuple(failures))


def _failures(trial: Trial, answer: Answer) -> Iterator[Failure]:
    for claim in trial.claims:
        expectation = trial.expectation(claim)
        got = answer.failed.get((expectation.expr, expectation.at))
        if got is not None:
            yield Failure(claim.rule, claim, got)
