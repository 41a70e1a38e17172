"""The outcomes as findings, one for each rule that failed: what text and workflow commands show."""

from __future__ import annotations

from collections.abc import Iterable

from generator.diagnostics import Diagnostics
from generator.proof.scenarios import SCENARIOS
from generator.proof.suite import Suite
from generator.proof.verdict import Failure, Outcome
from generator.proof.words import told

_SAYS = {scenario.name: scenario.says for scenario in SCENARIOS}


def findings(outcomes: Iterable[Outcome], diagnostics: Diagnostics) -> None:
    """Report each rule of each suite that failed, at the line of its author."""
    by_rule: dict[tuple[str, str], list[tuple[Outcome, Failure]]] = {}
    for outcome in outcomes:
        for failure in outcome.failures:
            by_rule.setdefault((outcome.suite.owner, failure.rule), []).append((outcome, failure))
    for (owner, _), failed in by_rule.items():
        outcome, failure = failed[0]
        others = list(dict.fromkeys(f'"{other.trial.title}"' for other, _ in failed[1:]))
        others = [title for title in others if title != f'"{outcome.trial.title}"']
        says = _SAYS.get(outcome.trial.scenario, "")
        also = (
            f" It fails as well in: {', '.join(others[:4])}{' and others' if len(others) > 4 else ''}."
            if others
            else ""
        )
        diagnostics.error(
            "proof/failed",
            f"{owner}: {told(failure)}",
            outcome.suite.span,
            cause=f'this is "{outcome.trial.title}". {says}{also}'.strip(),
            fix=_fix(outcome.suite, failure),
        )


def _fix(suite: Suite, failure: Failure) -> str:
    """Where to look: the expression of the rule."""
    rules = [
        rule for group in suite.groups for rule in group.rules if failure.rule in {rule.record, rule.alert}
    ]
    if not rules:
        return (
            f"{failure.rule or 'the rule'} is in no group; `sightline generate` writes it."
            if failure.claim
            else ""
        )
    return f"compare the rule's expression: {' '.join(rules[0].expr.split())}"
