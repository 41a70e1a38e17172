"""The dashboards of this repository's example on a real Prometheus: healthy, absent, idle, in an outage."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from engine.server import Prometheus

from generator.diagnostics import Diagnostics
from generator.pipeline import Compilation, compile_project
from generator.tree.inputs import Inputs
from grafana.simulated import HEALTHY, IDLE, NOW, OUTAGE, Scenario, everything

pytestmark = pytest.mark.engine
ROOT = Path(__file__).resolve().parents[2]
# Panels in which nothing is the good news.
NOTHING_IS_GOOD = {"Firing now"}
# What a reader chooses where exactly one must be chosen.
CHOSEN = {
    "--slo": {"namespace": "bookinfo", "service": "reviews", "slo": "availability"},
    "--workload": {"namespace": "bookinfo", "workload": "reviews-v1"},
}


@dataclass(frozen=True)
class Panel:
    """A panel of a dashboard with its queries as Grafana would send them."""

    dashboard: str
    title: str
    kind: str
    unit: str
    steps: tuple[tuple[float, str], ...]
    queries: tuple[str, ...]

    def colour(self, value: float) -> str:
        """The colour of a value."""
        return [colour for bound, colour in self.steps if value >= bound][-1]


@pytest.fixture(scope="module")
def compilation() -> Compilation:
    diagnostics = Diagnostics()
    made = compile_project(Inputs(ROOT), diagnostics)
    assert not diagnostics.has_errors
    return made


@pytest.fixture(scope="module")
def panels(compilation) -> list[Panel]:
    found = []
    for artifact in compilation.artifacts:
        if artifact.path.startswith("grafana/dashboards/"):
            found += _panels(json.loads(artifact.text))
    assert len(found) > 500
    return found


def _panels(dashboard: dict[str, Any]) -> Iterator[Panel]:
    uid = dashboard["uid"]
    chosen = next((values for end, values in CHOSEN.items() if uid.endswith(end)), {})
    for panel in dashboard["panels"]:
        for each in (panel, *panel.get("panels", [])):
            targets = [
                target for target in each.get("targets", []) if target["datasource"]["type"] == "prometheus"
            ]
            if not targets:
                continue
            config = each.get("fieldConfig", {}).get("defaults", {})
            steps = tuple(
                (-math.inf if step["value"] is None else step["value"], step["color"])
                for step in config.get("thresholds", {}).get("steps", [])
            )
            queries = tuple(_sent(target["expr"], chosen) for target in targets)
            yield Panel(uid, each["title"], each["type"], config.get("unit", ""), steps, queries)


def _sent(query: str, chosen: dict[str, str]) -> str:
    query = (
        query.replace("$__rate_interval", "5m").replace("$__range", "6h").replace("${literal_dollar}", "$")
    )
    for name, value in chosen.items():
        query = query.replace(f"${{{name}}}", value).replace(f'"${name}"', f'"{value}"')
    return re.sub(r'"\$[a-z]\w*"', '".+"', query)


@pytest.fixture(scope="module")
def servers(compilation, tmp_path_factory) -> Iterator[dict[str, Prometheus]]:
    catalogue = compilation.known.catalogue
    services = [(each.service, each.slos) for each in compilation.services]
    with (
        Prometheus(tmp_path_factory.mktemp("healthy")) as healthy,
        Prometheus(tmp_path_factory.mktemp("idle")) as idle,
        Prometheus(tmp_path_factory.mktemp("outage")) as outage,
        Prometheus(tmp_path_factory.mktemp("absent")) as absent,
    ):
        for server, scenario in ((healthy, HEALTHY), (idle, IDLE), (outage, OUTAGE)):
            _write(server, scenario, services, catalogue)
        yield {"healthy": healthy, "idle": idle, "outage": outage, "absent": absent}


def _write(server: Prometheus, scenario: Scenario, services, catalogue) -> None:
    batch: list[bytes] = []
    for each in everything(scenario, services, catalogue):
        batch.append(each)
        if len(batch) == 500:
            server.write(batch)
            batch = []
    server.write(batch)


def values(server: Prometheus, query: str) -> list[float]:
    return [result.values[0] for result in server.instant(query, NOW)]


def test_healthy_every_panel_has_data(servers, panels):
    empty = []
    for panel in panels:
        found = [bool(values(servers["healthy"], query)) for query in panel.queries]
        # Cells of a table may be empty: a TCP connection has no duration.
        enough = any(found) if panel.kind == "table" else all(found)
        if not enough and panel.title not in NOTHING_IS_GOOD:
            empty.append((panel.dashboard, panel.title))
    assert empty == []


# Ratios of what happens to what happens: without anything there is none.
RATIOS = {
    "Share of failed requests",
    "Share of failed connections",
    "Failed requests",
    "Requests under mTLS",
    "Share under mTLS by namespace",
    "Share of traffic against the plan",
    "CPU throttling: the 10 highest",
    "Share of traces kept",
    "Failed requests to storage",
    "Satisfied customers",
    "Transactions not completed",
    "Burn rate by window, now",
    "Request duration",
    "p95 of durations: the 10 slowest services",
    "v2 against v1",
    "Failed requests by revision",
}


def test_idle_ratios_have_no_value(servers, panels):
    asked = {panel.title for panel in panels}
    assert asked >= RATIOS
    burning = [panel for panel in panels if panel.title.endswith((": burn rate now", ": error ratio"))]
    assert len(burning) > 30
    shown = [
        (panel.dashboard, panel.title)
        for panel in [*burning, *(panel for panel in panels if panel.title in RATIOS)]
        for query in panel.queries
        if values(servers["idle"], query)
    ]
    assert shown == []


# The colour that the definitions imply, for a total outage and for half of the allowed errors.
COLOURS = {
    "error budget left": ("red", "green"),
    "burn rate now": ("red", "green"),
    "achieved over 30d": ("red", "green"),
}

# No alert of these pages, so no rate of burning is red.
UNPAGED = ("v3-latency", "ratings-reachable", "freshness")


def test_colours_are_what_the_definitions_imply(servers, panels):
    seen = 0
    for panel in panels:
        expected = COLOURS.get(panel.title.partition(": ")[2].removesuffix(" (worst group)"))
        if panel.kind == "stat" and expected and "--service--" in panel.dashboard:
            for scenario, colour in zip(("outage", "healthy"), expected, strict=True):
                found = values(servers[scenario], panel.queries[0])
                unpaged = panel.title.startswith(UNPAGED) and "burn" in panel.title
                wanted = "orange" if unpaged and colour == "red" else colour
                assert [panel.colour(value) for value in found] == [wanted], (panel, found)
                seen += 1
    assert seen > 100


@pytest.mark.parametrize(
    ("dashboard", "title", "outage", "healthy"),
    [
        ("example--fleet", "Out of error budget", "red", "green"),
        ("example--fleet", "Burning too fast now", "orange", "green"),
        ("example--slo", "Above the objective", "red", "green"),
        ("example--slo", "Error budget left", "red", "green"),
        ("example--slo", "Burn rate by window, now", "red", "green"),
        ("example--release--bookinfo--reviews", "Share of failed requests", "red", "transparent"),
    ],
)
def test_colours_of_the_shared_dashboards(servers, panels, dashboard, title, outage, healthy):
    (panel,) = [each for each in panels if (each.dashboard, each.title) == (dashboard, title)]
    for scenario, colour in (("outage", outage), ("healthy", healthy)):
        for query in panel.queries:
            found = {panel.colour(value) for value in values(servers[scenario], query)}
            assert found == {colour}, (scenario, query)


@pytest.mark.parametrize("scenario", ["healthy", "idle", "outage"])
def test_no_number_is_no_number(servers, panels, scenario):
    """NaN and infinity are shown as such, or as a gap, and mean nothing."""
    wrong = [
        (panel.dashboard, panel.title, query)
        for panel in panels
        for query in dict.fromkeys(panel.queries)
        if any(not math.isfinite(value) for value in values(servers[scenario], query))
        and "histogram_quantile" not in query
    ]
    assert wrong == []


def test_absent_metrics_are_no_numbers(servers, panels):
    single = [panel for panel in panels if panel.kind in {"stat", "gauge", "bargauge"}]
    assert len(single) > 100
    shown = {
        (panel.dashboard, panel.title): values(servers["absent"], query)
        for panel in single
        for query in panel.queries
        if values(servers["absent"], query)
    }
    assert shown == {}


def test_alerts_are_marked_once_where_they_belong(servers, compilation):
    """Every alert of every objective fires in the outage: what a mark says tells it from all others."""
    marked = 0
    for artifact in compilation.artifacts:
        if not artifact.path.startswith("grafana/dashboards/sightline/example--"):
            continue
        dashboard = json.loads(artifact.text)
        uid = dashboard["uid"]
        chosen = next((values for end, values in CHOSEN.items() if uid.endswith(end)), {})
        marks = [mark for mark in dashboard["annotations"]["list"] if mark["name"] == "Alerts"]
        assert len(marks) == (0 if uid.endswith("--workload") or "--dashboard--" in uid else 1), uid
        for mark in marks:
            query = _sent(mark["expr"], chosen)
            assert values(servers["healthy"], query) == []
            told = mark["titleFormat"] + mark["textFormat"]
            said = [_said(told, result.labels) for result in servers["outage"].instant(query, NOW)]
            assert said, uid
            assert len(set(said)) == len(said), (uid, sorted(said))
            marked += 1
    assert marked > 20


def _said(template: str, labels: Mapping[str, str]) -> str:
    """What Grafana makes of a mark's text: a label's value for each name in braces."""
    return re.sub(r"\{\{(\w+)\}\}", lambda name: labels.get(name[1], ""), template)
