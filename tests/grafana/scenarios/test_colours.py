"""Every colour that a threshold gives is the one that the definitions imply, in both directions."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from generator import names
from generator.spec.model import Service
from grafana.scenarios import truth as slos
from grafana.scenarios import truth_of_resources as resources
from grafana.scenarios.brinks import BRINKS, MOMENTS
from grafana.scenarios.scenario import (
    CANARY,
    HALF,
    HEALTHY,
    NOW,
    OTHER_CANARY,
    OTHER_STRAINED,
    OUTAGE,
    STRAINED,
    Scenario,
)
from grafana.scenarios.shown import Coloured, coloured, drawn, unseen
from grafana.scenarios.truth import Seen, Truth

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("scenarios")]

# By dashboard, title and column. A panel that is in no line, or in two, fails; a line without a panel too.
TRUTHS: dict[str, Truth] = {
    r"--service--.*: .*: achieved over \d+d \| ": slos.achieved,
    r"--(service--.*: .*: error budget left|slo: Error budget (left|over time)) \| ": slos.budget,
    r"--(fleet: Objectives|service--.*: Services of this journey) \| Budget left": slos.budget,
    r"--(service--.*: Error budget over time|fleet: Error budget left: .*) \| ": slos.budget_lines,
    r"--(service--.*: .*: burn rate now|slo: Burning|slo: Burn rate by window, now) \| ": slos.burning,
    r"--(service--.*: .*: burn rate|slo: Burn rate) \| ": slos.factor_lines,
    r"--(fleet: Objectives|service--.*: Services of this journey) \| Burn rate now": slos.too_fast,
    r"--fleet: Burn rate: .* \| ": slos.one_line,
    r"--service--.*: .*: error ratio \| ": slos.error_lines,
    r"--service--.*: release: by revision \| Errors in \w+": slos.allowed,
    r"--(service--.*: Request duration|release--.*: Durations) \| ": slos.slow_lines,
    r"--(service--.*: .*: measured|slo: Measured) \| ": slos.measured,
    r"--slo: Above the objective \| ": slos.achieved,
    r"--fleet: Out of error budget \| ": slos.any_missed,
    r"--fleet: Burning too fast now \| ": slos.any_too_fast,
    r"--fleet: SLO alerts firing \| ": slos.any_alert,
    r"--release--.*: v\d against v1 \| ": slos.verdict,
    r"--release--.*: Share of failed requests \| ": slos.revision_lines,
    r"--release--.*: Revisions over their limits \| ": slos.revision,
    r"--(service--.*|workload): CPU of its limit: .* \| ": resources.cpu,
    r"--(service--.*|workload): Memory of its limit: .* \| ": resources.memory,
    r"--(service--.*|workload): CPU throttling: .* \| ": resources.throttling,
    r"--capacity: Memory of its limit in three days: .* \| ": resources.leaking,
    r"--capacity: Autoscalers \| Of its most": resources.at_most,
    r"--workload: Replicas missing \| ": resources.missing,
    r"--workload: Pods now \| Restarts": resources.restarted,
    r"--pipeline: (Queues of exporters|Share of its interval .*) \| ": resources.filled,
    r"--mesh: Conflicts in configuration \| ": resources.contradicts,
    r"--mesh: Certificates of workloads: .* \| ": resources.expiring,
    r"--service--.*: .*: change in a week \| ": resources.business,
    r"bookinfo-edge: Failing at the edge \| ": resources.at_edge,
    r"--dashboard--checkout: Orders placed \| ": resources.orders,
    r"--dashboard--checkout: Error budget left \| ": resources.own_budget_line,
}

# What happens, and when: objectives on their brinks are seen at a moment each.
MOMENTS_OF: list[tuple[Scenario, int]] = [
    *((one, NOW) for one in (HEALTHY, OUTAGE, HALF, CANARY, OTHER_CANARY, STRAINED, OTHER_STRAINED)),
    *((replace(BRINKS, errors=spent), at) for spent, at in MOMENTS.items()),
]


def place(item: Coloured) -> str:
    return f"{item.dashboard}: {item.title} | {item.column}"


def truths_of(item: Coloured) -> list[Truth]:
    return [truth for pattern, truth in TRUTHS.items() if re.fullmatch(f"(example)?{pattern}", place(item))]


@pytest.fixture(scope="module")
def items(panels) -> list[Coloured]:
    found = [item for panel in panels for item in coloured(panel)]
    assert len(found) > 300
    return found


def test_every_coloured_panel_has_a_truth(items):
    assert [place(item) for item in items if len(truths_of(item)) != 1] == []
    named = {
        pattern for pattern in TRUTHS if any(re.fullmatch(f"(example)?{pattern}", place(i)) for i in items)
    }
    assert set(TRUTHS) - named == set()


def test_no_threshold_is_out_of_sight(panels):
    assert [(panel.dashboard, panel.title) for panel in panels if unseen(panel)] == []


@pytest.fixture(scope="module")
def looked(servers, items, compilation) -> list[tuple[Coloured, Seen, float]]:
    """Every value on every coloured panel, in every scenario."""
    services = {each.service.key: each.service for each in compilation.services}
    shown = list(_values(servers, items, services))
    assert len(shown) > 5_000
    return shown


def _values(
    servers, items: list[Coloured], services: Mapping[tuple[str, str], Service]
) -> Iterator[tuple[Coloured, Seen, float]]:
    by_uid = {
        names.dashboard_uid("example", kind, *key): service
        for key, service in services.items()
        for kind in ("service", "release")
    }
    for item in items:
        for scenario, at in MOMENTS_OF:
            for query in item.queries:
                for result in servers.ask(scenario, query, at):
                    seen = Seen(
                        scenario, item.title, query, result.labels, services, by_uid.get(item.dashboard)
                    )
                    yield item, seen, result.values[0]


def test_every_value_has_the_colour_that_is_implied(looked):
    wrong = [
        (
            place(item),
            seen.scenario.name,
            seen.scenario.errors,
            dict(seen.labels),
            value,
            item.shown(value),
            wanted,
        )
        for item, seen, value in looked
        if item.shown(value) != (wanted := truths_of(item)[0](seen))
    ]
    assert wrong == []


def test_every_colour_of_every_panel_is_seen(looked, items):
    """So no step is beyond what happens, and each is crossed in both directions."""
    shown: dict[str, set[str]] = defaultdict(set)
    for item, _, value in looked:
        shown[place(item)].add(item.shown(value))
    assert {
        place(item): item.colours - shown[place(item)] for item in items if item.colours - shown[place(item)]
    } == {}


def test_a_value_on_a_threshold_has_reached_it(looked):
    """Both where higher is worse and where lower is."""
    exact: dict[Truth, set[float]] = defaultdict(set)
    for item, _, value in looked:
        exact[truths_of(item)[0]] |= {bound for bound, _ in item.steps if bound == value}
    higher_is_worse = {
        slos.burning: {1, 6},
        slos.too_fast: {1},
        resources.restarted: {1},
        resources.missing: {1},
        resources.at_most: {1},
        resources.memory: {0.9},
        resources.filled: {0.8, 1},
    }
    lower_is_worse = {slos.budget: {0, 0.25}, slos.budget_lines: {0, 0.25}, resources.expiring: {0}}
    for truth, bounds in (higher_is_worse | lower_is_worse).items():
        assert exact[truth] >= bounds, truth


def test_counts_of_the_fleet_are_how_many(looked):
    titles = {"Out of error budget", "Burning too fast now"}
    counted = [(seen, value) for item, seen, value in looked if item.title in titles]
    assert len({value for _, value in counted}) > 2  # none, some, all
    assert [seen for seen, value in counted if value != slos.how_many_overspend(seen)] == []


def test_a_step_at_another_value_would_be_seen(looked):
    """A hundredth beside: the brinks are nearer than that, so each number is held, and not only the order."""
    held = {
        slos.achieved,
        slos.budget,
        slos.budget_lines,
        slos.burning,
        slos.too_fast,
        slos.one_line,
        slos.factor_lines,
        slos.error_lines,
        slos.allowed,
    }
    values: dict[Coloured, set[float]] = defaultdict(set)
    for item, _, value in looked:
        if truths_of(item)[0] in held:
            values[item].add(value)
    assert len(values) > 200
    unheld = [
        (place(item), item.steps[index][0])
        for item, found in values.items()
        for index in range(1, len(item.steps))
        for moved in _beside(item, index)
        if all(item.shown(value) == moved.shown(value) for value in found)
    ]
    assert unheld == []


def _beside(item: Coloured, index: int) -> Iterator[Coloured]:
    bound, colour = item.steps[index]
    for other in (bound - 0.01 * (bound or 1), bound + 0.01 * (bound or 1)):
        yield replace(item, steps=(*item.steps[:index], (other, colour), *item.steps[index + 1 :]))


@pytest.mark.parametrize(
    ("steps", "value", "shown"),
    [
        (("green", (80, "red")), 80, "red"),
        (("green", (80, "red")), 79.999, "green"),
        (("red", (0, "orange"), (0.25, "green")), 0, "orange"),
        (("red", (0, "orange"), (0.25, "green")), -0.001, "red"),
        (("red", (0, "orange"), (0.25, "green")), 7, "green"),
    ],
)
def test_a_value_has_the_colour_of_the_highest_step_that_it_reached(steps, value, shown):
    base, *rest = steps
    item = Coloured("a", "b", "", ((-math.inf, base), *rest), (), ())
    assert item.shown(value) == shown


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        (((-math.inf, "transparent"), (1, "orange"), (6, "red")), [(1, "orange"), (6, "red")]),
        (((-math.inf, "red"), (0, "transparent")), [(0, "red")]),
        (((-math.inf, "red"), (0, "orange"), (0.25, "green")), [(0, "orange"), (0.25, "green")]),
    ],
)
def test_lines_are_drawn_in_the_colour_of_their_step_or_of_what_is_below_a_transparent_one(steps, lines):
    assert drawn(steps) == lines
