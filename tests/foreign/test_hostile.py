"""No input ends the program: whatever stands in catalogues, rule files and dashboards is told."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import yaml
from diagnostics.test_sarif_report import SCHEMA
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from promql.catalogues import SHOP
from promql.syntax import corpus, mutants

from generator.diagnostics import Diagnostics
from generator.diagnostics.reporters import REPORTERS
from generator.documents import Source
from generator.explain import code_tables
from generator.foreign.check import ForeignInputs, check_foreign
from generator.promql.target import Target

MUTANTS = [*corpus(), *mutants(1_500, seed=7)]
patient = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def told(
    rules: str | None = None, dashboard: str | None = None, catalogue: str = SHOP, version: str = "3.5"
) -> Diagnostics:
    """What is said of the files; every form of report must take it."""
    diagnostics = Diagnostics()
    inputs = ForeignInputs(
        rules=[Source("r.yaml", rules)] if rules is not None else None,
        dashboards=[Source("d.json", dashboard)] if dashboard is not None else None,
        fixtures=[Source("c.yaml", catalogue)],
        named_rules=frozenset({"r.yaml"}),
        named_dashboards=frozenset({"d.json"}),
        target=Target.of(version),
    )
    check_foreign(inputs, diagnostics)
    found = list(diagnostics)
    assert {item.code for item in found} <= code_tables().keys()
    texts = {"r.yaml": rules or "", "d.json": dashboard or "", "c.yaml": catalogue}
    for name, report in REPORTERS.items():
        text = report(found, texts)
        if name in {"json", "sarif"}:
            read = json.loads(text)
        if name == "sarif":
            jsonschema.validate(read, SCHEMA)
        if name == "junit":
            ET.fromstring(text)
        if name == "github":
            assert text.count("\n") == len(found) == text.count("\n::") + bool(found)
    return diagnostics


def rule_file(*expressions: str) -> str:
    rules = [{"alert": f"A{number}", "expr": text} for number, text in enumerate(expressions)]
    return yaml.safe_dump({"groups": [{"name": "g", "rules": rules}]}, allow_unicode=True)


def dashboard_of(*expressions: str) -> str:
    targets = [{"refId": "A", "expr": text} for text in expressions]
    return json.dumps({"title": "T", "panels": [{"id": 1, "type": "stat", "title": "P", "targets": targets}]})


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
EXPRESSION = st.sampled_from(MUTANTS) | TEXT


@patient
@given(st.lists(EXPRESSION, max_size=4))
def test_any_expression(expressions: list[str]) -> None:
    told(rule_file(*expressions), dashboard_of(*expressions))


KEYS = (
    st.sampled_from(
        [
            "groups",
            "name",
            "rules",
            "record",
            "alert",
            "expr",
            "for",
            "labels",
            "annotations",
            "kind",
            "items",
            "spec",
        ]
    )
    | TEXT
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | EXPRESSION
    | st.sampled_from(["5m", "PrometheusRule", "List"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@patient
@given(st.dictionaries(KEYS, VALUES, max_size=4) | VALUES)
def test_any_rule_file_that_is_yaml(data: Any) -> None:
    told(yaml.safe_dump(data, allow_unicode=True))
    told(yaml.safe_dump({"groups": [{"name": "g", "rules": [data]}]}, allow_unicode=True))


PANEL_KEYS = st.sampled_from(
    (
        *(
            "panels",
            "rows",
            "targets",
            "expr",
            "datasource",
            "templating",
            "list",
            "annotations",
            "type",
            "query",
        ),
        *("name", "title", "uid", "id", "gridPos", "fieldConfig", "defaults", "unit", "overrides", "repeat"),
        *("current", "target", "matcher", "properties", "options", "links", "definition", "multi", "refId"),
    )
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | EXPRESSION
    | st.sampled_from(["prometheus", "query", "row", "$x"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PANEL_KEYS, inner, max_size=6),
    max_leaves=40,
)


@patient
@given(st.dictionaries(PANEL_KEYS, JSON, max_size=8))
@example({"targets": [{"refId": []}]})
@example({"templating": {"list": 5}, "annotations": {"list": 5}, "panels": 5, "__inputs": 5})
def test_any_dashboard_that_is_json(data: dict[str, Any]) -> None:
    told(dashboard=json.dumps(data))
    told(
        dashboard=json.dumps(
            {"panels": [data], "templating": {"list": [data]}, "annotations": {"list": [data]}}
        )
    )


@patient
@given(TEXT | st.text('{}[]":,\\ue0d8 \n1x', max_size=60))
def test_any_text(text: str) -> None:
    told(text, text, catalogue=text)


@patient
@given(
    st.dictionaries(
        st.sampled_from(["apiVersion", "kind", "metrics", "values", "labelSets", "server"]), VALUES
    )
)
def test_any_catalogue_that_is_yaml(data: dict[str, Any]) -> None:
    told(rule_file("requests_total"), catalogue=yaml.safe_dump(data, allow_unicode=True))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("abs(" * 10_000 + "m" + ")" * 10_000, "the expression has 50001 characters"),
        ("abs(" * 1_000 + "m" + ")" * 1_000, "nested more than 100 deep"),
        ("(" * 4_000 + "m" + ")" * 4_000, "nested more than 100 deep"),
        ("m" * 1_000_000, "the expression has 1000000 characters"),
        ("m+" * 3_000 + "m", "3000 operators"),
        ("m" * 20_001, "20000 is the limit"),
    ],
)
def test_what_is_large_or_deep_is_a_finding(expression: str, words: str) -> None:
    for one in (told(rule_file(expression)), told(dashboard=dashboard_of(expression))):
        assert any(words in item.message for item in one if item.code == "promql/too-large"), list(one)
        assert not one.has_errors, "Prometheus may take it"


@pytest.mark.parametrize("expression", ["m{a=~'" + "(a+)+" * 3_000 + "('}", 'm{a="' + "\\" * 19_001 + '"}'])
def test_what_is_wrong_stays_wrong_however_long_it_is(expression: str) -> None:
    for one in (told(rule_file(expression)), told(dashboard=dashboard_of(expression))):
        assert any(item.code == "promql/syntax" for item in one), list(one)


@pytest.mark.parametrize(
    "text",
    [
        '{"panels": ' + "[" * 99_999,
        '{"panels": [' + "{}," * 200_000 + "{}]}",
        '{"title": "\\ud800", "panels": []}',
        '{"panels": [{"panels": ' * 45 + "[]" + "}]}" * 45,
        '{"panels": NaN}',
        "\x00",
        "",
        '{"panels": [], "title": "' + "x" * 1_000_000 + '"}',
    ],
)
def test_hostile_json(text: str) -> None:
    told(dashboard=text)


def test_names_that_would_be_commands_are_data() -> None:
    name = "x\n::error::forged%0A]]><b>\x1b[31m\u202e"
    rules = yaml.safe_dump({"groups": [{"name": name, "rules": [{"alert": name, "expr": f"up{{{name}"}]}]})
    assert told(rules, dashboard_of(name)).has_errors
