"""What is measured is not there: no panel shows a number of it, neither 0 nor 100 %.

In `ABSENT` rules run on an empty Prometheus, in `GONE` nothing tells of some services while others are well.
"""

from __future__ import annotations

import re

import pytest

from generator import names
from grafana.scenarios.absence import ABSENT, ABSENT_IS_BAD, has_rules
from grafana.scenarios.meaning import Kind, kind_of
from grafana.scenarios.scenario import GONE, HEALTHY

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("scenarios")]

# By dashboard, title and column: what has a value all the same, and why that is no invention.
SHOWN = {
    r"--fleet: SLOs \| ": "counts what is defined",
    r"--fleet: Without requests or data \| ": "says just that",
    r"--fleet: SLO alerts firing \| ": "Prometheus knows of each alert whether it fires",
    r"--fleet: Objectives \| (Value #A|Objective|Period)": "what is defined",
    r"--slo: Objective \| ": "what is defined",
    r"--slo: Error ratio \| ": "the line of what is allowed, and no other",
    r"--service--.*: .*: objective \| ": "what is defined",
    r"--service--.*: Services of this journey \| Value #A": "the rows: what is defined",
    r"--service--.*: Calls \| Declared": "what is defined, beside it no number",
    r"--release--.*: Share of traffic \| ": "the dashed lines of what is planned, and no other",
    r"--(mesh: Services and calls|service--.*: Neighbours) \| ": "a declared call is drawn; an edge of 0",
}


def shown(servers, panels, scenario):
    """What has values, as dashboard, title and column, each with the expression and the values."""
    return [
        (f"{panel.dashboard}: {panel.title} | {query.column}", query.expr, values)
        for panel in panels
        for query in panel.queries
        if (values := servers.values(scenario, query.expr))
    ]


def test_nothing_is_shown_but_what_is_defined(servers, panels):
    found = shown(servers, panels, ABSENT)
    unexplained = [one for one in found if not any(re.search(f"{where}$", one[0]) for where in SHOWN)]
    assert unexplained == []
    outdated = [where for where in SHOWN if not any(re.search(f"{where}$", one[0]) for one in found)]
    assert outdated == []


def test_what_is_shown_is_what_is_defined(servers, panels, compilation):
    """Each value is one of the definitions': none is a share of anything measured."""
    running = [
        (each.service, one.slo)
        for each in compilation.services
        for one in each.slos
        if has_rules(one, ABSENT) and one.slo.has_budget
    ]
    counts = {"SLOs": len(running), "Without requests or data": len(running), "SLO alerts firing": 0}
    for where, expr, values in shown(servers, panels, ABSENT):
        title = re.sub(r"^.*?: (.*) \| .*", r"\1", where)
        if title in counts:
            assert values == [counts[title]], where
        elif title in {"Services and calls", "Neighbours"}:
            assert set(values) == {0}, where
        else:
            assert kind_of(expr, "", set(), set()) is Kind.DECLARED, where
    for service, slo in running:
        identity = f'namespace="{service.namespace}",service="{service.name}",slo="{slo.name}"'
        assert servers.values(ABSENT, f"{names.OBJECTIVE}{{{identity}}}") == [float(slo.objective / 100)]


def test_a_service_of_which_nothing_is_known_shows_nothing(servers, panels):
    """Others are well, and lend it no number: not by a join, not by a zero made of theirs."""
    of_gone = [panel for panel in panels if re.search(r"--(bookinfo|istio-sys)", panel.dashboard)]
    of_gone += [panel for panel in panels if re.search(r"--(slo|workload)$", panel.dashboard)]
    of_others = [panel for panel in panels if "--service--boutique--" in panel.dashboard]
    assert min(len(of_gone), len(of_others)) > 100
    found = shown(servers, of_gone, GONE)
    assert [one for one in found if not any(re.search(f"{where}$", one[0]) for where in SHOWN)] == []
    missing = {one[0] for one in shown(servers, of_others, HEALTHY)} - {
        one[0] for one in shown(servers, of_others, GONE)
    }
    assert missing == set()


def test_an_objective_that_counts_absence_as_bad_is_red(servers, panels, compilation):
    """Here absence is a fact, and no lack of one: the job did not tell when it last succeeded."""
    (slo,) = [one.slo for each in compilation.services for one in each.slos if has_rules(one, ABSENT_IS_BAD)]
    wanted = {"achieved over 30d": 0, "burn rate now": float(1 / slo.budget)}
    for panel in panels:
        title = panel.title.removeprefix(f"{slo.name}: ")
        if panel.title.startswith(f"{slo.name}: ") and title in wanted:
            values = servers.values(ABSENT_IS_BAD, panel.queries[0].expr)
            assert values == [pytest.approx(wanted.pop(title))]
    assert wanted == {}


@pytest.mark.parametrize(
    "expr",
    [
        "sum(rate(istio_requests_total[5m])) or vector(0)",
        "1 - (max(slo:sli_error:ratio_rate5m) or 0 * count(slo:objective:ratio))",
        "absent(istio_requests_total)",
        "slo:objective:ratio * 0",
    ],
)
def test_what_is_made_up_would_be_seen(servers, expr):
    """The scenario is not just empty: rules run in it, and invented numbers have something to stand on."""
    assert servers.values(ABSENT, expr)
