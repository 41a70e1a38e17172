"""The result for people: a line for each SLO and pack, and a summary."""

from __future__ import annotations

from generator.diagnostics.terminal import safe
from generator.proof.reports.result import Result


def lines(result: Result) -> str:
    """What became of each SLO and pack."""
    told = []
    for proven in result.plan.slos:
        own = result.of(proven.suite.owner)
        bad = sum(not outcome.passed for outcome in own)
        if proven.by != proven.suite.owner:
            state = f"differs from {proven.by}" if proven.differences else f"like {proven.by}"
        else:
            state = f"{bad} of {len(own)} trials failed" if bad else f"proven in {len(own)} trials"
            if proven.unsimulated:
                state += f", but what its recordings read is not simulated: {proven.unsimulated}"
        told.append(f"{proven.suite.owner}: {state}")
    for suite in result.plan.packs:
        own = result.of(suite.owner)
        bad = sum(not outcome.passed for outcome in own)
        state = (
            f"{bad} of {len(own)} tests failed" if bad else f"{len(own)} tests passed" if own else "no tests"
        )
        told.append(f"{suite.owner}: {state}")
    return "".join(f"{safe(line)}\n" for line in told)


def summary(result: Result) -> str:
    """All of it in one line."""
    slos = result.plan.slos
    alone = sum(proven.by == proven.suite.owner for proven in slos)
    like = f", {len(slos) - alone} like one of them" if alone < len(slos) else ""
    partly = sum(bool(proven.unsimulated) for proven in slos)
    like += f", {partly} of them from its recordings on" if partly else ""
    failed = sum(not outcome.passed for outcome in result.outcomes)
    state = f"{failed} failed" if failed else "all as it must be"
    return (
        f"{len(slos)} SLOs: {alone} proven{like}. {len(result.outcomes)} trials: {state}. "
        f"{result.coverage.percent:.1f} % of {result.coverage.rules} rules covered.\n"
    )
