"""The generated rules' numbers on a real Prometheus, against the truth from the raw increments.

Beside each number stands a wrong way to compute it that people do use: the same assertion must refuse it,
else it would prove nothing.
"""

from __future__ import annotations

import pytest
from engine import classical, numbers, report
from engine.generated import ROOT
from engine.rules import Rule, RuleError, evaluate
from engine.scenario import Scenario, World, at, played
from engine.series import DAY, HOUR, MINUTE, START
from engine.server import QueryError

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("numbers")]

REMAINING = "slo:period_error_budget_remaining:ratio"
WINDOWS = {"5m": 300, "30m": 1800, "1h": 3600}
COUNTED = [
    ("clean", "availability"),
    ("idle", "availability"),
    ("nights", "availability"),
    ("reset", "availability"),
    ("team", "availability"),
    ("both", "availability"),
    ("both", "latency"),
    ("bucketless", "availability"),
    ("gone", "availability"),
    ("first", "availability"),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with played(tmp_path_factory.mktemp("numbers"), numbers.all_scenarios()) as played_world:
        yield played_world


def is_true(scenario: Scenario, slo: str, remaining: float | None) -> bool:
    """Whether this remaining budget at the scenario's end is the truth, within the tolerance."""
    truth = scenario.truths[slo].remaining(scenario.end, scenario.objective(slo).budget)
    return remaining is not None and abs(remaining - truth) <= numbers.tolerance(scenario, slo)


@pytest.mark.parametrize(("service", "slo"), COUNTED)
def test_remaining_budget_is_the_truth(world: World, service: str, slo: str):
    scenario = world.scenarios[service]
    remaining, truth = numbers.remaining(world, service, slo)
    assert remaining == pytest.approx(truth, rel=0, abs=numbers.tolerance(scenario, slo))
    # Enough must have happened that "nothing was spent" is no answer.
    assert not is_true(scenario, slo, 1.0)


@pytest.mark.parametrize(("service", "slo"), COUNTED)
def test_short_windows_are_what_rate_is_defined_to_be(world: World, service: str, slo: str):
    scenario, truth = world.scenarios[service], world.scenarios[service].truths[slo]
    for start, end in scenario.focus:
        for looked_at in range(START + start + HOUR, START + end + 1, 20 * MINUTE):
            for window, seconds in WINDOWS.items():
                record = f"slo:events_{{}}:rate{window}{{{{{scenario.selector(slo)}}}}}"
                time = world.server.value(f"timestamp({record.format('total')})", looked_at)
                expected = {"bad": truth.bad.rate(time, seconds), "total": truth.total.rate(time, seconds)}
                for outcome, rate in expected.items():
                    # Sums of floats in another order; the numbers are the same.
                    found = world.server.value(record.format(outcome), looked_at)
                    assert found == pytest.approx(rate, rel=1e-9, abs=1e-12)
                ratio = f"slo:sli_error:ratio_rate{window}{{{scenario.selector(slo)}}}"
                if expected["total"]:
                    share = expected["bad"] / expected["total"]
                    assert world.server.value(ratio, looked_at) == pytest.approx(share, rel=1e-9, abs=1e-12)
                else:
                    assert world.server.value(ratio, looked_at) is None


@pytest.mark.parametrize(("service", "slo"), COUNTED)
def test_an_hour_counts_its_events_to_those_of_two_scrapes(world: World, service: str, slo: str):
    scenario = world.scenarios[service]
    truth = scenario.truths[slo]
    for outcome, events in (("bad", truth.bad), ("total", truth.total)):
        record = f"slo:events_{outcome}:rate1h{{{scenario.selector(slo)}}} * 3600"
        counted = world.server.value(record, scenario.end)
        # A scrape's worth of events may lie outside of the window at each of its ends.
        slack = events.two_scrapes(scenario.end - HOUR, scenario.end)
        assert abs(counted - events.count(scenario.end - HOUR, scenario.end)) <= slack


def test_no_record_is_ever_nan_or_infinite(world: World):
    assert {service: outcome.not_numbers for service, outcome in world.outcomes.items()} == {
        service: set() for service in world.scenarios
    }
    # A ratio of raw rates is NaN in the idle hour; the check would have seen it.
    wrong = Rule("wrong:idle", classical.ratio("idle", "5m"))
    idle = world.scenarios["idle"]
    assert evaluate(world.server, [wrong], at(idle.history), [at(idle.focus[0])]).not_numbers == {
        "wrong:idle"
    }


@pytest.mark.parametrize("service", ["clean", "idle", "nights"])
def test_an_average_of_ratios_would_be_refused(world: World, service: str):
    scenario = world.scenarios[service]
    average = Rule("wrong:ratio_rate5m", classical.ratio(service, "5m"), {"service": service})
    evaluate(world.server, [average], at(scenario.history), [at(scenario.history)])
    selector = f'wrong:ratio_rate5m{{service="{service}"}}'
    wrong = f"1 - avg_over_time({selector}[30d]) / {scenario.objective('availability').budget}"
    assert not is_true(scenario, "availability", world.server.value(wrong, scenario.end))


def test_idle_is_no_ratio_and_no_traffic_while_dead_telemetry_is_neither(world: World):
    idle, silent = world.scenarios["idle"], START + 15 * DAY + 30 * MINUTE
    assert world.server.value(f"slo:events_total:rate5m{{{idle.selector()}}}", silent) == 0
    assert world.server.value(f"slo:events_bad:rate5m{{{idle.selector()}}}", silent) == 0
    assert world.server.value(f"slo:sli_error:ratio_rate5m{{{idle.selector()}}}", silent) is None
    assert world.server.value(f"slo:sli_error:ratio_rate2h{{{idle.selector()}}}", silent) is not None


def test_counters_without_reset_handling_would_be_refused(world: World):
    reset = world.scenarios["reset"]
    wrong = _raw_remaining("delta", 'reporter="destination",destination_service_name="reset"')
    assert not is_true(reset, "availability", world.server.value(wrong, reset.end))


def test_a_new_team_keeps_one_history(world: World):
    team = world.scenarios["team"]
    owners = world.server.instant(f"slo_info{{{team.selector()}}}", team.end)
    assert [each.labels["team"] for each in owners] == ["payments"]
    assert world.server.value(f"slo:period_coverage:ratio{{{team.selector()}}}", team.end) == pytest.approx(
        0.2, abs=1e-3
    )


def test_a_team_label_on_records_would_break_the_period(world: World):
    team = world.scenarios["team"]
    start, end = at(team.history)
    halves = (("orders", (start, (start + end) // 2)), ("payments", ((start + end) // 2 + 30, end)))
    for outcome in ("bad", "total"):
        for owner, half in halves:
            read = f"slo:events_{outcome}:rate5m{{{team.selector()}}}"
            evaluate(world.server, [Rule(f"wrong:{outcome}", read, {"team": owner})], half, [half])
    wrong = "1 - sum_over_time(wrong:bad[30d]) / sum_over_time(wrong:total[30d]) / 0.001"
    with pytest.raises(QueryError, match="2 series"):
        world.server.value(wrong, team.end)


def test_two_objectives_of_a_service_do_not_mix(world: World):
    both = world.scenarios["both"]
    service = 'namespace="shop",service="both"'
    mixed = " / ".join(
        f"sum(sum_over_time(slo:events_{outcome}:rate5m_sum2m{{{service}}}[30d]))"
        for outcome in ("bad", "total")
    )
    for slo in ("availability", "latency"):
        wrong = f"1 - {mixed} / {both.objective(slo).budget}"
        assert not is_true(both, slo, world.server.value(wrong, both.end))


def test_requests_that_two_proxies_report_count_once(world: World):
    both = world.scenarios["both"]
    truth = both.truths["availability"].total.rate(both.end, 3600)
    twice = world.server.value(
        'sum(rate(istio_requests_total{destination_service_name="both"}[1h]))', both.end
    )
    once = world.server.value(f"slo:events_total:rate1h{{{both.selector()}}}", both.end)
    assert twice == pytest.approx(2 * truth, rel=0.01)
    assert once == pytest.approx(truth, rel=1e-9)


def test_a_missing_bucket_is_absent_and_never_green(world: World):
    scenario = world.scenarios["bucketless"]
    selector = scenario.selector("latency")
    assert world.server.value(f"slo:events_total:rate5m{{{selector}}}", scenario.end) > 0
    for record in (
        "slo:events_bad:rate5m",
        "slo:sli_error:ratio_rate5m",
        "slo:sli_error:ratio_rate6h",
        REMAINING,
    ):
        assert world.server.value(f"{record}{{{selector}}}", scenario.end) is None
    # The classical fill says "no request was slow", and so would its budget.
    own = 'reporter="destination",destination_service_name="bucketless",response_code="200"'
    total = f"sum(rate(istio_request_duration_milliseconds_count{{{own}}}[5m]))"
    quick = f'sum(rate(istio_request_duration_milliseconds_bucket{{{own},le="250"}}[5m]))'
    assert world.server.value(f"({total} - {quick}) or 0 * {total}", scenario.end) == 0


def test_reading_the_destination_only_misses_that_all_pods_are_gone(world: World):
    gone = world.scenarios["gone"]
    wrong = _raw_remaining("rate", 'reporter="destination",destination_service_name="gone"', budget=0.01)
    assert not is_true(gone, "availability", world.server.value(wrong, gone.end))


def test_before_the_first_error_the_budget_is_whole(world: World):
    first = world.scenarios["first"]
    before = START + 19 * HOUR + 50 * MINUTE
    assert first.truths["availability"].bad.count(START, before) == 0
    # No error series exists yet: without a fill from the total all of these would be absent.
    for record in ("slo:events_bad:rate5m", "slo:sli_error:ratio_rate1h", "slo:sli_error:ratio_rate6h"):
        assert world.server.value(f"{record}{{{first.selector()}}}", before) == 0
    assert world.server.value(f"{REMAINING}{{{first.selector()}}}", before) == 1


def test_the_first_error_does_not_break_the_zero_fill(world: World):
    first = world.scenarios["first"]
    total = f"slo:events_total:rate5m{{{first.selector()}}}"
    identity = {"namespace": "shop", "service": "first", "slo": "availability"}
    wrong = Rule("wrong:first", f"{classical.events('first', 'bad', '5m')} or 0 * {total}", identity)
    with pytest.raises(RuleError, match="same labelset"):
        evaluate(world.server, [wrong], at(first.history), [at(first.focus[0])])


@pytest.mark.parametrize(("service", "least", "most"), [("gap-inside", 0.3, 0.6), ("gap-over", 0.85, 1.05)])
def test_a_gap_of_prometheus_costs_what_the_docs_say(world: World, service: str, least: float, most: float):
    scenario = world.scenarios[service]
    truth = scenario.truths["availability"]
    # Staged windows lose what was not evaluated: about the incident's share in the gap.
    assert least <= numbers.lost_in_period(world, service) <= most
    # The raw windows of the same rules lose nothing, because the counters went on counting.
    after = START + 20 * HOUR + 40 * MINUTE
    seen = world.server.value(f"slo:events_bad:rate1h{{{scenario.selector()}}}", after) * 3600
    assert seen == pytest.approx(truth.bad.count(after - HOUR, after), rel=0.02)
    # And the missing part of the period is shown.
    coverage = world.server.value(f"slo:period_coverage:ratio{{{scenario.selector()}}}", scenario.end)
    assert coverage == pytest.approx((DAY - 10 * MINUTE) / (30 * DAY), rel=0.005)


def test_the_docs_say_what_was_measured(world: World):
    page = (ROOT / "docs" / "numbers.md").read_text(encoding="utf-8")
    assert report.numbers_table(world) in page
    assert report.gap_table(world) in page


def _raw_remaining(function: str, selector: str, budget: float = 0.001) -> str:
    """The remaining budget from raw counters over the whole period, by any function of a range."""
    bad, total = (
        f"sum({function}(istio_requests_total{{{selector}{code}}}[30d]))"
        for code in (',response_code=~"5.."', "")
    )
    return f"1 - {bad} / {total} / {budget}"
