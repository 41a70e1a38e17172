"""`make mutate`: how many mutants of the rules the trials kill, by operator, and which survive.

A mutant is killed when promtool says that a trial fails. The comparison of literals that stands beside the
trials is left out: it would kill every literal at once. Mutants that mean the same as the sound rule are
listed in `equivalent`, each with the reason. To run them takes the longest, as no trial ends it, and is done
with `--equivalent` only, for which none of them may be killed.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from generator.proof import run
from generator.proof.suite import Suite
from proof.court import Court
from proof.equivalent import reason
from proof.mutants import Mutant, mutants
from proof.projects import SHAPES, suite_of


def run_all(
    suite: Suite, chosen: list[Mutant], known: dict[tuple[str, ...], str] | None = None
) -> dict[Mutant, bool]:
    """Which of the mutants are killed; `known` remembers which trials kill, from one suite to the next."""
    court = Court(suite, run.find(), {} if known is None else known)
    court.sound()
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return dict(zip(chosen, pool.map(court.kills, chosen), strict=True))


def table(verdicts: dict[Mutant, bool], same: set[Mutant]) -> str:
    """Mutants and kills by operator; equivalent ones are left out of the share."""
    lines = [
        "| operator | mutants | killed | equivalent | survived | killed of the others |",
        "|---|---|---|---|---|---|",
    ]
    for operator in sorted({mutant.operator for mutant in verdicts}):
        own = {mutant: verdict for mutant, verdict in verdicts.items() if mutant.operator == operator}
        dead = sum(own.values())
        alike = sum(mutant in same for mutant in own)
        left = len(own) - dead - alike
        share = 100 * dead / (len(own) - alike) if len(own) > alike else 100
        lines.append(f"| {operator} | {len(own)} | {dead} | {alike} | {left} | {share:.1f} % |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", help=f"of {', '.join(SHAPES)} [default: all]")
    parser.add_argument("--every", type=int, default=1, help="take each so many-th mutant only")
    parser.add_argument("--equivalent", action="store_true", help="run those that are said to be equivalent")
    arguments = parser.parse_args()
    verdicts: dict[Mutant, bool] = {}
    same: set[Mutant] = set()
    known: dict[tuple[str, ...], str] = {}
    unexpected = 0
    for name in arguments.shapes or SHAPES:
        suite = suite_of(**SHAPES[name])
        chosen = list(mutants(suite))[:: arguments.every]
        alike = [mutant for mutant in chosen if reason(mutant, name)]
        asked = alike if arguments.equivalent else [mutant for mutant in chosen if mutant not in alike]
        found = run_all(suite, asked, known)
        told = f"{len(alike)} equivalent, {sum(found.values())} killed of {len(asked)} that were run"
        print(f"{name}: {len(chosen)} mutants, {told}", flush=True)
        for mutant, dead in found.items():
            if dead is arguments.equivalent:
                unexpected += 1
                print(f"  {'KILLED' if dead else 'SURVIVED'}: {mutant}", flush=True)
        same.update(alike)
        verdicts |= dict.fromkeys(alike, False) | found
    if not arguments.equivalent:
        print(table(verdicts, same), flush=True)
    sys.exit(1 if unexpected else 0)


if __name__ == "__main__":
    main()
