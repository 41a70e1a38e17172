"""What published dashboards of meshes and SLO tools get wrong, each fault on a dashboard of our own making.

The faults are those that were counted in the dashboards that Istio, Pyrra and Sloth publish.
"""

from __future__ import annotations

import pytest

from generator.grafana import lint
from generator.grafana.render import Page, Rendered
from grafana.test_lint import SOURCE, good, panel


def found(*dashboards) -> set[str]:
    """Codes of all findings in dashboards that are delivered together."""
    rendered = [
        Rendered(Page(str(data.get("uid", "")), str(data.get("title", "")), "", "x", own=False), data)
        for data in dashboards
    ]
    codes = {code for each in rendered for code, _ in lint.findings(lint.View.of(each))}
    if any(lint.dangling([(each.page, lint.linked(lint.View.of(each))) for each in rendered])):
        codes.add("dashboard/link")
    return codes


def with_panel(**fields):
    """A dashboard with a panel that says these things in place of what it should."""
    made = panel(**{key: value for key, value in fields.items() if value is not ...})
    for key in (key for key, value in fields.items() if value is ...):
        del made[key]
    return {**good(), "panels": [made]}


def query(expression, **fields):
    return [{"refId": "A", "datasource": SOURCE, "expr": expression, **fields}]


def look(**defaults):
    return {"defaults": defaults, "overrides": []}


def steps(*pairs):
    return {"steps": [{"color": colour, "value": value} for colour, value in pairs]}


FAULTS = {
    "no description": ("dashboard/description", with_panel(description=...)),
    "no unit": ("dashboard/no-unit", with_panel(fieldConfig=look())),
    "a target without refId": (
        "dashboard/ref-id",
        with_panel(targets=[{"datasource": SOURCE, "expr": "rate(requests_total[$__rate_interval])"}]),
    ),
    "red from 80": (
        "dashboard/default-threshold",
        with_panel(fieldConfig=look(unit="reqps", thresholds=steps(("green", None), ("red", 80)))),
    ),
    "success in percent on a share": (
        "dashboard/threshold-scale",
        with_panel(
            fieldConfig=look(
                unit="percentunit", thresholds=steps(("green", None), ("orange", 95), ("red", 99))
            )
        ),
    ),
    "irate in a graph": ("dashboard/irate", with_panel(targets=query("sum(irate(requests_total[1m]))"))),
    "a sum over a range": (
        "dashboard/query",
        with_panel(targets=query("sum(requests_total[$__rate_interval])")),
    ),
    "exemplars of a record": (
        "dashboard/exemplar",
        with_panel(targets=query("slo:sli_error:ratio_rate5m", exemplar=True)),
    ),
    "success without data": (
        "dashboard/no-data",
        with_panel(targets=query("1 - (sum(slo:sli_error:ratio_rate30d) or vector(0))")),
    ),
    "no uid": ("dashboard/uid", {key: value for key, value in good().items() if key != "uid"}),
    "the data source of one Grafana": ("dashboard/datasource", with_panel(datasource="Prometheus")),
    "a link to a tag that nobody has": (
        "dashboard/link",
        {**good(), "links": [{"type": "dashboards", "title": "More", "tags": ["0d3c1b"]}]},
    ),
    "a link to a dashboard that nobody has": (
        "dashboard/link",
        with_panel(links=[{"title": "More", "url": "/d/gone?var-service=${service}"}]),
    ),
    "a link on a value to one that nobody has": (
        "dashboard/link",
        with_panel(fieldConfig=look(unit="reqps", links=[{"title": "More", "url": "/d/gone/name"}])),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_published_dashboards_get_wrong_is_found(fault):
    code, dashboard = FAULTS[fault]
    assert found(dashboard) == {code}


def test_links_that_lead_somewhere_pass():
    other = {**good(), "uid": "other", "title": "Other", "tags": ["slo"]}
    linking = {
        **with_panel(links=[{"title": "Other", "url": "/d/other?from=${__from}&to=${__to}"}]),
        "links": [
            {"type": "dashboards", "title": "All", "tags": ["slo"]},
            {"type": "link", "title": "Elsewhere", "url": "https://grafana.example.com/d/unknown"},
        ],
    }
    assert found(linking, other) == set()
    assert found(linking) == {"dashboard/link"}
