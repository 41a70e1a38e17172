"""`make mutate`: how many mutants of the rules the trials kill, by operator, and which survive.

A mutant is killed when promtool says that a trial fails. The comparison of literals that stands beside the
trials is left out: it would kill every literal at once. Mutants that mean the same as the sound rule are
listed in `EQUIVALENT`, each with the reason.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from generator.promql.parse import parse, selectors
from generator.proof import run
from generator.proof.suite import Suite
from proof.mutants import Mutant, mutants
from proof.projects import SHAPES, suite_of

_IDENTITY = r"(namespace|service|slo)"
# Operator, rule, change, reason: what survives and is matched here means the same as the sound rule.
EQUIVALENT: list[tuple[str, str, str, str]] = [
    (
        "matcher",
        r"slo:sli_error:ratio_rate.*",
        rf"^slo:events_\w+:\w+: {_IDENTITY}=.* dropped",
        "a quotient has the series that both of its sides have, and the other side still selects",
    ),
    (
        "matcher",
        r"SLOBurnRate.*",
        rf"^slo:\S+: {_IDENTITY}=.* dropped",
        "`and` keeps what all three operands have, and the other two still select",
    ),
    (
        "aggregation",
        r"slo:events_bad:.*",
        r"^sum -> (max|avg)$",
        "zero times anything is zero: the other sums of the rule are killed",
    ),
    (
        "aggregation",
        r"SLITelemetryAbsent",
        r"^(sum -> (max|avg)|rate -> increase)$",
        "of rates that are not negative, one is positive if their sum is",
    ),
    (
        "rule label",
        r"(slo:sli_error:.*|slo:events_.*_sum\d.*|slo:.*(burn_rate|remaining|coverage):ratio|SLOBurnRate.*)",
        rf"^{_IDENTITY} dropped$",
        "the expression's own result has the label, with the same value",
    ),
    (
        "label",
        r"slo:period_coverage:ratio",
        rf"without {_IDENTITY}$",
        "the rule's labels put it back",
    ),
    (
        "operator",
        r"SLOBurnRate.*",
        r"^> -> >=$",
        "a count of failures is never a half: the comparisons of ratios are killed",
    ),
    (
        "literal",
        r"slo:period_coverage:ratio",
        r"^1 -> 2$",
        "promtool reads 10,000 samples in a query, a full month has more: shown at seven days",
    ),
]


def readers(suite: Suite, rule: str) -> set[str]:
    """The rule and all that read it, directly or not."""
    every = [each for group in suite.groups for each in group.rules]
    found = {rule}
    while True:
        more = {
            each.record or each.alert
            for each in every
            if any(use.metric in found for use in selectors(parse(each.expr)))
        }
        if more <= found:
            return found
        found |= more


def killed(suite: Suite, mutant: Mutant, promtool: str) -> bool:
    """Whether a trial fails; those about the rule itself run first, then those about its readers."""
    mutated = mutant.of(suite)
    near = [trial for trial in mutated.trials if any(claim.rule == mutant.rule for claim in trial.claims)]
    touched = readers(suite, mutant.rule)
    far = [
        trial
        for trial in mutated.trials
        if trial not in near and any(claim.rule in touched for claim in trial.claims)
    ]
    # Short trials first: most mutants die in one.
    for trials in (near, far):
        for job in sorted(replace(mutated, trials=tuple(trials)).jobs(), key=lambda job: job.trials[0].step):
            for part in _parts(job.trials):
                outcomes = run.run_job(replace(job, trials=part), promtool)
                if any(not outcome.passed for outcome in outcomes):
                    return True
    return False


def _parts(trials: tuple) -> Iterable[tuple]:
    return [trials[start : start + 12] for start in range(0, len(trials), 12)]


def reason(mutant: Mutant) -> str:
    """Why a mutant is equivalent; empty if nobody says so."""
    for operator, rule, change, why in EQUIVALENT:
        if (
            operator == mutant.operator
            and re.fullmatch(rule, mutant.rule)
            and re.search(change, mutant.change)
        ):
            return why
    return ""


def run_all(suite: Suite, chosen: list[Mutant]) -> dict[Mutant, bool]:
    """Which of the mutants are killed."""
    promtool = run.find()
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return dict(zip(chosen, pool.map(lambda one: killed(suite, one, promtool), chosen), strict=True))


def table(verdicts: dict[Mutant, bool]) -> str:
    """Mutants and kills by operator; equivalent ones are left out of the share."""
    lines = [
        "| operator | mutants | killed | equivalent | survived | killed of the others |",
        "|---|---|---|---|---|---|",
    ]
    for operator in sorted({mutant.operator for mutant in verdicts}):
        own = {mutant: verdict for mutant, verdict in verdicts.items() if mutant.operator == operator}
        dead = sum(own.values())
        same = sum(not verdict and bool(reason(mutant)) for mutant, verdict in own.items())
        left = len(own) - dead - same
        share = 100 * dead / (len(own) - same) if len(own) > same else 100
        lines.append(f"| {operator} | {len(own)} | {dead} | {same} | {left} | {share:.1f} % |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", help=f"of {', '.join(SHAPES)} [default: all]")
    parser.add_argument("--every", type=int, default=1, help="take each so many-th mutant only")
    arguments = parser.parse_args()
    verdicts: dict[Mutant, bool] = {}
    for name in arguments.shapes or SHAPES:
        suite = suite_of(**SHAPES[name])
        found = run_all(suite, list(mutants(suite))[:: arguments.every])
        print(f"{name}: {len(found)} mutants, {sum(found.values())} killed", flush=True)
        for mutant, dead in found.items():
            if not dead:
                print(f"  {'equivalent' if reason(mutant) else 'SURVIVED'}: {mutant}", flush=True)
        verdicts |= found
    print(table(verdicts))
    if any(not dead and not reason(mutant) for mutant, dead in verdicts.items()):
        sys.exit(1)


if __name__ == "__main__":
    main()
