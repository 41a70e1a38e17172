"""Each rule with what it must find and what it must let pass."""

from __future__ import annotations

import copy

import orjson
import pytest

from generator.grafana import lint
from generator.grafana.codes import CODES
from generator.grafana.lint.promql import substitute
from generator.grafana.lint.units import UNITS, is_unit
from generator.grafana.render import Page, Rendered
from generator.promql.parse import parse

SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def panel(title="Requests", number=1, x=0, **fields):
    return {
        "id": number,
        "type": "timeseries",
        "title": title,
        "description": "What it means.",
        "gridPos": {"x": x, "y": 0, "w": 12, "h": 8},
        "datasource": SOURCE,
        "targets": [
            {"refId": "A", "datasource": SOURCE, "expr": "rate(http_requests_total[$__rate_interval])"}
        ],
        "fieldConfig": {
            "defaults": {"unit": "reqps", "thresholds": {"steps": [{"color": "text", "value": None}]}},
            "overrides": [],
        },
        **fields,
    }


def share(colour, threshold):
    steps = [{"color": "red", "value": None}, {"color": colour, "value": threshold}]
    return {"unit": "percentunit", "thresholds": {"steps": steps}}


def text_panel(*lines):
    return panel(type="text", targets=[], options={"mode": "html", "content": "\n".join(lines)})


def steps(*pairs):
    return [{"color": colour, "value": value} for colour, value in pairs]


def good():
    return {
        "uid": "good",
        "title": "Good",
        "panels": [panel(), panel("Errors", 2, 12)],
        "templating": {
            "list": [{"name": "datasource", "type": "datasource", "query": "prometheus", "multi": True}]
        },
        "annotations": {"list": []},
    }


def found(data) -> set[str]:
    text = orjson.dumps(data).decode()
    page = Page(str(data.get("uid", "")), str(data.get("title", "")), text, "x", own=False)
    return {code for code, _ in lint.findings(lint.View.of(Rendered(page, data)))}


def change(path, value):
    """A dashboard that differs from the good one at a path; `...` removes the key."""
    data = copy.deepcopy(good())
    *parents, last = path
    place = data
    for key in parents:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return data


def test_a_good_dashboard_passes():
    assert found(good()) == set()


TARGET = ("panels", 0, "targets", 0)
DEFAULTS = ("panels", 0, "fieldConfig", "defaults")
FAULTS = [
    ("dashboard/uid", ("uid",), "with space"),
    ("dashboard/uid", ("uid",), "x" * 41),
    ("dashboard/uid", ("uid",), ...),
    ("dashboard/title", ("title",), " "),
    ("dashboard/title", ("title",), ...),
    ("dashboard/panel-title", ("panels", 0, "title"), ""),
    ("dashboard/panel-title", ("panels", 0, "title"), "Errors"),
    ("dashboard/panel-id", ("panels", 0, "id"), 0),
    ("dashboard/panel-id", ("panels", 0, "id"), 2),
    ("dashboard/panel-id", ("panels", 0, "id"), ...),
    ("dashboard/panel-id", ("panels", 0, "id"), True),
    ("dashboard/panel-type", ("panels", 0, "type"), "graph"),
    ("dashboard/ref-id", (*TARGET, "refId"), ""),
    ("dashboard/ref-id", ("panels", 0, "targets"), good()["panels"][0]["targets"] * 2),
    ("dashboard/description", ("panels", 0, "description"), ...),
    ("dashboard/grid", ("panels", 0, "gridPos"), ...),
    ("dashboard/grid", ("panels", 1, "gridPos", "w"), 13),
    ("dashboard/grid", ("panels", 0, "gridPos", "h"), 0),
    ("dashboard/overlap", ("panels", 1, "gridPos", "x"), 11),
    ("dashboard/rows", ("rows",), [{"panels": []}]),
    ("dashboard/rows", ("panels", 0), panel(type="row", panels=[panel("In", 9)], collapsed=False)),
    ("dashboard/datasource", (*TARGET, "datasource"), ...),
    ("dashboard/datasource", (*TARGET, "datasource"), "Prometheus"),
    ("dashboard/datasource", (*TARGET, "datasource"), {"type": "prometheus", "uid": "PBFA97CFB590B2093"}),
    ("dashboard/datasource", (*TARGET, "datasource"), {"uid": "${datasource}"}),
    ("dashboard/datasource", ("annotations", "list"), [{"name": "deploys", "expr": "up"}]),
    ("dashboard/variable", (*TARGET, "expr"), 'up{namespace="$namespace"}'),
    ("dashboard/variable", ("templating", "list"), good()["templating"]["list"] * 2),
    (
        "dashboard/variable",
        ("templating", "list"),
        [*good()["templating"]["list"], {"name": "env", "type": "custom", "query": "a,b"}],
    ),
    ("dashboard/unit", (*DEFAULTS, "unit"), "requests"),
    (
        "dashboard/unit",
        ("panels", 0, "fieldConfig", "overrides"),
        [{"matcher": {}, "properties": [{"id": "unit", "value": "seconds"}]}],
    ),
    (
        "dashboard/default-threshold",
        (*DEFAULTS, "thresholds", "steps"),
        [{"color": "green", "value": None}, {"color": "red", "value": 80}],
    ),
    ("dashboard/multi-value", (*TARGET, "expr"), 'up{job="$datasource"}'),
    ("dashboard/null", ("panels", 0, "interval"), None),
    ("dashboard/null", (*TARGET, "hide"), None),
    ("dashboard/query", (*TARGET, "expr"), "sum(http_requests_total[$__rate_interval])"),
    ("dashboard/query", (*TARGET, "expr"), "rate(http_requests_total[5m]"),
    ("dashboard/query", (*TARGET, "expr"), ""),
    (
        "dashboard/exemplar",
        TARGET,
        {**good()["panels"][0]["targets"][0], "exemplar": True, "expr": "process_open_fds"},
    ),
    (
        "dashboard/exemplar",
        TARGET,
        {**good()["panels"][0]["targets"][0], "exemplar": True, "expr": "job:requests_total:rate5m"},
    ),
    (
        "dashboard/exemplar",
        ("panels", 0),
        panel(type="stat", targets=[{**good()["panels"][0]["targets"][0], "exemplar": True}]),
    ),
    ("dashboard/irate", (*TARGET, "expr"), "irate(http_requests_total[$__rate_interval])"),
    ("dashboard/no-data", (*TARGET, "expr"), "1 - (sum(a_bad) / sum(a_all) or vector(0))"),
    ("dashboard/no-data", (*TARGET, "expr"), "100 - (100 * (sum(a_bad) / sum(a_all)) or vector(0))"),
    ("dashboard/no-data", (*DEFAULTS, "noValue"), "100 %"),
    ("dashboard/no-unit", (*DEFAULTS, "unit"), ...),
    (
        "dashboard/override",
        ("panels", 0, "fieldConfig", "overrides"),
        [{"matcher": {"id": "byName", "options": "A"}, "properties": [{"id": "colour", "value": "red"}]}],
    ),
    (
        "dashboard/override",
        ("panels", 0, "fieldConfig", "overrides"),
        [{"matcher": {"id": "byname", "options": "A"}, "properties": [{"id": "min", "value": 0}]}],
    ),
    ("dashboard/threshold-scale", DEFAULTS, share("green", 99)),
    ("dashboard/thresholds", DEFAULTS, share("green", "0.99")),
    ("dashboard/thresholds", DEFAULTS, share("green", None)),
    ("dashboard/thresholds", (*DEFAULTS, "thresholds", "steps"), steps(("red", 5), ("green", 1))),
    ("dashboard/unsafe-link", ("panels", 0, "links"), [{"title": "x", "url": "javascript:alert(1)"}]),
    ("dashboard/unsafe-link", ("links",), [{"title": "x", "type": "link", "url": "\x01java\nScript:x"}]),
    ("dashboard/unsafe-link", ("panels", 0), text_panel("<a HREF = ' java&#9;script&colon;x'>")),
    ("dashboard/unsafe-link", ("panels", 0, "description"), "[What it means](javascript:alert(1))."),
    (
        "dashboard/unsafe-link",
        ("panels", 0),
        text_panel("<a href=vbscript:x>"),
    ),
    ("dashboard/unsafe-link", (*DEFAULTS, "links"), [{"title": "x", "url": "data:text/html,${__from}"}]),
    ("dashboard/size", ("description",), "x" * 100_001),
]


@pytest.mark.parametrize(
    ("code", "path", "value"), FAULTS, ids=[f"{fault[0]}-{index}" for index, fault in enumerate(FAULTS)]
)
def test_a_fault_is_found_and_nothing_else(code, path, value):
    assert found(change(path, value)) == {code}


def test_every_rule_has_a_failing_case_and_a_paragraph():
    assert {code for code, _, _ in FAULTS} == set(lint.RULES)
    assert set(lint.RULES) | lint.WARNINGS <= set(CODES)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("uid",), "x" * 40),
        ((*TARGET, "expr"), "(sum(rate(a_bad[5m])) or vector(0)) / sum(rate(a_all[5m]))"),
        ((*TARGET, "expr"), "1 - (sum(a_bad) or vector(0)) / sum(a_all)"),
        ((*DEFAULTS, "noValue"), "No data"),
        (
            ("panels", 0, "fieldConfig", "overrides"),
            [
                {
                    "matcher": {"id": "byRegexp", "options": "/5../"},
                    "properties": [{"id": "custom.hideFrom.legend", "value": True}],
                }
            ],
        ),
        (DEFAULTS, share("green", 1.5)),
        (DEFAULTS, {**share("green", 99), "color": {"mode": "palette-classic"}}),
        ((*DEFAULTS, "thresholds", "steps"), steps(("red", 1), ("green", 1), ("blue", 2.5))),
        (("panels", 0, "gridPos", "y"), 8),
        ((*TARGET, "exemplar"), False),
        ((*DEFAULTS, "unit"), "suffix: items"),
        ((*TARGET, "datasource"), {"type": "datasource", "uid": "-- Mixed --"}),
        ((*TARGET, "expr"), 'label_replace(up, "a", "$1", "b", "(.*)$")'),
        (("panels", 0, "repeat"), "datasource"),
        (("panels", 0, "title"), "US$ 5 of [[it]]"),
        (("panels", 0, "links"), [{"title": "x", "url": '/explore?left={"a":1}'}]),
        (("panels", 0, "links"), [{"title": "x", "url": "mailto:team@example.com"}]),
        (
            ("panels", 0),
            text_panel("[a](/d/x) [b](https://a.example.com)", '<img src="data:image/png;base64,aa=">'),
        ),
        (("panels", 0, "links"), [{"title": "x", "url": '${__data.fields["a:b"]}'}]),
    ],
)
def test_what_only_looks_like_a_fault_passes(path, value):
    assert found(change(path, value)) == set()


@pytest.mark.parametrize(
    "expression",
    [
        "sum by (le) (rate(http_duration_seconds_bucket[$__rate_interval]))",
        "sum(rate(http_requests_total[$__rate_interval]))",
        "histogram_quantile(0.9, sum(rate(http_duration_seconds[$__rate_interval])))",
    ],
)
def test_exemplars_of_raw_series_are_welcome(expression):
    data = change((*TARGET, "expr"), expression)
    data["panels"][0]["targets"][0]["exemplar"] = True
    assert found(data) == set()


def test_rules_look_into_collapsed_rows():
    inside = panel("Inside", 3, unit="x", fieldConfig={"defaults": {"unit": "nonsense"}, "overrides": []})
    data = good()
    data["panels"].append(
        {
            "id": 9,
            "type": "row",
            "title": "Row",
            "collapsed": True,
            "gridPos": {"x": 0, "y": 8, "w": 24, "h": 1},
            "panels": [inside],
        }
    )
    assert found(data) == {"dashboard/unit"}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"panels": None, "templating": [], "annotations": "x"},
        {"uid": 3, "title": ["x"], "panels": [1, {"gridPos": 1, "targets": [None], "fieldConfig": 3}]},
    ],
)
def test_any_json_is_survived(data):
    assert "dashboard/title" in found(data) or "dashboard/uid" in found(data)


@pytest.mark.parametrize(
    "expression",
    [
        "rate(m[$__rate_interval])",
        "rate(m[$__interval:$__interval])",
        "rate(m[${window}])",
        "m offset $shift",
        'm{a="$x",b=~"${y:regex}"}',
        "sum by ($group) (m)",
        "sum by (a, $group) (m)",
        "topk($n, m)",
        "topk by (a) ($n, m)",
        "histogram_quantile($q, sum by (le) (rate(m_bucket[5m])))",
        "clamp_max(m, $limit)",
        "m > $limit",
        "rate($metric[5m])",
        "sum($metric)",
        "a_$metric",
        "m{$filters}",
        'm{a="b",$filters}',
        "m * on ($l) group_left ($k) n",
    ],
)
def test_variables_may_stand_wherever_grafana_lets_them(expression):
    parse(substitute(expression))


def test_units():
    assert len(UNITS) == 273
    assert all(map(is_unit, ("reqps", "percentunit", "ms", "µs", "suffix:x", "currency:kr")))
    assert not any(map(is_unit, ("requests", "", "suffix:", "Percent")))


def page(uid: str, title: str) -> Page:
    return Page(uid, title, "{}", "x", own=False)


def test_clashes_of_uid_and_title():
    pages = [page("a", "One"), page("A", "Two"), page("b", "One"), page("c", "Three")]
    assert [(code, first.uid, second.uid) for code, first, second in lint.clashes(pages)] == [
        ("dashboard/uid-clash", "a", "A"),
        ("dashboard/title-clash", "a", "b"),
    ]
