"""Latency on a real Prometheus with buckets in both spellings, beside each other and one after the other."""

from __future__ import annotations

import pytest
from engine import spellings
from engine.scenario import World, played

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("spellings")]

REMAINING = "slo:period_error_budget_remaining:ratio"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with played(tmp_path_factory.mktemp("spellings"), spellings.all_scenarios()) as played_world:
        yield played_world


@pytest.mark.parametrize(
    ("service", "tolerance"),
    # At the upgrade one scrape of the bucket is lost, which looks like 15 seconds of slow requests: of
    # the 28.8 minutes that the objective allows in two days, 0.009.
    [("side-by-side", 0.005), ("renamed", 0.005 + 0.009)],
)
def test_the_budget_is_the_truth(world: World, service: str, tolerance: float):
    scenario = world.scenarios[service]
    record = f"{REMAINING}{{{scenario.selector('latency')}}}"
    truth = scenario.truths["latency"].remaining(scenario.end, scenario.objective("latency").budget)
    assert world.server.value(record, scenario.end) == pytest.approx(truth, rel=0, abs=tolerance)
    assert 0.5 < truth < 0.7
    assert world.outcomes[service].not_numbers == set()


@pytest.mark.parametrize("service", ["side-by-side", "renamed"])
def test_one_spelling_alone_would_be_half_of_it(world: World, service: str):
    """What is easily written: the other half of the requests would all be slow."""
    end = world.scenarios[service].end
    own = f'reporter="destination",destination_service_name="{service}",response_code="200"'
    count = f"sum(increase(istio_request_duration_milliseconds_count{{{own}}}[2d]))"
    within = f'sum(increase(istio_request_duration_milliseconds_bucket{{{own},le="250"}}[2d]))'
    assert world.server.value(f"1 - {within} / {count}", end) == pytest.approx(0.5, abs=0.01)
