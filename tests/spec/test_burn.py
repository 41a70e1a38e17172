"""Burn-rate maths against figures worked out by hand, and against the formula itself."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostics
from generator.promql.duration import Duration
from generator.sli.availability import Record
from generator.spec.burn import built_in_windows, burn_alerts, factor
from generator.spec.model import SLO, Alerting, BurnWindow, Tier

GOOGLE = built_in_windows()["google-30d"]
LENGTHS = ["5m", "30m", "1h", "2h", "6h", "12h", "1d", "3d"]


def an_slo(objective: str, period: str = "30d", alerting: Alerting | None = None) -> SLO:
    return SLO(
        name="a",
        objective=Decimal(objective),
        period=Duration.parse(period),
        sli=Record(),
        alerting=alerting or Alerting(),
    )


def alerts_of(slo: SLO, windows: tuple[BurnWindow, ...] = GOOGLE):
    diagnostics = Diagnostics()
    return burn_alerts(slo, {slo.alerting.windows: windows}, diagnostics), list(diagnostics)


def test_the_windows_are_those_of_the_workbook():
    table = [(w.tier, w.speed, str(w.budget_percent), str(w.long), str(w.short)) for w in GOOGLE]
    assert table == [
        ("page", "fast", "2", "1h", "5m"),
        ("page", "slow", "5", "6h", "30m"),
        ("ticket", "fast", "10", "1d", "2h"),
        ("ticket", "slow", "10", "3d", "6h"),
    ]


@pytest.mark.parametrize(
    ("period", "factors"),
    [
        ("7d", ["3.36", "1.4", "1", "1"]),  # 10 % in a day is 0.7, in three days 0.23: both below the floor
        ("28d", ["13.44", "5.6", "2.8", "1"]),  # 10 % in three days is 0.93
        ("30d", ["14.4", "6", "3", "1"]),
        ("90d", ["43.2", "18", "9", "3"]),
    ],
)
def test_factors(period, factors):
    assert [factor(window, Duration.parse(period)) for window in GOOGLE] == list(map(Decimal, factors))


@pytest.mark.parametrize(
    ("objective", "period", "thresholds"),
    [
        ("99.9", "30d", ["0.0144", "0.006", "0.003", "0.001"]),
        ("99", "30d", ["0.144", "0.06", "0.03", "0.01"]),
        ("99.95", "30d", ["0.0072", "0.003", "0.0015", "0.0005"]),
        ("99.9", "28d", ["0.01344", "0.0056", "0.0028", "0.001"]),
        ("99.9", "7d", ["0.00336", "0.0014", "0.001", "0.001"]),
        ("99.9", "90d", ["0.0432", "0.018", "0.009", "0.003"]),
        ("99.9999", "30d", ["0.0000144", "0.000006", "0.000003", "0.000001"]),
    ],
)
def test_thresholds(objective, period, thresholds):
    alerts, said = alerts_of(an_slo(objective, period))
    assert said == []
    assert [alert.threshold for alert in alerts] == list(map(Decimal, thresholds))


@pytest.mark.parametrize(("objective", "budget"), [("99.9", "0.001"), ("99.95", "0.0005"), ("97.3", "0.027")])
def test_budgets_are_exact(objective, budget):
    """In binary floating point 100 - 99.9 is 0.09999999999999432."""
    assert an_slo(objective).budget == Decimal(budget)


objectives = st.decimals("50.01", "99.9999", places=4, allow_nan=False)
burn_windows = st.builds(
    lambda percent, lengths: BurnWindow(
        tier="page",
        speed="fast",
        budget_percent=percent,
        long=Duration.parse(lengths[1]),
        short=Duration.parse(lengths[0]),
    ),
    st.decimals("0.1", "99.9", places=1, allow_nan=False),
    st.tuples(st.sampled_from(LENGTHS), st.sampled_from(LENGTHS)).filter(
        lambda pair: Duration.parse(pair[0]) < Duration.parse(pair[1])
    ),
)


@given(objectives, st.integers(4, 366), burn_windows)
def test_thresholds_follow_the_formula(objective, days, window):
    """share x period / long window x budget, exact where the division is, and never below the budget."""
    slo = an_slo(str(objective), f"{days}d")
    alerts, _ = alerts_of(slo, (window,))
    (alert,) = alerts
    hours = Decimal(window.long.milliseconds) / 3_600_000
    burnt = window.budget_percent * days * 24  # hundredths of the period's budget, times hours
    if burnt <= 100 * hours:
        assert alert.factor == 1
        assert alert.threshold == slo.budget
    else:
        assert abs(alert.factor * 100 * hours - burnt) <= burnt * Decimal("1e-11")
        assert alert.threshold == alert.factor * slo.budget
        if window.long.milliseconds % (3 * 3_600_000):  # no factor 3 in the divisor: the quotient ends
            assert alert.factor * 100 * hours == burnt


@given(objectives, st.integers(4, 366), burn_windows)
def test_an_alert_is_refused_exactly_when_no_ratio_can_exceed_its_threshold(objective, days, window):
    alerts, said = alerts_of(an_slo(str(objective), f"{days}d"), (window,))
    assert [item.code for item in said] == ["slo/unreachable-alert"] * (alerts[0].threshold >= 1)


@pytest.mark.parametrize(
    ("objective", "refused"),
    [("93.05", ["1h"]), ("93.06", []), ("80", ["1h", "6h"]), ("66", ["1h", "6h", "1d"])],
)
def test_the_lowest_objectives_at_thirty_days(objective, refused):
    """14.4, 6 and 3 times the budget reach 1 at 93.0555..., 83.33... and 66.66... %."""
    _, said = alerts_of(an_slo(objective))
    assert [length for item in said for length in re.findall(r"over (\w+)", item.message)] == refused
    assert len(said) <= 1


def test_disabled_tiers_have_no_alerts_and_cannot_be_unreachable():
    alerts, said = alerts_of(an_slo("70", alerting=Alerting(page=Tier(disabled=True))))
    assert [(alert.window.tier, alert.window.speed) for alert in alerts] == [
        ("ticket", "fast"),
        ("ticket", "slow"),
    ]
    assert said == []
    assert alerts_of(an_slo("70", alerting=Alerting(disabled=True))) == ((), [])


@pytest.mark.parametrize(("period", "codes"), [("3d", ["slo/period"]), ("4d", [])])
def test_a_period_is_longer_than_every_window(period, codes):
    _, said = alerts_of(an_slo("99.9", period))
    assert [item.code for item in said] == codes
