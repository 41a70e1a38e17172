"""When the generated alerts fire on a real Prometheus, against the classical rules on the same counters."""

from __future__ import annotations

import pytest
from engine import detection, report
from engine.generated import ROOT
from engine.scenario import World, played
from engine.series import START

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("detection")]

EVALUATION = 0.5
"""Minutes between two evaluations of the fast group."""

STAGED = 5
"""Minutes by which an alert over staged windows may follow the classical one.

A 5-minute rate says what happened 2.5 minutes ago on average, and the long windows are evaluated every 2
minutes: 4.5 at the worst moment, and one evaluation of the classical rules to compare with.
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with played(tmp_path_factory.mktemp("detection"), detection.all_scenarios()) as played_world:
        yield played_world


@pytest.fixture(scope="module")
def incidents(world: World):
    return detection.incidents(world)


@pytest.fixture(scope="module")
def quiet(world: World):
    return detection.quiet(world)


@pytest.mark.parametrize("kind", detection.INCIDENTS)
def test_the_fast_page_is_no_later_than_the_classical_one(incidents, kind: str):
    for found in incidents[kind]:
        assert found.ours["SLOBurnRatePageFast"] <= found.classical["SLOBurnRatePageFast"] + EVALUATION


@pytest.mark.parametrize("kind", detection.INCIDENTS)
def test_the_slow_page_is_at_most_five_minutes_later(incidents, kind: str):
    for found in incidents[kind]:
        assert found.ours["SLOBurnRatePageSlow"] <= found.classical["SLOBurnRatePageSlow"] + STAGED


@pytest.mark.parametrize("alert", ["SLOBurnRateTicketFast", "SLOBurnRateTicketSlow"])
@pytest.mark.parametrize("kind", detection.INCIDENTS)
def test_tickets_are_at_most_five_minutes_later(incidents, kind: str, alert: str):
    for found in incidents[kind]:
        assert found.ours[alert] <= found.classical[alert] + STAGED


def test_a_total_outage_pages_in_two_minutes_even_with_all_pods_gone(incidents):
    for kind in ("errors-100", "pods-gone"):
        assert all(found.ours["SLOBurnRatePageFast"] <= 2 for found in incidents[kind])


def test_rules_that_read_the_destination_only_never_page_when_all_pods_are_gone(world: World):
    assert detection.detect(world, "pods-gone-0", unserved=False).classical["SLOBurnRatePageFast"] is None


@pytest.mark.parametrize("service", detection.RARE)
def test_an_outage_at_60_requests_an_hour_pages_within_ten_minutes(quiet, service: str):
    assert quiet[service].ours["SLOBurnRatePageFast"] <= 10


@pytest.mark.parametrize("service", detection.ONCE)
def test_one_failure_at_60_requests_an_hour_alerts_nobody(quiet, service: str):
    assert set(quiet[service].ours.values()) == {None}
    # Without the guard that one failure wakes somebody: the alert can fire on this data.
    assert quiet[service].classical["SLOBurnRatePageFast"] is not None


def test_no_alert_fires_before_its_incident(world: World):
    early = {
        (service, alert)
        for service, outcome in world.outcomes.items()
        for (_, alert), held in outcome.held.items()
        if min(held) < START + detection.INCIDENT
    }
    assert early == set()


def test_the_docs_say_what_was_measured(incidents, quiet):
    page = (ROOT / "docs" / "numbers.md").read_text(encoding="utf-8")
    assert report.detection_table(incidents) in page
    assert report.quiet_table(quiet) in page
