"""What the proof holds to be true, against tables typed by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from spec.projects import compile_files

from generator.proof import truth
from generator.spec.burn import factor
from proof.projects import suite_of

# Site Reliability Workbook, chapter 5, at 30 days: burn rate and error ratio at 99.9 %.
MONTH = {
    "SLOBurnRatePageFast": ("14.4", "0.0144", "1h", "5m"),
    "SLOBurnRatePageSlow": ("6", "0.006", "6h", "30m"),
    "SLOBurnRateTicketFast": ("3", "0.003", "1d", "2h"),
    "SLOBurnRateTicketSlow": ("1", "0.001", "3d", "6h"),
}
# The same shares of the budget at other periods, by hand: 2 % of 672 hours in one is 13.44, and so on; what
# comes out below 1 is 1.
BURNS = {
    "7d": ("3.36", "1.4", "1", "1"),
    "28d": ("13.44", "5.6", "2.8", "1"),
    "30d": ("14.4", "6", "3", "1"),
    "90d": ("43.2", "18", "9", "3"),
}


def alarms(objective="99.9", period="30d", platform=""):
    service = (
        "apiVersion: sightline/v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\nspec:\n"
        f"  slos: [{{name: good, objective: {objective}, period: {period}, sli: {{availability: {{}}}}}}]\n"
    )
    project = compile_files(
        {
            "sightline.yaml": "apiVersion: sightline/v1\nkind: Platform\nmetadata: {name: demo}\n"
            f"spec: {{project: demo{platform}}}\n",
            "slos/cart.yaml": service,
        }
    ).project
    (one,) = project.services
    return truth.alarms(project.platform, one, one.slos[0]), one.slos[0]


def test_a_month_is_the_workbooks():
    found, _ = alarms()
    table = {alarm.name: (alarm.burn, alarm.threshold, str(alarm.long), str(alarm.short)) for alarm in found}
    assert table == {
        name: (Fraction(burn), Fraction(threshold), long, short)
        for name, (burn, threshold, long, short) in MONTH.items()
    }


@pytest.mark.parametrize(("period", "burns"), BURNS.items())
def test_other_periods(period, burns):
    found, slo = alarms(period=period)
    assert [alarm.burn for alarm in found] == [Fraction(burn) for burn in burns]
    # The generator's own maths, which the proof does not use, says the same.
    assert [alert.factor for alert in slo.burn_alerts] == [Decimal(burn) for burn in burns]


@pytest.mark.parametrize(("objective", "budget"), [("99.9", "0.001"), ("99.95", "0.0005"), ("95", "0.05")])
def test_budgets(objective, budget):
    found, _ = alarms(objective)
    assert [alarm.threshold / alarm.burn for alarm in found] == [Fraction(budget)] * 4


def test_windows_of_ones_own():
    windows = ", windows: {own: [{tier: page, speed: fast, budgetPercent: 5, long: 2h, short: 10m}]}"
    service = (
        "apiVersion: sightline/v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\nspec:\n"
        "  slos: [{name: good, objective: 99, sli: {availability: {}}, alerting: {windows: own}}]\n"
    )
    project = compile_files(
        {
            "sightline.yaml": "apiVersion: sightline/v1\nkind: Platform\nmetadata: {name: demo}\n"
            f"spec: {{project: demo{windows}}}\n",
            "slos/cart.yaml": service,
        }
    ).project
    (one,) = project.services
    (alarm,) = truth.alarms(project.platform, one, one.slos[0])
    assert alarm.burn == 18  # 5 % of 720 hours in two of them
    assert factor(project.platform.windows["own"][0], one.slos[0].period) == 18
    assert alarm.threshold == Fraction("0.18")


def test_labels():
    suite = suite_of()
    assert suite.owner == "shop/cart/good"
    firing = [
        sample.labels
        for trial in suite.trials
        for claim in trial.claims
        for sample in claim.expectation.samples
    ]
    assert (
        'ALERTS{alertname="SLOBurnRatePageFast",alertstate="firing",team="shop",namespace="shop",service="cart",'
        'slo="good",severity="page",burn_tier="page",long_window="1h",short_window="5m"}'
    ) in firing
