"""The result for programs: one JSON object, described in docs/proof.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from generator.diagnostics import Span
from generator.proof.reports.result import Result
from generator.proof.verdict import Outcome
from generator.proof.words import came, expected, told

SCHEMA_VERSION = 1


def render(result: Result) -> str:
    """One object with sorted keys, in ASCII; new fields may come at any time."""
    report = {
        "schema_version": SCHEMA_VERSION,
        "slos": [
            {
                "slo": proven.suite.owner,
                **_place(proven.suite.span),
                "proven_by": proven.by,
                "unsimulated": proven.unsimulated or None,
                "passed": not proven.differences and all(one.passed for one in result.of(proven.by)),
                "differences": [asdict(one) for one in proven.differences],
                "trials": [_trial(one) for one in result.of(proven.suite.owner)],
            }
            for proven in result.plan.slos
        ],
        "packs": [
            {"pack": suite.owner, "trials": [_trial(one) for one in result.of(suite.owner)]}
            for suite in result.plan.packs
        ],
        "coverage": {
            "rules": result.coverage.rules,
            "percent": round(result.coverage.percent, 2),
            "missing": [{"owner": owner, "rule": rule} for owner, rule in result.coverage.missing],
        },
        "diagnostics": [asdict(item) for item in result.findings],
    }
    return json.dumps(report, indent=2, sort_keys=True).replace("\x7f", "\\u007f") + "\n"


def _place(span: Span | None) -> dict[str, Any]:
    return {"file": span.path, "line": span.line} if span else {"file": None, "line": None}


def _trial(outcome: Outcome) -> dict[str, Any]:
    return {
        "scenario": outcome.trial.scenario,
        "form": outcome.trial.name,
        "passed": outcome.passed,
        "failures": [
            {
                "rule": failure.rule,
                "message": told(failure),
                "at": str(failure.claim.expectation.at) if failure.claim else None,
                "expected": expected(failure.claim) if failure.claim else [],
                "got": came(failure),
            }
            for failure in outcome.failures
        ],
    }
