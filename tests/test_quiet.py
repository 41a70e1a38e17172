"""Little and no traffic on a real Prometheus: one failure wakes nobody, silence is no failure and no loss."""

from __future__ import annotations

import pytest
from engine import quiet
from engine.scenario import World, played
from engine.series import HOUR, START

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("quiet")]

SERVICES = [scenario.service for scenario in quiet.all_scenarios()]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with played(tmp_path_factory.mktemp("quiet"), quiet.all_scenarios()) as played_world:
        yield played_world


def value(world: World, service: str, record: str, time: int) -> float | None:
    return world.server.value(f"{record}{{{world.scenarios[service].selector()}}}", START + time)


@pytest.mark.parametrize("service", SERVICES)
def test_one_failure_is_counted_and_wakes_nobody(world: World, service: str):
    after = quiet.FAILURE + HOUR // 4
    # 60 requests an hour and one failure: each a whole number that rate extrapolates by up to two scrapes.
    assert value(world, service, "3600 * slo:events_total:rate1h", after) == pytest.approx(61, rel=0.02)
    assert value(world, service, "3600 * slo:events_bad:rate1h", after) == pytest.approx(1, rel=0.02)
    # Without the guard it would page: an error ratio of 1/61 is above 14.4 times the budget of 0.001.
    assert value(world, service, "slo:sli_error:ratio_rate1h", after) > 14.4 * 0.001
    outcome = world.outcomes[service]
    assert "SLOBurnRatePageFast" in outcome.evaluated
    assert {alert for _, alert in outcome.held} <= {"SLITelemetryAbsent"}
    # Its window is longer than the SLI's, so it holds for the 5 minutes between them: half of its `for`.
    assert len(outcome.held.get(("availability", "SLITelemetryAbsent"), ())) * 30 <= 300


@pytest.mark.parametrize("service", SERVICES)
def test_idle_is_no_events_and_no_ratio(world: World, service: str):
    last = quiet.END - 60
    assert value(world, service, "slo:events_total:rate5m", last) == 0
    assert value(world, service, "slo:events_bad:rate5m", last) == 0
    assert value(world, service, "slo:sli_error:ratio_rate5m", last) is None
    assert value(world, service, "slo:current_burn_rate:ratio", last) is None
    assert value(world, service, "slo:period_error_budget_remaining:ratio", last) is not None
    assert world.outcomes[service].not_numbers == set()


@pytest.mark.parametrize("service", SERVICES)
def test_the_idle_hours_leave_the_budget_alone(world: World, service: str):
    record = "slo:sli_error:ratio_rate30d"
    begin, end = (
        value(world, service, record, quiet.IDLE + 600),
        value(world, service, record, quiet.END - 60),
    )
    # 1 of 181 events; a staged window loses or gains a scrape's worth at its ends.
    assert end == pytest.approx(1 / 181, rel=0.05)
    assert end == pytest.approx(begin, rel=1e-9)
