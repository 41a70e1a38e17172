"""What each kind of panel says to Grafana: the parts that would be silently wrong."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.grafana.edge.targets import target
from generator.grafana.model import Field, LogQuery, Query, Threshold, TraceQuery
from generator.grafana.panels import BarGauge, Gauge, Heatmap, Logs, NodeGraph, StateTimeline, Traces, body
from generator.grafana.render import as_text

COMMON = {"key": "k", "title": "t", "description": "d", "width": 12, "height": 8}
QUERY = Query(expr="up")
STEPS = (Threshold(None, "green"), Threshold(Decimal("0.9"), "red"))


@pytest.mark.parametrize("kind", [BarGauge, Gauge, StateTimeline])
def test_values_have_the_colour_of_their_threshold(kind):
    field = Field(unit="percentunit", thresholds=STEPS, maximum=Decimal(1))
    made = body(kind(**COMMON, queries=(QUERY,), field=field))["fieldConfig"]["defaults"]
    assert made["color"] == {"mode": "thresholds"}
    assert made["thresholds"]["steps"] == [{"color": "green", "value": None}, {"color": "red", "value": 0.9}]
    assert (made["max"], made["noValue"]) == (1, "No data")


def test_a_heatmap_reads_buckets_and_takes_their_unit_for_its_axis():
    query = Query(expr="sum by (le) (rate(x_bucket[5m]))", legend="{{le}}", buckets=True)
    made = body(Heatmap(**COMMON, queries=(query,), field=Field(unit="ms")))
    assert made["options"]["yAxis"]["unit"] == "ms"
    assert made["options"]["calculate"] is False  # they are buckets already
    assert target(query, 0).to_json_data()["format"] == "heatmap"


def test_a_node_graph_joins_what_is_said_of_nodes_and_leaves_edges_alone():
    panel = NodeGraph(
        **COMMON,
        queries=(QUERY,) * 4,
        nodes=("mainstat", "arc__failed", "arc__good"),
        field=Field(unit="reqps"),
    )
    made = body(panel)
    merge, organize = made["transformations"]
    assert merge["filter"] == {"id": "byRefId", "options": "/^(?:A|B|C)$/"}
    assert organize["options"]["renameByName"] == {
        "Value #A": "mainstat",
        "Value #B": "arc__failed",
        "Value #C": "arc__good",
        "Value #D": "mainstat",
    }
    assert [arc["color"] for arc in made["options"]["nodes"]["arcs"]] == ["red", "green"]


def test_edges_alone_need_nothing_joined():
    made = body(NodeGraph(**COMMON, queries=(QUERY,)))
    assert [each["id"] for each in made["transformations"]] == ["organize"]
    assert made["transformations"][0]["options"]["renameByName"] == {"Value": "mainstat"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (LogQuery(expr='{app="x"}'), {"expr": '{app="x"}', "queryType": "range"}),
        (
            LogQuery(expr="app:x", kind="elasticsearch", time_field="at"),
            {"query": "app:x", "timeField": "at"},
        ),
        (TraceQuery(expr="${trace}"), {"query": "${trace}"}),
        (TraceQuery(expr="${trace}", kind="tempo"), {"query": "${trace}", "queryType": "traceql"}),
        (TraceQuery(expr="", service="a.b"), {"queryType": "search", "service": "a.b", "tags": "error=true"}),
        (
            TraceQuery(expr="", service='a"b', kind="tempo"),
            {"query": r'{resource.service.name="a\"b" && status=error}'},
        ),
    ],
)
def test_each_data_source_is_asked_in_its_own_language(query, expected):
    made = target(query, 0).to_json_data()
    assert made["datasource"]["type"] == query.kind
    assert expected.items() <= made.items()


def test_what_somebody_called_a_service_is_no_variable():
    made = target(TraceQuery(expr="", service="$__from"), 0).to_json_data()
    assert made["service"] == "${literal_dollar}__from"


def test_logs_and_traces_have_no_numbers_to_format():
    for panel in (
        Logs(**COMMON, queries=(LogQuery(expr="x"),)),
        Traces(**COMMON, queries=(TraceQuery(expr="x"),)),
    ):
        assert "fieldConfig" not in body(panel)


LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), TREES, max_size=5))
def test_the_text_is_the_same_json_however_it_is_laid_out(data):
    assert json.loads(as_text(data)) == data
