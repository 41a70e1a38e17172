"""SLIs that are weighted by time, on a real Prometheus, against the truth from the raw samples.

Beside the generated expression stand the ones that are easily written instead: the same assertion refuses
them.
"""

from __future__ import annotations

import pytest
from engine import minutes
from engine.minutes import EVENING
from engine.scenario import World, played
from engine.series import HOUR, MINUTE, START

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("minutes")]

SCENARIOS, TRUTHS = minutes.all_scenarios()
SLOS = [slo for _, slo in TRUTHS]
# A query is read at whole minutes and its samples come every 15 seconds: what has begun is seen up to a
# minute late, and its end as late. So a count is off by at most a minute, where an end of the window cuts
# through an episode. A staged window may start in the midst of one reading's ten records: one minute more.
AN_HOUR, SIX_HOURS = 1.0, 2.0
TIMES = [START + EVENING + each * MINUTE for each in (20, 35, 60, 75, 90, 120)]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with played(tmp_path_factory.mktemp("minutes"), SCENARIOS) as played_world:
        yield played_world


def value(world: World, slo: str, expression: str, time: float) -> float | None:
    """The value of an expression in which `ID` stands for the matchers of an SLO's records."""
    return world.server.value(expression.replace("ID", SCENARIOS[0].selector(slo)), int(time))


@pytest.mark.parametrize("slo", SLOS)
@pytest.mark.parametrize("time", TIMES)
def test_an_hour_counts_its_minutes(world: World, slo: str, time: int):
    bad, total = TRUTHS["gauges", slo].count(time - HOUR, time)
    assert value(world, slo, "slo:events_bad:rate1h{ID} * 3600", time) == pytest.approx(bad, abs=AN_HOUR)
    assert value(world, slo, "slo:events_total:rate1h{ID} * 3600", time) == pytest.approx(total, abs=AN_HOUR)


@pytest.mark.parametrize("slo", SLOS)
def test_staged_records_count_minutes_too(world: World, slo: str):
    time = START + EVENING + 3 * HOUR
    bad, total = TRUTHS["gauges", slo].count(time - 6 * HOUR, time)
    for outcome, truth in (("bad", bad), ("total", total)):
        staged = f"sum_over_time(slo:events_{outcome}:rate5m{{ID}}[6h]) * 30"
        assert value(world, slo, staged, time) == pytest.approx(truth, abs=SIX_HOURS)


def test_while_all_is_well_every_minute_counts_once(world: World):
    time = START + EVENING + 4 * HOUR - MINUTE
    for window, seconds in (("5m", 300), ("30m", 1800), ("1h", 3600)):
        for second in (0, 30):  # exactly at a whole minute there is no reading too many
            total = value(world, "ignore", f"slo:events_total:rate{window}{{ID}} * {seconds}", time + second)
            assert total == pytest.approx(seconds / 60, rel=1e-12)


@pytest.mark.parametrize("slo", SLOS)
def test_remaining_budget_is_the_truth(world: World, slo: str):
    scenario, truth = SCENARIOS[0], TRUTHS["gauges", slo]
    found = value(world, slo, "slo:period_error_budget_remaining:ratio{ID}", scenario.end)
    budget = scenario.objective(slo).budget
    # One minute of the day that was measured.
    tolerance = 1 / (24 * 60) / budget
    assert found == pytest.approx(truth.remaining(scenario.end, budget), abs=tolerance)
    assert abs(1 - truth.remaining(scenario.end, budget)) > tolerance / 2


def test_what_two_hours_hold(world: World):
    """By hand: 20 minutes are bad, 10 NaN, 15 missing; the share is 20 x 0.25 + 6 x 1."""
    time, two_hours = START + EVENING + 2 * HOUR, "sum_over_time(slo:events_{}:rate5m{{ID}}[2h]) * 30"
    for slo, bad, total in (
        ("ignore", 20, 95),
        ("bad", 45, 120),
        ("ratio-bad", 11, 95),
        ("ratio-good", 11, 95),
        ("pair", 10, 120),
    ):
        found = [value(world, slo, two_hours.format(outcome), time) for outcome in ("bad", "total")]
        assert found == [pytest.approx(bad, abs=1), pytest.approx(total, abs=1)], slo


@pytest.mark.parametrize(
    ("wrong", "counted"),
    [
        ("1 - (age_seconds < bool 900)", "age_seconds"),  # NaN is bad
        ("age_seconds >= bool 900", "age_seconds"),  # NaN is good
        ("1 - (age_seconds >= bool 900)", "age_seconds == age_seconds"),  # the wrong way round
        ("1 - ((age_seconds == age_seconds) < bool 15)", "age_seconds == age_seconds"),  # minutes for seconds
    ],
)
def test_what_is_easily_written_instead_is_refused(world: World, wrong: str, counted: str):
    time = START + EVENING + HOUR  # twenty minutes bad, ten NaN
    truth = TRUTHS["gauges", "ignore"].count(time - HOUR, time)
    found = [
        world.server.value(f"{function}(({expression})[1h:1m] offset 1ms)", time)
        for function, expression in (("sum_over_time", wrong), ("count_over_time", counted))
    ]
    assert found != [pytest.approx(each, abs=AN_HOUR) for each in truth]


def test_a_sum_over_series_would_be_refused(world: World):
    time = START + EVENING + HOUR
    total = TRUTHS["gauges", "pair"].count(time - HOUR, time)[1]
    wrong = world.server.value("sum(count_over_time(pair_seconds[1h:1m] offset 1ms))", time)
    assert wrong == pytest.approx(2 * total, abs=AN_HOUR)


def test_readings_at_whole_minutes_would_count_one_too_many(world: World):
    time = START + EVENING + HOUR
    assert world.server.value("count_over_time(burst_seconds[5m:1m])", time) == 6
    assert world.server.value("count_over_time(burst_seconds[5m:1m] offset 1ms)", time) == 5


def test_without_a_value_there_is_no_ratio_or_a_bad_one(world: World):
    time = START + EVENING + 80 * MINUTE  # missing for ten minutes
    ratio = "slo:sli_error:ratio_rate5m{ID}"
    assert value(world, "ignore", ratio, time) is None
    assert value(world, "ratio-bad", ratio, time) is None
    assert value(world, "bad", ratio, time) == 1


def test_no_record_is_ever_nan_or_infinite(world: World):
    assert world.outcomes["gauges"].not_numbers == set()


def test_the_page_comes_with_its_share_of_bad_minutes(world: World):
    """14.4 % of an hour are 8.64 minutes, read once a minute and evaluated every half."""
    start = START + EVENING + 10 * MINUTE
    first = world.outcomes["gauges"].first("ignore", "SLOBurnRatePageFast", start)
    assert start + 8 * MINUTE < first <= start + 10 * MINUTE


def test_one_bad_minute_never_pages_and_four_do(world: World):
    """At 99.9 % one bad minute of an hour is above the threshold; minFailures counts bad minutes."""
    outcome, start = world.outcomes["gauges"], START + EVENING
    ratio = "max_over_time(slo:sli_error:ratio_rate1h{ID}[1h])"
    assert value(world, "blip", ratio, start + HOUR) > 0.0144
    assert outcome.first("blip", "SLOBurnRatePageFast", start) is None
    first = outcome.first("burst", "SLOBurnRatePageFast", start)
    assert start + 2 * MINUTE < first <= start + 4 * MINUTE
