"""First events on a real Prometheus: a counter that begins with an error loses it, unless they count.

What only looks like a beginning is not counted twice: a new label, a pod that starts anew, a gap in the
scrapes.
"""

from __future__ import annotations

import pytest
from engine import births
from engine.scenario import World, played
from engine.series import DAY, HOUR, START

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("births")]

SERVICES = [scenario.service for scenario in births.all_scenarios()]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with played(tmp_path_factory.mktemp("births"), births.all_scenarios()) as played_world:
        yield played_world


def events(world: World, service: str, slo: str, outcome: str) -> float:
    """How many events the records of the whole day stand for: each is a rate, written every 30 seconds."""
    scenario = world.scenarios[service]
    record = f"slo:events_{outcome}:rate5m{{{scenario.selector(slo)}}}"
    return 30 * (world.server.value(f"sum_over_time({record}[1d])", scenario.end) or 0.0)


def happened(world: World, service: str, outcome: str) -> int:
    truth = world.scenarios[service].truths["counted"]
    return (truth.bad if outcome == "bad" else truth.total).count(START, START + DAY)


@pytest.mark.parametrize("service", ["first", "instrumented"])
def test_the_first_error_of_all_counts_once(world: World, service: str):
    time = START + births.FIRST + HOUR // 2
    for slo, expected in (("counted", 1), ("ignored", 0)):
        selector = world.scenarios[service].selector(slo)
        # In the hour after it, the record of an hour would hold a half of it were it extrapolated.
        staged = world.server.value(f"30 * sum_over_time(slo:events_bad:rate5m{{{selector}}}[1h])", time)
        assert staged == pytest.approx(expected, rel=1e-9)
        assert events(world, service, slo, "bad") == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("service", SERVICES)
def test_no_error_is_lost_and_none_counted_twice(world: World, service: str):
    truth = happened(world, service, "bad")
    # Each increase is told by 9 or 10 of ten records of five minutes, stretched by 300 to 285 seconds: 5 % of
    # one event. During a gap nothing is recorded: what happened then is lost: ten minutes of a day.
    lost = 0.012 * truth if service == "scraped-again" else 0
    counted = events(world, service, "counted", "bad")
    assert truth * 0.97 - lost - 1 <= counted <= truth * 1.03
    assert events(world, service, "counted", "total") == pytest.approx(
        happened(world, service, "total"), rel=0.012
    )


def test_what_is_ignored_is_most_of_what_is_rare(world: World):
    truth = happened(world, "rare", "bad")
    assert truth > 30
    assert events(world, "rare", "ignored", "bad") < 0.75 * truth
    assert events(world, "restarted", "ignored", "bad") < 0.9 * happened(world, "restarted", "bad")


def test_the_same_expression_without_its_guards_counts_much_twice(world: World):
    """What is easily written instead: everything that was not there five minutes ago has just begun."""
    naive = "sum((X unless X offset 5m) / 300 or rate(X[5m]))"
    for service, factor in (("relabelled", 1.2), ("scraped-again", 1.2)):
        selector = f'istio_requests_total{{destination_service_name="{service}",response_code="500"}}'
        scenario = world.scenarios[service]
        expression = naive.replace("X", selector)
        seen = world.server.value(f"30 * sum_over_time(({expression})[1d:30s])", scenario.end)
        assert seen > factor * happened(world, service, "bad")
        assert seen > events(world, service, "counted", "bad")
