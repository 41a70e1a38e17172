"""What Kiali, Jaeger, Grafana and Backstage are told: held to strict schemas, and to what they refer to."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.delivery import yaml_text
from links import blocks

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out"
CASES = ROOT / "tests" / "cases"
TREES = [OUT, *(CASES / name / "expected" for name in ("back-links", "systems-around"))]
# code, degraded, failure, protocol, direction (kiali/kiali models, the annotation health.kiali.io/rate)
HEALTH = re.compile(
    r"(?P<code>[^,;]+),(?P<degraded>[0-9.]+),(?P<failure>[0-9.]+),(?P<protocol>http|grpc),"
    r"(?P<direction>inbound|outbound)"
)


def found(pattern: str) -> list[Path]:
    files = [path for tree in TREES for path in sorted(tree.glob(pattern))]
    assert files
    return files


def load(path: Path) -> Any:
    text = path.read_text("utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)


KINDS = [
    ("kiali/kiali.yaml", blocks.KIALI),
    ("jaeger/ui.json", blocks.JAEGER_UI),
    ("grafana/datasources/*.yaml", blocks.DATA_SOURCES),
    ("backstage/*/*.yaml", blocks.BACKSTAGE),
]


@pytest.mark.parametrize(("pattern", "schema"), KINDS)
def test_every_block_is_what_its_reader_knows(pattern, schema):
    for path in found(pattern):
        jsonschema.Draft7Validator(schema).validate(load(path))


@pytest.mark.parametrize(("pattern", "schema"), KINDS)
def test_the_schemas_notice_any_other_field(pattern, schema):
    """Each mapping of each block, one field misspelt: the schema must say so."""
    for path in found(pattern)[:3]:
        content = load(path)
        free = {"variables", "annotations"}
        for trail in trails(content):
            if trail and trail[-1] in free:
                continue
            wrong = copy.deepcopy(content)
            at(wrong, trail)["misspelt_field"] = "x"
            assert list(jsonschema.Draft7Validator(schema).iter_errors(wrong)), trail


def trails(node: object, trail: tuple[Any, ...] = ()):
    """Where each mapping below `node` is."""
    if isinstance(node, dict):
        yield trail
        for key, value in node.items():
            yield from trails(value, (*trail, key))
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from trails(item, (*trail, number))


def at(node: Any, trail: tuple[Any, ...]) -> Any:
    for key in trail:
        node = node[key]
    return node


DATA = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.text()),
    lambda below: st.one_of(st.lists(below), st.dictionaries(st.text(min_size=1), below)),
    max_leaves=20,
)


@given(st.dictionaries(st.text(min_size=1), DATA))
def test_yaml_says_what_was_put_in(data):
    """Whatever a name looks like: `no`, `1e3`, a line break, a colon, another script."""
    assert yaml.safe_load(yaml_text.document({"content": data}, "a\nb: c.yaml", ["x"]))["content"] == data


def test_kiali_is_told_titles_and_variables_that_dashboards_have():
    dashboards = [load(path) for path in (OUT / "grafana" / "dashboards").rglob("*.json")]
    variables = {
        board["title"]: {variable["name"] for variable in board["templating"]["list"]} for board in dashboards
    }
    told = load(OUT / "kiali" / "kiali.yaml")["spec"]["external_services"]["grafana"]["dashboards"]
    assert told
    for one in told:
        assert {name.removeprefix("var-") for name in one["variables"].values()} <= variables[one["name"]]


def test_data_sources_lead_to_each_other():
    for path in found("grafana/datasources/*.yaml"):
        sources = load(path)["datasources"]
        uids = {source["uid"] for source in sources}
        assert len(uids) == len(sources)
        named = set(re.findall(r'datasourceUid: "([^"]+)"', path.read_text("utf-8")))
        assert named
        assert named <= uids


@pytest.mark.engine
def test_queries_from_traces_to_metrics_are_promql(tmp_path):
    """As Grafana sends them, with tags in place of `$__tags`."""
    promtool = shutil.which("promtool")
    assert promtool, "promtool is needed: apt-get install prometheus"
    rules = []
    for path in found("grafana/datasources/*.yaml"):
        for source in load(path)["datasources"]:
            for query in source.get("jsonData", {}).get("tracesToMetrics", {}).get("queries", []):
                expr = (
                    query["query"].replace("$$", "$").replace("$__tags", 'destination_canonical_service="x"')
                )
                rules.append({"record": "x:y", "labels": {"n": str(len(rules))}, "expr": expr})
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": rules}]}))
    run = subprocess.run([promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert len(rules) > 5


def test_a_line_is_found_by_the_id_of_its_trace():
    """In JSON as Envoy writes it, and in logfmt."""
    sources = load(OUT / "grafana" / "datasources" / "example.yaml")["datasources"]
    loki = next(source for source in sources if source["type"] == "loki")
    pattern = re.compile(loki["jsonData"]["derivedFields"][0]["matcherRegex"].replace("$$", "$"))
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    lines = (
        f'{{"code":200,"trace_id":"{trace}"}}',
        f'{{"trace_id": "{trace}"}}',
        f"level=info trace_id={trace} x=1",
    )
    for line in lines:
        match = pattern.search(line)
        assert match
        assert match[1] == trace


def test_health_is_what_kiali_parses():
    seen = 0
    for path in found("kiali/health/*/*.yaml"):
        patch = load(path)
        assert patch.keys() <= {"apiVersion", "kind", "metadata", "spec"}
        of_pods = patch.get("spec", {}).get("template", {}).get("metadata", {})
        annotations = patch["metadata"].get("annotations") or of_pods["annotations"]
        assert annotations.keys() == {"health.kiali.io/rate"}
        for line in annotations["health.kiali.io/rate"].split(";"):
            match = HEALTH.fullmatch(line)
            assert match, line
            assert re.compile(match["code"].replace("X", r"\d"))
            assert 0 < Decimal(match["degraded"]) <= Decimal(match["failure"]) < 100
            seen += 1
    assert seen > 10


def test_health_agrees_with_the_alerts():
    """Failing is the threshold of the page that fires first, degraded that of the slowest ticket."""
    for path in sorted((OUT / "kiali" / "health").rglob("*.yaml")):
        rules = OUT / "prometheus" / "rules" / path.relative_to(OUT / "kiali" / "health")
        thresholds = {}
        for group in yaml.load(rules.read_text("utf-8"), yaml.CSafeLoader)["groups"]:
            for rule in group["rules"]:
                labels = rule.get("labels", {})
                if rule.get("alert", "").startswith("SLOBurnRate") and labels["slo"] == "availability":
                    (percent,) = re.findall(r"^More than ([0-9.]+) %", rule["annotations"]["description"])
                    thresholds[rule["alert"]] = Decimal(percent)
        lines = [match for match in map(HEALTH.search, path.read_text("utf-8").split(";")) if match]
        assert lines
        fastest, slowest = thresholds["SLOBurnRatePageFast"], thresholds["SLOBurnRateTicketSlow"]
        assert (fastest, slowest) == (max(thresholds.values()), min(thresholds.values()))
        assert {Decimal(line["failure"]) for line in lines} == {fastest}
        assert {Decimal(line["degraded"]) for line in lines} == {slowest}
