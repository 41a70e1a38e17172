"""Every protocol and dataplane on a real Prometheus: the budget against the raw increments, and the page in
an outage.

Beside each stands what a selector that ignores the protocol's trap would have seen on the same counters.
"""

from __future__ import annotations

import pytest
from engine import protocols
from engine.scenario import World, played
from engine.series import DAY, START

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("protocols")]

SERVICES = [scenario.service for scenario in protocols.all_scenarios()]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with played(tmp_path_factory.mktemp("protocols"), protocols.all_scenarios()) as played_world:
        yield played_world


@pytest.mark.parametrize("service", SERVICES)
def test_the_budget_is_the_truth(world: World, service: str):
    scenario = world.scenarios[service]
    record = f"slo:period_error_budget_remaining:ratio{{{scenario.selector()}}}"
    time = world.server.value(f"timestamp({record})", scenario.end)
    spent = 1 - scenario.truths["availability"].remaining(time, scenario.objective("availability").budget)
    # An outage of an hour spends the budget many times over: 0.005 of all that was spent, not of one budget.
    recorded = world.server.value(record, scenario.end)
    assert 1 - recorded == pytest.approx(spent, rel=0.005)
    assert spent > 10
    assert world.outcomes[service].not_numbers == set()


@pytest.mark.parametrize("service", SERVICES)
def test_an_outage_pages_within_two_minutes(world: World, service: str):
    begin = START + protocols.OUTAGE[0]
    first = world.outcomes[service].first("availability", "SLOBurnRatePageFast", begin)
    assert first is not None
    assert 0 <= first - begin <= 120


def increase(world: World, service: str, metric: str, matchers: str) -> float:
    selector = f'{metric}{{destination_service_name="{service}",{matchers}}}'
    end = world.scenarios[service].end
    return world.server.value(f"sum(increase({selector}[{(end - START) // DAY + 1}d]))", end) or 0.0


@pytest.mark.parametrize("service", ["grpc", "grpc-gone"])
def test_http_codes_alone_would_see_no_failed_call(world: World, service: str):
    assert increase(world, service, "istio_requests_total", 'response_code=~"5.."') == 0
    assert increase(world, service, "istio_requests_total", 'grpc_response_status="14"') > 1000


@pytest.mark.parametrize("service", ["grpc-gone", "mixed-gone", "tcp", "tcp-gone"])
def test_the_destination_alone_would_see_no_failure(world: World, service: str):
    tcp = service.startswith("tcp")
    metric = "istio_tcp_connections_opened_total" if tcp else "istio_requests_total"
    assert increase(world, service, metric, 'reporter="destination",response_flags!="-"') == 0
    assert increase(world, service, metric, 'reporter="source",response_flags!="-"') > 1000


def test_without_a_reporter_a_waypoint_and_a_gateway_count_twice(world: World):
    once = increase(world, "waypoint", "istio_requests_total", 'reporter="waypoint"')
    assert increase(world, "waypoint", "istio_requests_total", "") == pytest.approx(2 * once, rel=0.001)


def test_a_ztunnel_tells_of_failures_at_the_end_of_connections_only(world: World):
    flags = 'response_flags!="-"'
    assert increase(world, "ztunnel", "istio_tcp_connections_opened_total", flags) == 0
    assert increase(world, "ztunnel", "istio_tcp_connections_closed_total", flags) > 1000
