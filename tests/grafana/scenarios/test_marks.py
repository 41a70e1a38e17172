"""Every alert of every objective fires in the outage: what a mark says tells it from all others."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from grafana.scenarios.scenario import HEALTHY, OUTAGE
from grafana.scenarios.shown import CHOSEN, sent

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("scenarios")]


def test_alerts_are_marked_once_where_they_belong(servers, dashboards):
    marked = 0
    for dashboard in dashboards:
        uid = dashboard["uid"]
        if not uid.startswith("example--"):
            continue
        chosen = next((values for end, values in CHOSEN.items() if uid.endswith(end)), {})
        marks = [mark for mark in dashboard["annotations"]["list"] if mark["name"] == "Alerts"]
        assert len(marks) == (0 if uid.endswith("--workload") or "--dashboard--" in uid else 1), uid
        for mark in marks:
            query = sent(mark["expr"], chosen)
            assert servers.ask(HEALTHY, query) == []
            told = mark["titleFormat"] + mark["textFormat"]
            said = [_said(told, result.labels) for result in servers.ask(OUTAGE, query)]
            assert said, uid
            assert len(set(said)) == len(said), (uid, sorted(said))
            marked += 1
    assert marked > 20


def _said(template: str, labels: Mapping[str, str]) -> str:
    """What Grafana makes of a mark's text: a label's value for each name in braces."""
    return re.sub(r"\{\{(\w+)\}\}", lambda name: labels.get(name[1], ""), template)
