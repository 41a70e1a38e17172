"""What is wrong as findings, one for each rule: what text and workflow commands show."""

from __future__ import annotations

from collections.abc import Iterable

from generator.diagnostics import Diagnostics
from generator.proof.coverage import Coverage
from generator.proof.project import Plan
from generator.proof.scenarios import SCENARIOS
from generator.proof.suite import Suite
from generator.proof.verdict import Failure, Outcome
from generator.proof.words import told

_SAYS = {scenario.name: scenario.says for scenario in SCENARIOS}
_LISTED = 4


def failures(outcomes: Iterable[Outcome], diagnostics: Diagnostics) -> None:
    """Report each rule of each suite that failed, at the line of its author."""
    by_rule: dict[tuple[str, str], list[tuple[Outcome, Failure]]] = {}
    for outcome in outcomes:
        for failure in outcome.failures:
            by_rule.setdefault((outcome.suite.owner, failure.rule), []).append((outcome, failure))
    for (owner, _), failed in by_rule.items():
        outcome, failure = failed[0]
        diagnostics.error(
            "proof/failed",
            f"{owner}: {told(failure)}",
            outcome.trial.origin or outcome.suite.span,
            cause=_course([outcome for outcome, _ in failed]),
            fix=_fix(outcome.suite, failure),
        )


def unlike(plan: Plan, diagnostics: Diagnostics) -> None:
    """Report every literal of an SLO that its definition contradicts."""
    for proven in plan.slos:
        for one in proven.differences:
            diagnostics.error(
                "proof/unlike",
                f"{proven.subject.key}: {one.rule} has {one.what} {one.found!r}, must be {one.expected!r}",
                proven.suite.span,
                cause=f"its rules have the form of those of {proven.by}, which were run, and other literals "
                "than its definition gives.",
                fix="`sightline generate` writes them anew.",
            )


def uncovered(found: Coverage, least: float, diagnostics: Diagnostics) -> None:
    """Report that less than `least` percent of the rules are covered."""
    if found.percent >= least:
        return
    listed = [f"{name} of {owner}" for owner, name in found.missing[:_LISTED]]
    more = f" and {len(found.missing) - _LISTED} more" if len(found.missing) > _LISTED else ""
    diagnostics.error(
        "proof/coverage",
        f"{found.percent:.1f} % of {found.rules} rules are covered, {least:g} % are asked for",
        None,
        cause=f"no trial makes these say anything: {', '.join(listed)}{more}.",
        fix="give packs tests in which their alerts fire.",
    )


def _course(outcomes: list[Outcome]) -> str:
    """The course of events in which a rule failed first, and the others."""
    first = outcomes[0].trial
    others = dict.fromkeys(f'"{other.trial.title}"' for other in outcomes[1:] if other.trial != first)
    says = _SAYS.get(first.scenario, "")
    more = " and others" if len(others) > _LISTED else ""
    also = f"It fails as well in: {', '.join(list(others)[:_LISTED])}{more}." if others else ""
    return " ".join(filter(None, [f'this is "{first.title}".', says, also]))


def _fix(suite: Suite, failure: Failure) -> str:
    """Where to look: the expression of the rule."""
    rules = [
        rule for group in suite.groups for rule in group.rules if failure.rule in {rule.record, rule.alert}
    ]
    if not rules:
        return "there is no such rule; `sightline generate` writes it." if failure.claim else ""
    return f"compare the rule's expression: {' '.join(rules[0].expr.split())}"
