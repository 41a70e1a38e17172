"""Dashboards that teams write in YAML: the same records, rules and comparisons as ours, places included."""

from __future__ import annotations

import json

import pytest
from spec.projects import compile_files, compiled

from generator.diagnostics import Diagnostics
from generator.documents import Locator, Source, parse
from generator.grafana.compile import compile_dashboards
from generator.grafana.panels import KINDS, PANELS
from generator.promql.catalogue_file import load_catalogue
from generator.promql.checks import Known
from generator.spec.dashboard import COLOURS, PANEL_TYPES
from generator.spec.model import Project
from generator.spec.project import build_project

PLATFORM = """
apiVersion: sightline/v1
kind: Platform
metadata: {name: demo}
spec:
  project: demo
  delivery: [{format: grafana}]
"""
DASHBOARD = """\
apiVersion: sightline/v1
kind: Dashboard
metadata: {name: own}
spec:
  title: Own
  variables: [{name: job, label: %s, of: '%s'}]
  rows:
    - panels:
        - title: Requests
          type: timeseries
          description: d
          queries:
            - expr: |
                # by code
                sum by (code) (
                  rate(%s{job=~"$job"%s}[$__rate_interval])
                )
"""
FIXTURE = """\
apiVersion: sightline/v1
kind: Catalogue
metadata: {name: test}
metrics:
  http_requests_total:
    type: counter
    labels: [[job, code]]
    values: {code: {values: ["200", "500"], closed: true}}
"""
SERVICE = """
apiVersion: sightline/v1
kind: Service
metadata: {name: %s, namespace: shop}
spec: {}
"""


def built(text: str) -> tuple[Project, Locator]:
    """A project with one dashboard."""
    diagnostics = Diagnostics()
    sources = [Source("sightline.yaml", PLATFORM), Source("dashboards/own.yaml", text)]
    documents = [document for source in sources for document in parse(source, diagnostics)]
    made = build_project(documents, "sightline.yaml", diagnostics)
    assert made is not None
    assert list(diagnostics) == []
    return made, Locator({source.path: source for source in sources})


@pytest.mark.parametrize(
    ("label", "of", "metric", "matcher", "found"),
    [
        ("job", "http_requests_total", "http_requests_total", "", None),
        ("job", "http_requests_total", "http_requests_total", ', code="500"', None),
        ("job", "http_requests_total", "http_request_total", "", ("promql/unknown-metric", 16, 24)),
        (
            "job",
            "http_requests_total",
            "http_requests_total",
            ', status="5"',
            ("promql/unknown-label", 16, 57),
        ),
        (
            "job",
            "http_requests_total",
            "http_requests_total",
            ', code="404"',
            ("promql/unknown-value", 16, 62),
        ),
        ("pod", "http_requests_total", "http_requests_total", "", ("promql/unknown-label", 6, 34)),
        (
            "job",
            'http_request_total{code="200"}',
            "http_requests_total",
            "",
            ("promql/unknown-metric", 6, 44),
        ),
        (
            "job",
            'http_requests_total{status=~"$x"}',
            "http_requests_total",
            "",
            ("promql/unknown-label", 6, 64),
        ),
    ],
)
def test_what_is_read_is_compared_with_the_fixtures_word_by_word(label, of, metric, matcher, found):
    made, locator = built(DASHBOARD % (label, of, metric, matcher))
    diagnostics = Diagnostics()
    known = Known(catalogue=load_catalogue([Source("fixture.yaml", FIXTURE)], diagnostics), recorded={})
    compile_dashboards(made, diagnostics, known=known, locator=locator)
    places = [
        (item.code, item.span.line, item.span.column)
        for item in diagnostics
        if item.code.startswith("promql/") and item.span
    ]
    assert places == ([found] if found else [])


def test_what_is_read_must_exist_in_a_variable_too():
    """A variable of a variable: only what is declared may stand in it."""
    text = DASHBOARD % ("job", 'up{a="$nothing"}', "requests_total", "")
    _, diagnostics = compiled({"sightline.yaml": PLATFORM, "dashboards/own.yaml": text})
    assert [(item.code, item.span.line) for item in diagnostics] == [("dashboard/variable", 6)]


def dashboards(*files: str) -> dict[str, dict]:
    """The dashboards of a project by uid."""
    sources = {"sightline.yaml": PLATFORM} | {f"{index}.yaml": text for index, text in enumerate(files)}
    artifacts = compile_files(sources).artifacts
    pages = [json.loads(artifact.text) for artifact in artifacts if artifact.path.endswith(".json")]
    return {page["uid"]: page for page in pages}


PANEL = "{title: %s, type: stat, description: d, queries: [{expr: up}]}"
ROWS = """
apiVersion: sightline/v1
kind: Dashboard
metadata: {name: own}
spec:
  title: Own
  rows: [{panels: [%s]}]
"""


def ids(*titles: str) -> dict[str, int]:
    page = dashboards(ROWS % ", ".join(PANEL % title for title in titles))["demo--dashboard--own"]
    return {panel["title"]: panel["id"] for panel in page["panels"]}


def test_a_panel_keeps_its_id_when_others_come():
    assert ids("A", "New", "B").items() >= ids("B", "A").items()


def test_an_id_outlasts_the_title():
    named = ROWS % PANEL.replace("{", "{id: one, ", 1)
    first, second = (dashboards(named % title)["demo--dashboard--own"]["panels"][0] for title in ("A", "B"))
    assert (first["title"], second["title"]) == ("A", "B")
    assert first["id"] == second["id"]


def test_the_names_of_a_service_are_constants_where_they_are_used():
    text = ROWS % (PANEL % "A").replace("expr: up", "expr: 'up{app=\"$service\"}'")
    text = text.replace("title: Own", "title: Own of << service >>\n  forEach: {kind: service}")
    pages = dashboards(text, SERVICE % "cart", SERVICE % "search")
    for name in ("cart", "search"):
        page = pages[f"demo--dashboard--own--shop--{name}"]
        assert page["title"] == f"Own of {name}"
        constants = {
            one["name"]: one["query"] for one in page["templating"]["list"] if one["type"] == "constant"
        }
        assert constants == {"service": name}


def test_own_thresholds_begin_with_a_plain_colour():
    text = ROWS % (PANEL % "A").replace(
        "description: d", "description: d, thresholds: [{value: 0.5, color: red}]"
    )
    (panel,) = dashboards(text)["demo--dashboard--own"]["panels"]
    assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"] == [
        {"color": "text", "value": None},
        {"color": "red", "value": 0.5},
    ]


def test_a_refresh_that_looks_like_a_default_of_grafanalib_stays():
    text = (ROWS % (PANEL % "A")).replace("title: Own", "title: Own\n  refresh: 10s")
    assert dashboards(text)["demo--dashboard--own"]["refresh"] == "10s"


def test_the_schema_lists_the_kinds_of_panels():
    """A later kind is a line in each; every kind of ours can be written."""
    assert list(PANEL_TYPES) == sorted(KINDS)
    assert len(KINDS) == len(PANELS)


def test_colours_are_told_apart():
    assert len(set(COLOURS)) == len(COLOURS) == 32
