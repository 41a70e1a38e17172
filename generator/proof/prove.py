"""The whole of a proof: plan, run, judge, report."""

from __future__ import annotations

from collections.abc import Callable

from generator.diagnostics import Diagnostics
from generator.proof.coverage import coverage
from generator.proof.project import Plan, without_native
from generator.proof.reports import findings
from generator.proof.reports.result import Result
from generator.proof.run import knows_native, run


def runnable(planned: Plan, promtool: str) -> Plan:
    """The plan as far as a promtool can run it."""
    native = any(trial.native for suite in planned.suites for trial in suite.trials)
    return without_native(planned) if native and not knows_native(promtool) else planned


def prove(plan: Plan, promtool: str, done: Callable[[int], None], *, least: float = 0.0) -> Result:
    """The result of running a plan; less than `least` percent of covered rules are a finding."""
    outcomes = tuple(run(plan.suites, promtool, done))
    diagnostics = Diagnostics()
    findings.failures(outcomes, diagnostics)
    findings.unlike(plan, diagnostics)
    found = coverage(plan)
    findings.uncovered(found, least, diagnostics)
    return Result(plan, outcomes, found, tuple(diagnostics))
