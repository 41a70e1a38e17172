"""Files that Sightline did not generate: what is taken, and what is passed over."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.explain import code_tables
from generator.foreign.codes import CODES

CATALOGUE = """\
apiVersion: sightline/v1
kind: Catalogue
metrics:
  requests_total: {type: counter, labels: [[job, method]]}
"""
SOUND = """\
groups:
  - name: sound
    interval: 30s
    limit: 10
    rules:
      - record: job:requests:rate5m
        expr: sum by (job) (rate(requests_total[5m]))
        labels: {team: shop}
      - alert: Busy
        expr: job:requests:rate5m > 100
        for: 0s
        keep_firing_for: 5m
        annotations: {summary: "{{ $labels.job }} has {{ $value | humanize }} requests a second"}
"""


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["validate", *arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "catalogue.yaml").write_text(CATALOGUE)
    (tmp_path / "rules.yaml").write_text(SOUND)
    return tmp_path


def dashboard(*queries: str, **more: object) -> str:
    targets = [{"refId": chr(65 + number), "expr": query} for number, query in enumerate(queries)]
    source = {"type": "prometheus", "uid": "x"}
    panel = {"id": 1, "type": "stat", "title": "P", "datasource": source, "targets": targets}
    return json.dumps({"title": "D", "uid": "d", "panels": [panel], **more})


@pytest.mark.parametrize("key", ["url", r"\u0075rl"])
def test_a_link_that_runs_something_is_found_however_it_is_written(folder: Path, key: str) -> None:
    text = dashboard("job:requests:rate5m", links=[{"title": "Run", "KEY": "javascript:alert(1)"}])
    (folder / "d.json").write_text(text.replace("KEY", key))
    done = run(folder, "--rules", "rules.yaml", "--dashboards", "d.json", "--fixtures", "catalogue.yaml")
    assert "dashboard/unsafe-link" in done.output


def test_what_is_sound_passes(folder: Path) -> None:
    (folder / "d.json").write_text(dashboard("job:requests:rate5m", "sum(requests_total)"))
    done = run(folder, "--rules", "rules.yaml", "--dashboards", "d.json", "--fixtures", "catalogue.yaml")
    assert done.output == "2 rules, 1 dashboard: no errors.\n"
    assert done.exit_code == 0


def test_neither_platform_nor_fixtures_are_needed(folder: Path) -> None:
    (folder / "sightline.yaml").write_text("kind: of no interest\n")
    (folder / "other.yaml").write_text(
        SOUND.replace("job:requests:rate5m > 100", "job:requests:rate1m > 100")
    )
    done = run(folder, "--rules", "rules.yaml")
    assert (done.exit_code, done.output) == (0, "2 rules, 0 dashboards: no errors.\n")
    done = run(folder, "--rules", "other.yaml")
    assert done.exit_code == 0
    assert "warning[promql/undefined-record]" in done.output
    assert "unused" not in done.output  # who may read it was not asked


def test_absolute_paths_and_folders_are_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "below" / "deep").mkdir(parents=True)
    (folder / "below" / "deep" / "a.rules").write_text(SOUND.replace("rate(", "rat("))
    (folder / "below" / "notes.txt").write_text("not rules")
    (folder / "below" / "chart.yaml").write_text("{{ template }}: [")
    monkeypatch.chdir("/")
    done = run(folder, "--rules", str(folder / "below"))
    assert f"{folder.as_posix()}/below/deep/a.rules:7:29: error[promql/syntax]" in done.output
    assert "1 error in 1 file" in done.output


def test_a_folder_without_files_is_an_error_of_usage(folder: Path) -> None:
    (folder / "empty").mkdir()
    done = run(folder, "--rules", "empty")
    assert done.exit_code == 2
    assert "error[input/none]: empty holds no .yaml or .yml or .rules file" in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fixtures", "catalogue.yaml"], "go with --rules or --dashboards"),
        (["--prometheus-version", "3.1"], "go with --rules or --dashboards"),
        (["--rules", "rules.yaml", "--prometheus-version", "new"], "is not a version"),
        (["--rules", "nothing.yaml"], "nothing.yaml cannot be read: No such file"),
        (["--rules", "rules.yaml", "--config", "a.yaml"], "--config is for a project"),
    ],
)
def test_options_that_do_not_go_together(folder: Path, arguments: list[str], words: str) -> None:
    done = run(folder, *arguments)
    assert done.exit_code == 2
    assert words in done.output


def test_the_version_may_be_given(folder: Path) -> None:
    (folder / "new.yaml").write_text(SOUND.replace("job:requests:rate5m > 100", "requests_total > 5m"))
    assert run(folder, "--rules", "new.yaml").exit_code == 0
    done = run(folder, "--rules", "new.yaml", "--prometheus-version", "2.42")
    assert "error[promql/version]: Prometheus 2.42 does not have durations as numbers" in done.output


def test_a_named_file_without_content_is_told_and_in_a_folder_passed_over(folder: Path) -> None:
    (folder / "x").mkdir()
    (folder / "x" / "a.yaml").write_text("kind: Deployment\n")
    (folder / "x" / "b.yaml").write_text("")
    (folder / "x" / "package.json").write_text("[]")
    done = run(folder, "--rules", "x", "--dashboards", "x")
    assert (done.exit_code, done.output) == (0, "0 rules, 0 dashboards: no errors.\n")
    done = run(folder, "--rules", "x/a.yaml", "--dashboards", "x/package.json")
    assert "warning[rules/none]: x/a.yaml holds no rule groups" in done.output
    assert "error[dashboard/none]: x/package.json holds no dashboard" in done.output


def test_json_nested_too_deep_is_refused(folder: Path) -> None:
    (folder / "d.json").write_text('{"panels": ' + "[" * 200_000 + "]" * 200_000 + "}")
    done = run(folder, "--dashboards", "d.json")
    assert "error[json/too-deep]: lists and objects are nested 200001 deep" in done.output
    assert done.exit_code == 1


def test_what_hangs_on_a_variable_is_not_known_to_be_wrong(folder: Path) -> None:
    variables = [
        {"name": name, "type": "query", "query": "label_names()", "datasource": {"type": "prometheus"}}
        for name in ("metric", "label", "group", "function", "shift", "limit", "filter", "time")
    ]
    queries = [
        "rate($metric[5m])",
        "sum by ($group) (${metric}_total)",
        'requests_total{$label="x", method=~"$limit"}',
        "requests_total{$filter}",
        "requests_total offset -$shift",
        "topk($limit, requests_total @ $time)",
        "requests_total > bool $limit",
        'label_replace(requests_total, "a", "$1", "job", "(.*)")',
        "rate(requests_total[$__rate_interval] offset ${__range_s}s)",
    ]
    (folder / "d.json").write_text(dashboard(*queries, templating={"list": variables}))
    done = run(folder, "--dashboards", "d.json", "--fixtures", "catalogue.yaml")
    assert [line for line in done.output.splitlines() if "error[" in line] == []


@pytest.mark.parametrize("code", [code for code in CODES if CODES[code].example])
def test_the_example_of_a_code_earns_it(folder: Path, code: str) -> None:
    kind, name = ("--rules", "x.yaml") if code.startswith("rules/") else ("--dashboards", "x.json")
    (folder / name).write_text(CODES[code].example)
    assert f"[{code}]" in run(folder, kind, name).output


def test_the_codes_are_explained() -> None:
    assert CODES.keys() <= code_tables().keys()


def test_dashboards_inside_of_objects_are_pointed_at_in_the_yaml(folder: Path) -> None:
    text = dashboard("sum(request_total)").replace("{", "{\n", 1)
    indented = "\n".join("    " + line for line in text.splitlines())
    quoted = json.dumps(text)
    (folder / "all.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  notes.txt: '{\"panels\": []}'\n"
        f"  shop.json: |\n{indented}\n---\nkind: ConfigMapList\nitems:\n"
        f"- {{kind: ConfigMap, data: {{b.json: {quoted.replace('D', 'E').replace('uid', 'id')}}}}}\n"
        "---\napiVersion: grafana.integreatly.org/v1beta1\nkind: GrafanaDashboard\n"
        "spec: {json: '{\"panels\": [}'}\n---\nkind: Service\n"
    )
    done = run(folder, "--dashboards", ".", "--fixtures", "catalogue.yaml")
    lines = (folder / "all.yaml").read_text().splitlines()
    said = re.findall(r"^all.yaml:(\d+):(\d+): error\[([^]]*)", done.output, re.MULTILINE)
    pointed = [(code, lines[int(line) - 1][int(column) - 1 :][:13]) for line, column, code in said]
    assert pointed == [("promql/unknown-metric", "request_total")] * 2 + [("json/syntax", "}'}")]


SECOND = {"title": "T", "elements": {"panel-1": {"kind": "Panel"}}, "layout": {"kind": "GridLayout"}}
RESOURCE = {"apiVersion": "dashboard.grafana.app/v2", "kind": "Dashboard", "metadata": {"name": "t"}}
OPERATOR = {"apiVersion": "grafana.integreatly.org/v1beta1", "kind": "GrafanaDashboard"}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("d.json", SECOND, "a dashboard of the second schema"),
        ("d.json", {**RESOURCE, "spec": SECOND}, "a dashboard of the second schema"),
        ("d.json", [json.loads(dashboard("up"))], "a list of dashboards"),
        ("d.yaml", {**RESOURCE, "spec": {"title": "T", "panels": []}}, "a dashboard in YAML"),
        ("d.yaml", {**OPERATOR, "spec": {"gzipJson": "H4sIAA=="}}, "a compressed dashboard"),
    ],
)
def test_a_dashboard_that_is_not_read_is_never_passed_over_in_silence(
    folder: Path, name: str, data: object, words: str
) -> None:
    (folder / "all").mkdir()
    (folder / "all" / name).write_text(json.dumps(data))
    done = run(folder, "--dashboards", "all")
    assert done.exit_code == 0
    assert f"warning[dashboard/none]: all/{name} holds {words}, which is not read" in done.output
    done = run(folder, "--dashboards", f"all/{name}")
    assert done.exit_code == 1
    assert f"error[dashboard/none]: all/{name} holds {words}" in done.output


@pytest.mark.parametrize("text", ["[]", "[1, {}]", "3", '{"elements": []}', '{"spec": {"elements": {}}}'])
def test_other_json_in_a_folder_is_passed_over(folder: Path, text: str) -> None:
    (folder / "all").mkdir()
    (folder / "all" / "package.json").write_text(text)
    done = run(folder, "--dashboards", "all")
    assert (done.exit_code, done.output) == (0, "0 rules, 0 dashboards: no errors.\n")


def test_panels_of_the_library_are_sound(folder: Path) -> None:
    panel = {"id": 2, "title": "L", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 4}}
    shared = {**panel, "libraryPanel": {"uid": "l", "name": "L"}}
    (folder / "d.json").write_text(json.dumps({"title": "D", "uid": "d", "panels": [shared]}))
    done = run(folder, "--dashboards", "d.json")
    assert (done.exit_code, done.output) == (0, "0 rules, 1 dashboard: no errors.\n")


def test_a_key_that_stands_twice_is_pointed_at(folder: Path) -> None:
    text = dashboard("up").replace('"targets"', '"targ\\u0065ts": [], "targets"')
    (folder / "d.json").write_text(text)
    done = run(folder, "--dashboards", "d.json")
    column = text.index('"targets"') + 1
    assert (
        f'd.json:1:{column}: warning[json/duplicate-key]: "targets" stands twice in one object' in done.output
    )
    assert done.exit_code == 0
    (folder / "d.json").write_text(dashboard("up", tags=["a", "a"], links=[{"title": "x"}, {"title": "x"}]))
    assert "duplicate" not in run(folder, "--dashboards", "d.json").output
