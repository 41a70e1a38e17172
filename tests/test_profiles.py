"""Every telemetry profile on a real Prometheus: both budgets against the raw increments, and the page in an
outage.
"""

from __future__ import annotations

import pytest
from engine import profiles
from engine.protocols import OUTAGE
from engine.scenario import World, played
from engine.series import DAY, START

from generator.telemetry import PROFILES

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("profiles")]

SERVICES = [each.name for each in profiles.told()]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with played(tmp_path_factory.mktemp("profiles"), profiles.all_scenarios()) as played_world:
        yield played_world


def test_every_profile_is_played():
    assert {each.profile for each in profiles.told()} == set(PROFILES) - {"istio"}  # test_protocols has that


@pytest.mark.parametrize("slo", ["availability", "latency"])
@pytest.mark.parametrize("service", SERVICES)
def test_the_budget_is_the_truth(world: World, service: str, slo: str):
    scenario = world.scenarios[service]
    record = f"slo:period_error_budget_remaining:ratio{{{scenario.selector(slo)}}}"
    time = world.server.value(f"timestamp({record})", scenario.end)
    spent = 1 - scenario.truths[slo].remaining(time, scenario.objective(slo).budget)
    recorded = world.server.value(record, scenario.end)
    # As in test_protocols: 0.005 of all that was spent, many times the budget.
    assert 1 - recorded == pytest.approx(spent, rel=0.005)
    assert spent > 0.5
    assert world.outcomes[service].not_numbers == set()


@pytest.mark.parametrize("service", SERVICES)
def test_an_outage_pages_within_two_minutes(world: World, service: str):
    begin = START + OUTAGE[0]
    first = world.outcomes[service].first("availability", "SLOBurnRatePageFast", begin)
    assert first is not None
    assert 0 <= first - begin <= 120


@pytest.mark.parametrize("service", SERVICES)
def test_fast_failures_are_no_fast_answers(world: World, service: str):
    """In the outage nothing is answered: there is no latency to tell, good or bad."""
    ratio = f"slo:sli_error:ratio_rate5m{{{world.scenarios[service].selector('latency')}}}"
    middle = START + (OUTAGE[0] + OUTAGE[1]) // 2
    mute = next(each.mute for each in profiles.told() if each.name == service)
    assert world.server.value(ratio, middle) == (0 if mute else None)


def test_codes_alone_would_miss_what_ended_without_an_answer(world: World):
    selector = 'http_server_request_duration_seconds_count{job="shop/otel-http"'
    end = world.scenarios["otel-http"].end
    days = (end - START) // DAY + 1
    by_code = world.server.value(
        f'sum(increase({selector},http_response_status_code=~"5.."}}[{days}d]))', end
    )
    failed = world.server.value(f'sum(increase({selector},error_type!="",error_type!="404"}}[{days}d]))', end)
    assert by_code == pytest.approx(failed / 2, rel=0.05)
