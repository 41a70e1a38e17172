"""`SLITelemetryAbsent` on a real Prometheus: it fires when telemetry is lost, and never on idleness."""

from __future__ import annotations

import pytest
from engine import absence
from engine.generated import PLATFORM
from engine.scenario import World, played
from engine.series import HOUR, MINUTE, START

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("absence")]

SCENARIOS = absence.all_scenarios()
PAIRS = [(each.service, slo.name) for each in SCENARIOS for slo in each.objectives]
FOR = 10 * MINUTE
"""How long the expression must hold before the alert fires: the default of `alerting.absent.for`."""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with played(tmp_path_factory.mktemp("absence"), SCENARIOS) as played_world:
        yield played_world


def fired(world: World, service: str, slo: str) -> list[tuple[int, int]]:
    """When the alert fired, in seconds since `START`: what held without a break, less the time it waits."""
    outcome = world.outcomes[service]
    assert "SLITelemetryAbsent" in outcome.evaluated
    spans: list[tuple[int, int]] = []
    for time in sorted(each - START for each in outcome.held.get((slo, "SLITelemetryAbsent"), ())):
        if spans and time - spans[-1][1] <= 30:
            spans[-1] = (spans[-1][0], time)
        else:
            spans.append((time, time))
    return [(begin + FOR, end) for begin, end in spans if end - begin >= FOR]


@pytest.mark.parametrize(("service", "slo"), [pair for pair in PAIRS if pair[0].startswith(absence.LOST)])
def test_it_fires_when_telemetry_is_lost(world: World, service: str, slo: str):
    begin, end = absence.SILENT
    ((first, last),) = fired(world, service, slo)
    # A rate over 5 minutes sees the last samples for 5 minutes more; then it waits. A gauge is seen as long,
    # by the minutes of its window.
    assert FOR <= first - begin <= 5 * MINUTE + FOR + MINUTE
    assert end - MINUTE <= last <= end + 2 * MINUTE


@pytest.mark.parametrize(("service", "slo"), [pair for pair in PAIRS if pair[0].startswith(absence.IDLE)])
def test_it_is_silent_while_nobody_calls(world: World, service: str, slo: str):
    assert fired(world, service, slo) == []
    total = f"slo:events_total:rate5m{{{world.scenarios[service].selector(slo)}}}"
    middle = START + absence.SILENT[0] + HOUR // 2
    expected = 0 if slo != "fresh" else pytest.approx(1 / 60, rel=0.01)  # an age is there all the time
    assert world.server.value(total, middle) == expected


@pytest.mark.parametrize("service", ["lost-pods", "lost-grpc-pods"])
def test_a_service_that_tells_of_itself_is_blind_without_its_pods(world: World, service: str):
    """Not green, and no page: nobody can tell an outage from a loss."""
    middle = START + absence.SILENT[0] + HOUR // 2
    selector = world.scenarios[service].selector()
    assert world.server.value(f"slo:events_total:rate5m{{{selector}}}", middle) is None
    assert world.server.value(f"slo:sli_error:ratio_rate5m{{{selector}}}", middle) is None
    held = {alert for _, alert in world.outcomes[service].held}
    assert held == {"SLITelemetryAbsent"}


def test_of_two_clusters_only_the_one_that_lost_its_telemetry_alerts(tmp_path):
    platform = PLATFORM + "  identityLabels: [cluster]\n"
    with played(tmp_path, [absence.two_clusters()], platform) as played_world:
        ((first, last),) = fired(played_world, "clusters", "availability")
        told = played_world.outcomes["clusters"].values("availability", "SLITelemetryAbsent", "cluster")
    assert absence.SILENT[0] < first < last <= absence.SILENT[1] + 2 * MINUTE
    assert told == {"west"}
