"""Our dashboards against the types that Grafana publishes; and faults that one of the two gates must see."""

from __future__ import annotations

import copy
from pathlib import Path

import orjson
import pytest

from generator.grafana import lint
from generator.grafana.render import Page, Rendered
from grafana.published import refusals

OUT = Path(__file__).parents[2] / "out" / "grafana" / "dashboards"
FILES = sorted(OUT.rglob("*.json"))
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def by_types(data) -> bool:
    return bool(refusals(data))


def by_lint(data) -> set[str]:
    text = orjson.dumps(data).decode()
    page = Page(str(data.get("uid", "")), str(data.get("title", "")), text, "x", own=False)
    return {code for code, _ in lint.findings(lint.View.of(Rendered(page, data)))}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_grafanas_types_take_what_we_write(path):
    assert refusals(orjson.loads(path.read_bytes())) == []


def good():
    number = {
        "id": 1,
        "type": "timeseries",
        "title": "Requests",
        "description": "How many there are.",
        "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
        "datasource": SOURCE,
        "targets": [{"refId": "A", "datasource": SOURCE, "expr": "rate(requests_total[$__rate_interval])"}],
        "fieldConfig": {
            "defaults": {
                "color": {"mode": "palette-classic"},
                "custom": {"drawStyle": "line"},
                "thresholds": {"mode": "absolute", "steps": [{"color": "text", "value": None}]},
                "unit": "reqps",
            },
            "overrides": [
                {
                    "matcher": {"id": "byName", "options": "A"},
                    "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": "red"}}],
                }
            ],
        },
        "options": {"legend": {"displayMode": "list"}, "tooltip": {"mode": "multi"}},
    }
    other = {**copy.deepcopy(number), "id": 2, "title": "Errors"}
    other["gridPos"]["x"] = 12
    return {
        "uid": "good",
        "title": "Good",
        "schemaVersion": 42,
        "tags": ["a"],
        "time": {"from": "now-6h", "to": "now"},
        "links": [
            {
                "asDropdown": False,
                "icon": "dashboard",
                "includeVars": True,
                "keepTime": True,
                "tags": [],
                "targetBlank": False,
                "title": "All",
                "tooltip": "",
                "type": "link",
                "url": "/d/good",
            }
        ],
        "panels": [number, other],
        "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]},
        "annotations": {"list": []},
    }


def changed(path, value):
    """A dashboard that differs from the good one at a path; `...` removes the key, a tuple renames it."""
    data = good()
    *parents, last = path
    place = data
    for key in parents:
        place = place[key]
    if value is ...:
        del place[last]
    elif isinstance(value, tuple):
        place[value[0]] = place.pop(last)
    else:
        place[last] = value
    return data


PANEL = ("panels", 0)
DEFAULTS = (*PANEL, "fieldConfig", "defaults")
TARGET = (*PANEL, "targets", 0)
TYPES = {
    "a misspelt key of a field": ((*DEFAULTS, "unit"), ("units",)),
    "a colour mode that is none": ((*DEFAULTS, "color", "mode"), "palete-classic"),
    "threshold steps as text": ((*DEFAULTS, "thresholds", "steps"), "80"),
    "a place without x": ((*PANEL, "gridPos", "x"), ...),
    "a data source by name": ((*PANEL, "datasource"), "Prometheus"),
    "a variable of no type": (("templating", "list", 0, "type"), "datasources"),
    "a link without fields": (("links", 0), {"title": "All", "url": "/d/good"}),
    "a schema version as text": (("schemaVersion",), "42"),
    "a time as number": (("time", "from"), 1700000000000),
    "a misspelt option": ((*PANEL, "options", "legend"), ("legends",)),
    "a tooltip mode that is none": ((*PANEL, "options", "tooltip", "mode"), "all"),
    "a draw style that is none": ((*DEFAULTS, "custom", "drawStyle"), "lines"),
    "a misspelt key of a target": ((*TARGET, "expr"), ("expression",)),
}
LINT = {
    "a panel wider than the page": ((*PANEL, "gridPos", "w"), 30),
    "an id twice": ((*PANEL, "id"), 2),
    "a target without refId": ((*TARGET, "refId"), ...),
    "panels that overlap": (("panels", 1, "gridPos", "x"), 6),
    "a panel of no kind": ((*PANEL, "type"), "time-series"),
    "a unit that is none": ((*DEFAULTS, "unit"), "requests"),
    "a uid of 60 characters": (("uid",), "x" * 60),
    "an empty title": (("title",), ""),
    "no title": (("title",), ...),
    "an override of nothing": (
        (*PANEL, "fieldConfig", "overrides", 0, "properties", 0, "id"),
        "colour",
    ),
}


def test_there_are_the_23_faults_and_a_dashboard_without_any():
    assert len(TYPES) + len(LINT) == 23
    assert refusals(good()) == []
    assert by_lint(good()) == set()


@pytest.mark.parametrize("fault", TYPES)
def test_grafanas_types_refuse(fault):
    assert by_types(changed(*TYPES[fault]))


@pytest.mark.parametrize("fault", LINT)
def test_no_type_but_our_rules_refuse(fault):
    assert by_lint(changed(*LINT[fault]))
