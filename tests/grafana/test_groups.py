"""Panels of SLOs with groups: one row or line for each, and the worst of them where there is one number."""

from __future__ import annotations

import dataclasses
import json

import pytest

from generator import names
from generator.diagnostics import Diagnostics
from generator.grafana.compile import compile_dashboards
from generator.rules.links import alert_links
from generator.rules.slo import compile_slo
from generator.sli.availability import Record as Availability
from generator.spec.model import Group
from grafana.examples import expressions, panels, project, rendered, service, slo
from grafana.test_dashboards import recorded
from grafana.test_queries_on_prometheus import FLEET, SERVICE, as_promql, promtool

REVISION = "destination_canonical_revision"
GROUPED = slo("revisions", group_by=(Group(name="revision", label=REVISION),))
MADE = project(service(slos=(slo(), GROUPED)))


def of(record: str, slo_name: str, revision: str = "") -> str:
    """A recorded series."""
    group = f',{REVISION}="{revision}"' if revision else ""
    return f'{record}{{namespace="bookinfo",service="reviews",slo="{slo_name}"{group}}}'


# Of three revisions v1 is well, v2 has overspent, v3 did worse and is gone; one SLO has no groups.
SERIES = {
    of("slo:events_total:rate5m", "availability"): 10,
    of("slo:events_total:rate5m", "revisions", "v1"): 8,
    of("slo:events_total:rate5m", "revisions", "v2"): 0,
    of("slo:period_error_budget_remaining:ratio", "availability"): 0.5,
    of("slo:period_error_budget_remaining:ratio", "revisions", "v1"): 0.9,
    of("slo:period_error_budget_remaining:ratio", "revisions", "v2"): -0.5,
    of("slo:period_error_budget_remaining:ratio", "revisions", "v3"): -3,
    of("slo:sli_error:ratio_rate30d", "revisions", "v1"): 0.0001,
    of("slo:sli_error:ratio_rate30d", "revisions", "v2"): 0.0015,
    of("slo:sli_error:ratio_rate30d", "revisions", "v3"): 0.004,
    of("slo:current_burn_rate:ratio", "availability"): 0.5,
    of("slo:current_burn_rate:ratio", "revisions", "v1"): 3,
    of("slo:period_coverage:ratio", "availability"): 1,
    of("slo:period_coverage:ratio", "revisions", "v1"): 1,
    of("slo:period_coverage:ratio", "revisions", "v2"): 0.1,
    of("slo:period_coverage:ratio", "revisions", "v3"): 0.05,
    **{of("slo:objective:ratio", each): 0.999 for each in ("availability", "revisions")},
    **{of("slo:time_period:days", each): 30 for each in ("availability", "revisions")},
    **{
        of("slo_info", each)[:-1] + ',team="shop",dashboard="d"}': 1 for each in ("availability", "revisions")
    },
}


def assert_values(tmp_path, expected: dict[str, dict[str, float]]) -> None:
    """Assert what queries give at a time: by query, the value of each set of labels."""
    checks = [
        {
            "expr": as_promql(query),
            "eval_time": "1m",
            "exp_samples": [{"labels": labels, "value": value} for labels, value in values.items()],
        }
        for query, values in expected.items()
    ]
    series = [{"series": name, "values": f"{value}x5"} for name, value in SERIES.items()]
    test = {"tests": [{"interval": "1m", "input_series": series, "promql_expr_test": checks}]}
    path = tmp_path / "test.yaml"
    path.write_text(json.dumps(test))
    promtool("test", "rules", str(path))


def query(uid: str, title: str, index: int = 0) -> str:
    return panels(rendered(MADE)[uid])[title]["targets"][index]["expr"]


@pytest.mark.parametrize("identity", [(), ("cluster",)])
def test_dashboards_with_groups_pass_every_rule(identity):
    diagnostics = Diagnostics()
    made = project(service(slos=(slo(), GROUPED)), identity_labels=identity)
    compile_dashboards(made, diagnostics)
    assert diagnostics.items == []


@pytest.mark.engine
def test_promtool_accepts_every_query(tmp_path):
    made = project(service(slos=(slo(), GROUPED)), identity_labels=("cluster",))
    queries = [as_promql(each) for page in rendered(made).values() for each in expressions(page)]
    rules = [{"record": f"query_{index}", "expr": each} for index, each in enumerate(queries)]
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    promtool("check", "rules", str(path))


@pytest.mark.engine
def test_the_numbers_of_an_slo_are_those_of_its_worst_group(tmp_path):
    shown = {
        "achieved over 30d": 0.9985,
        "error budget left": -0.5,
        "burn rate now": 3,
        "measured": 3,
    }
    assert_values(
        tmp_path,
        {
            query(SERVICE, f"revisions: {title} (worst group)"): {"{}": value}
            for title, value in shown.items()
        },
    )


@pytest.mark.engine
def test_the_fleet_counts_objectives_and_not_groups(tmp_path):
    counted = {"SLOs": 2, "Out of error budget": 1, "Burning too fast now": 1, "Without requests or data": 0}
    assert_values(tmp_path, {query(FLEET, title): {"{}": value} for title, value in counted.items()})


@pytest.mark.engine
def test_each_group_has_a_row_in_the_tables(tmp_path):
    identity = 'namespace="bookinfo",service="reviews"'
    alone = f'{{{identity},slo="availability"}}'
    v1, v2 = (f'{{{identity},slo="revisions",{REVISION}="{each}"}}' for each in ("v1", "v2"))
    told = [each[:-1] + ',team="shop",dashboard="d"}' for each in (alone, v1, v2)]
    columns = [
        dict.fromkeys(told, 1.0),
        dict.fromkeys((alone, v1, v2), 0.999),
        {alone: 0.5, v1: 0.9, v2: -0.5},
        {alone: 0.5, v1: 3},  # v2 is idle
        {alone: 30, v1: 30, v2: 3},
        dict.fromkeys((alone, v1, v2), 30),
    ]
    of_fleet = {query(FLEET, "Objectives", index): values for index, values in enumerate(columns)}
    by_name = (f'{{{REVISION}="{each}"}}' for each in ("v1", "v2"))
    first, second = by_name
    rows = [
        {first: 0.9999, second: 0.9985},
        {first: 0.9, second: -0.5},
        {first: 3},
        {first: 30, second: 3},
        {first: 8, second: 0},
    ]
    title = "revisions: by revision"
    of_service = {query(SERVICE, title, index): values for index, values in enumerate(rows)}
    assert_values(tmp_path, of_fleet | of_service)


COMPARED = dataclasses.replace(GROUPED, name="compared", has_budget=False, burn_alerts=())


def test_without_a_budget_there_are_errors_and_events_only():
    pages = rendered(project(service(slos=(dataclasses.replace(COMPARED, group_by=()),))))
    assert not {"shop--fleet", "shop--slo"} & set(pages)  # there is no fleet without a budget
    shown = [title for title in panels(pages[SERVICE]) if "compared" in title or title == "Events"]
    assert shown == ["compared: error ratio", "Events"]
    assert not {"SLO state", "Error budget over time"} & set(panels(pages[SERVICE]))
    grouped = panels(rendered(project(service(slos=(COMPARED,))))[SERVICE])
    columns = grouped["compared: by revision"]["transformations"][1]["options"]["renameByName"]
    assert [title for name, title in columns.items() if name.startswith("Value")] == [
        "Errors in 5m",
        "Errors in 1h",
        "Errors in 6h",
        "Events now",
    ]


def test_a_fleet_does_not_know_slos_without_a_budget():
    """Neither their groups nor what it reads: no record of theirs has these names."""
    with_it, without = (
        rendered(project(service(slos=slos)))[FLEET].page.text for slos in ((slo(), COMPARED), (slo(),))
    )
    assert with_it == without


def test_all_that_is_read_without_a_budget_is_recorded():
    made = dataclasses.replace(COMPARED, sli=Availability())
    reviews = service(slos=(made,))
    platform = project().platform
    compiled = compile_slo(platform, reviews, made, alert_links(platform, reviews), Diagnostics())
    defined = {rule.record for group in compiled.groups for rule in group.rules}
    assert recorded(rendered(project(reviews))[SERVICE]) <= defined
    assert not defined & (names.CONSTANTS | {names.BUDGET_REMAINING, names.CURRENT_BURN_RATE})


def test_legends_name_the_group():
    found = panels(rendered(MADE)[SERVICE])
    assert found["revisions: burn rate"]["targets"][0]["legendFormat"] == f"1h {{{{{REVISION}}}}}"
    assert found["availability: burn rate"]["targets"][0]["legendFormat"] == "1h"
    for title in ("Error budget over time", "Events"):
        assert all(f"{{{{{REVISION}}}}}" in each["legendFormat"] for each in found[title]["targets"])
    for title in ("Error budget left: the 10 lowest", "Burn rate: the 10 highest"):
        shown = panels(rendered(MADE)[FLEET])[title]["targets"][0]["legendFormat"]
        assert shown.endswith(f" {{{{{REVISION}}}}}")


def test_tables_have_a_column_for_the_group():
    columns = panels(rendered(MADE)[FLEET])["Objectives"]["transformations"][1]["options"]["renameByName"]
    assert columns[REVISION] == "Revision"
    columns = panels(rendered(MADE)[SERVICE])["Firing now"]["transformations"][1]["options"]["renameByName"]
    assert columns[REVISION] == "Revision"
