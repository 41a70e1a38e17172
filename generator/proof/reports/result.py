"""Everything that is known after a run."""

from __future__ import annotations

from dataclasses import dataclass

from generator.diagnostics import Diagnostic
from generator.proof.coverage import Coverage
from generator.proof.project import Plan
from generator.proof.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """A plan, its outcomes, what they cover, and what was found wrong."""

    plan: Plan
    outcomes: tuple[Outcome, ...]
    coverage: Coverage
    findings: tuple[Diagnostic, ...]

    def of(self, owner: str) -> tuple[Outcome, ...]:
        """The outcomes of one suite."""
        return tuple(outcome for outcome in self.outcomes if outcome.suite.owner == owner)
