"""The proof on the real promtool: sound rules stand every trial, and a defect is seen and said."""

from __future__ import annotations

import pytest

from generator.diagnostics import Diagnostics
from generator.proof import run
from generator.proof.report import findings
from proof.projects import AVAILABILITY, LATENCY, suite_of, with_defect

pytestmark = pytest.mark.engine


def said(suite) -> list[str]:
    """What is reported of a suite, one line for each rule."""
    diagnostics = Diagnostics()
    findings(run.run([suite], run.find()), diagnostics)
    return [f"{item.message} | {item.cause}" for item in diagnostics.items]


@pytest.mark.parametrize("sli", [AVAILABILITY, LATENCY])
@pytest.mark.parametrize("period", ["7d", "28d", "30d", "90d"])
def test_sound_rules_stand_every_trial(sli, period):
    # 43.2 times a budget of 1 % is an error ratio that can be exceeded.
    suite = suite_of(sli, "99", period)
    assert len(suite.trials) > 20
    assert said(suite) == []


def test_a_defect_is_said():
    suite = with_defect(suite_of(), "SLOBurnRatePageFast", "> 0.0144", "> 0.144")
    (finding,) = said(suite)
    assert finding.startswith(
        "shop/cart/good: SLOBurnRatePageFast must fire at 3m, and is silent | "
        'this is "burn just above the threshold, SLOBurnRatePageFast". Both windows are 2 % above it'
    )


def test_a_finding_has_its_code_and_place():
    diagnostics = Diagnostics()
    suite = with_defect(suite_of(), "slo:current_burn_rate:ratio", "/ 0.001", "/ 0.01")
    findings(run.run([suite], run.find()), diagnostics)
    (item,) = diagnostics.items
    assert item.code == "proof/failed"
    assert (item.span.path, item.span.line) == ("slos/cart.yaml", 8)
    assert "must be" in item.message
    assert "0.1 times that" in item.message
