"""All is well: every panel of every dashboard has data, and in no scenario is a number no number."""

from __future__ import annotations

import math

import pytest

from grafana.scenarios.scenario import CANARY, GONE, HALF, HEALTHY, IDLE, OUTAGE, STRAINED

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("scenarios")]
SCENARIOS = (HEALTHY, IDLE, OUTAGE, HALF, CANARY, STRAINED, GONE)
# Panels in which nothing is the good news.
NOTHING_IS_GOOD = {"Firing now"}


def test_every_panel_has_data(servers, panels):
    empty = []
    for panel in panels:
        found = [bool(servers.ask(HEALTHY, query.expr)) for query in panel.queries]
        # Cells of a table may be empty: a TCP connection has no duration.
        enough = any(found) if panel.kind == "table" else all(found)
        if not enough and panel.title not in NOTHING_IS_GOOD:
            empty.append((panel.dashboard, panel.title))
    assert empty == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_no_number_is_no_number(servers, panels, scenario):
    """NaN and infinity are shown as such, or as a gap, and mean nothing."""
    wrong = {
        (panel.dashboard, panel.title, query.expr)
        for panel in panels
        for query in panel.queries
        if not all(map(math.isfinite, servers.values(scenario, query.expr)))
    }
    assert wrong == set()
