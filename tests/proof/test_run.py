"""The proof on the real promtool: sound rules of every shape stand every trial."""

from __future__ import annotations

import pytest

from generator.diagnostics import Diagnostics
from generator.proof import run
from generator.proof.reports.findings import failures
from proof.projects import AVAILABILITY, LATENCY, SHAPES, suite_of, with_defect

pytestmark = pytest.mark.engine


def said(suite) -> list[str]:
    """What is reported of a suite, one line for each rule."""
    diagnostics = Diagnostics()
    failures(run.run([suite], run.find()), diagnostics)
    return [f"{item.message} | {item.cause}" for item in diagnostics.items]


@pytest.mark.parametrize("shape", SHAPES)
def test_sound_rules_stand_every_trial(shape):
    suite = suite_of(**SHAPES[shape])
    assert len(suite.trials) > 20
    assert said(suite) == []


@pytest.mark.parametrize("sli", [AVAILABILITY, LATENCY])
@pytest.mark.parametrize("period", ["7d", "28d", "90d"])
def test_every_period(sli, period):
    # 43.2 times a budget of 1 % is an error ratio that can be exceeded.
    assert said(suite_of(sli, "99", period)) == []


def test_a_finding_has_its_code_and_place():
    diagnostics = Diagnostics()
    suite = with_defect(suite_of(), "slo:current_burn_rate:ratio", "/ 0.001", "/ 0.01")
    failures(run.run([suite], run.find()), diagnostics)
    (item,) = diagnostics.items
    assert item.code == "proof/failed"
    assert (item.span.path, item.span.line) == ("slos/cart.yaml", 8)
    assert "must be" in item.message
    assert "0.1 times that" in item.message
