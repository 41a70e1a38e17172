"""grafanalib's output brought up to date: nothing null, nothing dead, data sources by type and uid."""

from __future__ import annotations

import enum
from decimal import Decimal

import pytest
from grafanalib import core as g

from generator.grafana.edge.normalise import NotJsonError, normalise, panels
from generator.grafana.lint import View, findings
from grafana.examples import team

DEAD = {
    "span",
    "height",
    "minSpan",
    "rows",
    "style",
    "hideControls",
    "sharedCrosshair",
    "__inputs",
    "error",
    "gnetId",
}
GRID = g.GridPos(h=8, w=12, x=0, y=0)


def keys(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, item
            yield from keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)


def dashboard(*listed, **fields):
    return g.Dashboard(title="T", uid="t", panels=list(listed), **fields)


EVERY_PANEL = [
    g.TimeSeries,
    g.Stat,
    g.Table,
    g.Text,
    g.GaugePanel,
    g.BarGauge,
    g.PieChartv2,
    g.StateTimeline,
    g.Histogram,
    g.BarChart,
    g.Logs,
    g.News,
    g.DashboardList,
    g.AlertList,
    g.RowPanel,
]


@pytest.mark.parametrize("kind", EVERY_PANEL, ids=lambda kind: kind.__name__)
def test_no_panel_class_leaves_a_null_or_a_dead_key(kind):
    fields = {"feedUrl": "https://example.com"} if kind is g.News else {}
    data = normalise(dashboard(kind(title="P", gridPos=GRID, **fields)))
    for key, value in keys(data):
        assert value is not None or key == "value", key
        assert key not in DEAD, key
    assert "id" not in data
    assert "version" not in data
    assert data["schemaVersion"] == 42
    found = {code for code, _ in findings(View.of(team(dashboard(kind(title="P", gridPos=GRID, **fields)))))}
    # What only the author can say; some gauges come with "red from 80".
    assert found <= {"dashboard/description", "dashboard/default-threshold"}


def test_house_rules_replace_defaults_and_nothing_else():
    plain = normalise(dashboard())
    assert (plain["refresh"], plain["timezone"], plain["graphTooltip"], plain["editable"]) == (
        "1m",
        "browser",
        1,
        False,
    )
    chosen = normalise(dashboard(refresh="5m", timezone="Europe/Berlin", graphTooltip=2, editable=True))
    assert (chosen["refresh"], chosen["timezone"], chosen["graphTooltip"]) == ("5m", "Europe/Berlin", 2)
    assert chosen["editable"] is False


def test_max_data_points_is_the_panel_width_unless_chosen():
    data = normalise(dashboard(g.TimeSeries(title="a"), g.TimeSeries(title="b", maxDataPoints=500)))
    assert [panel.get("maxDataPoints") for panel in data["panels"]] == [None, 500]


@pytest.mark.parametrize("given", [None, "default", "$datasource", "${datasource}"])
def test_the_default_data_source_is_a_declared_variable(given):
    panel = g.TimeSeries(title="a", dataSource=given, targets=[g.Target(expr="up")])
    data = normalise(dashboard(panel))
    wanted = {"type": "prometheus", "uid": "${datasource}"}
    assert data["panels"][0]["datasource"] == wanted
    assert data["panels"][0]["targets"][0]["datasource"] == wanted
    assert [item["name"] for item in data["templating"]["list"]] == ["datasource"]


def test_other_data_sources_keep_their_type():
    logs = g.Template(name="logs", query="loki", type="datasource")
    panel = g.Logs(
        title="a", dataSource="${logs}", targets=[g.LokiTarget()] if hasattr(g, "LokiTarget") else []
    )
    data = normalise(dashboard(panel, templating=g.Templating([logs])))
    assert data["panels"][0]["datasource"] == {"type": "loki", "uid": "${logs}"}
    assert [item["name"] for item in data["templating"]["list"]] == ["logs"]


def test_ref_ids_fill_what_is_missing():
    targets = [g.Target(expr="a"), g.Target(expr="b", refId="A"), g.Target(expr="c")]
    data = normalise(dashboard(g.TimeSeries(title="p", targets=targets)))
    assert [target["refId"] for target in data["panels"][0]["targets"]] == ["B", "A", "C"]


def test_targets_lose_the_keys_of_other_databases():
    data = normalise(dashboard(g.TimeSeries(title="p", targets=[g.Target(expr="up")])))
    assert data["panels"][0]["targets"] == [
        {
            "datasource": {"type": "prometheus", "uid": "${datasource}"},
            "expr": "up",
            "range": True,
            "refId": "A",
        }
    ]


def test_thresholds_are_steps_and_never_red_from_80():
    steps = [g.Threshold("green", 0, 0.0), g.Threshold("red", 1, 0.5)]
    data = normalise(dashboard(g.Stat(title="a"), g.Stat(title="b", thresholds=steps)))
    plain, chosen = (panel["fieldConfig"]["defaults"]["thresholds"]["steps"] for panel in data["panels"])
    assert plain == [{"color": "text", "value": None}]
    assert chosen == [{"color": "green", "value": None}, {"color": "red", "value": 0.5}]


def test_ids_are_made_from_titles_and_survive_insertion():
    row = g.RowPanel(title="R", gridPos=GRID)
    before = normalise(dashboard(g.Stat(title="a"), row, g.Stat(title="b"), g.Stat(title="b")))
    after = normalise(
        dashboard(g.Stat(title="new"), g.Stat(title="a"), row, g.Stat(title="b"), g.Stat(title="b"))
    )
    old = [panel["id"] for panel in before["panels"]]
    assert len(set(old)) == 4
    assert [panel["id"] for panel in after["panels"][1:]] == old
    assert normalise(dashboard(g.Stat(title="a", id=7)))["panels"][0]["id"] == 7


def test_variables_lose_what_is_empty():
    chosen = g.Template(name="env", query="a,b", type="custom", default="a")
    data = normalise(
        dashboard(templating=g.Templating([chosen, g.Template(name="ns", query="label_values(ns)")]))
    )
    source, custom, query = data["templating"]["list"]
    assert source["name"] == "datasource"
    assert custom["current"] == {"selected": True, "text": "a", "value": "a"}
    assert "current" not in query
    assert query["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    for item in (custom, query):
        assert not {"useTags", "tagsQuery", "auto", "auto_min"} & set(item)


def test_enumerations_and_decimals_are_their_values():
    class Unit(enum.StrEnum):
        SECONDS = "s"

    panel = g.TimeSeries(title="p", unit=Unit.SECONDS, extraJson={"x": Decimal("0.999"), "y": Decimal(3)})
    data = normalise(dashboard(panel))["panels"][0]
    assert type(data["fieldConfig"]["defaults"]["unit"]) is str
    assert (data["x"], data["y"]) == (0.999, 3)


@pytest.mark.parametrize("value", [object(), float("nan"), float("inf"), {1, 2}, b"x"])
def test_what_json_cannot_say_is_refused_with_its_place(value):
    with pytest.raises(NotJsonError, match=r"panels\[0\]\.options"):
        normalise(dashboard(g.Text(title="t", extraJson={"options": {"deep": [value]}})))


def test_normalising_twice_changes_nothing():
    once = normalise(dashboard(g.TimeSeries(title="p", targets=[g.Target(expr="up")]), g.Stat(title="s")))
    assert normalise(once) == once


def test_panels_inside_collapsed_rows_are_normalised_too():
    row = g.RowPanel(title="R", collapsed=True, gridPos=GRID, panels=[g.Stat(title="a", gridPos=GRID)])
    inner = list(panels(normalise(dashboard(row))))[1]
    assert inner["title"] == "a"
    assert "span" not in inner
    assert inner["id"] > 0
