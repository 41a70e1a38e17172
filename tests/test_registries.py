"""Whatever is registered is tested and documented; whatever is reported is explained, and the reverse."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pages import ROOT, prose
from proof.projects import SHAPES

from generator.diagnostics.reporters import REPORTERS
from generator.explain import code_tables
from generator.grafana.dashboards import DASHBOARDS, SERVICE_DASHBOARDS
from generator.grafana.lint import RULES
from generator.grafana.panels import KINDS as WRITTEN_PANELS
from generator.grafana.panels import PANELS
from generator.links.providers import PROVIDERS
from generator.promql.checks import CHECKS
from generator.proof.model import Scenario
from generator.proof.scenarios import SCENARIOS
from generator.proof.world import WORLDS
from generator.sli import KINDS
from generator.spec.burn import built_in_windows
from generator.spec.for_each import FOR_EACH
from generator.spec.platform import FORMATS
from generator.spec.schema import kinds
from generator.spec.telemetry import TELEMETRY
from generator.telemetry import PROFILES, load_profile

_CODE = re.compile(r"[a-z][a-z0-9]*/[a-z][a-z0-9-]*")
_DATAPLANES = sorted(set(TELEMETRY["properties"]["dataplane"]["enum"]) - {"none"})


@cache
def _tests(folder: str) -> str:
    """The text of all tests in a folder, cases and their expected findings included."""
    files = [path for path in (ROOT / "tests" / folder).rglob("*") if path.suffix in {".py", ".yaml", ".txt"}]
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(files))


@cache
def _case_documents() -> list[dict[str, Any]]:
    """The documents of every case that is generated from."""
    files = [
        path
        for case in (ROOT / "tests" / "cases").iterdir()
        if (case / "expected").is_dir()
        for path in case.rglob("*.yaml")
        if "expected" not in path.parts
    ]
    loaded = [yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader) for path in sorted(files)]
    return [document for documents in loaded for document in documents if document]


def _values(node: object, key: str) -> list[Any]:
    """Everything that stands under `key`, at any depth."""
    if isinstance(node, dict):
        below = [found for value in node.values() for found in _values(value, key)]
        return [node[key], *below] if key in node else below
    return [found for item in node for found in _values(item, key)] if isinstance(node, list) else []


def _page(name: str) -> str:
    return prose(ROOT / "docs" / f"{name}.md")


def _headings(name: str) -> list[str]:
    return re.findall(r"^#+ (.*)$", _page(name), re.MULTILINE)


@pytest.mark.parametrize("kind", kinds())
def test_kinds_of_documents(kind: str) -> None:
    platforms = {"Platform"}  # every case has one, its own or the shared one
    assert kind in platforms | {document["kind"] for document in _case_documents()}
    assert kind in _headings("reference")


@pytest.mark.parametrize("kind", KINDS)
def test_sli_kinds(kind: str) -> None:
    assert any(kind in sli for sli in _values(_case_documents(), "sli"))
    assert kind in _headings("reference")


@pytest.mark.parametrize("profile", PROFILES)
def test_telemetry_profiles(profile: str) -> None:
    assert (ROOT / "generator" / "library" / "init" / "fixtures" / f"{profile}.yaml").is_file()
    assert profile in _headings("reference")
    default = "istio"  # what most cases are about; it has a page
    used = set(_values(_case_documents(), "profile")) | set(_values(_case_documents(), "extends"))
    assert profile == default or (profile in used and profile in _headings("telemetry"))


@pytest.mark.parametrize("dataplane", _DATAPLANES)
def test_dataplanes(dataplane: str) -> None:
    default = {"sidecar"}
    assert dataplane in default | set(_values(_case_documents(), "dataplane"))
    assert any(heading.casefold().startswith(dataplane) for heading in _headings("istio"))


def test_every_dataplane_of_a_profile_is_used() -> None:
    found = set()
    for name in PROFILES:
        planes = load_profile(name).dataplanes
        reached = {target for plane in planes.values() for target in plane.through.values()}
        assert planes.keys() <= reached | {*_DATAPLANES, "none"}
        found |= planes.keys()
    assert found >= set(_DATAPLANES)


@pytest.mark.parametrize(
    "protocol", sorted({one for name in PROFILES for one in load_profile(name).protocols})
)
def test_protocols(protocol: str) -> None:
    default = "http"  # what the page and most cases are about
    if protocol != default:
        assert protocol in set(map(str, _values(_case_documents(), "protocol")))
        assert any(protocol in heading.casefold() for heading in _headings("istio"))


@pytest.mark.parametrize("windows", built_in_windows())
def test_window_sets(windows: str) -> None:
    assert windows in _headings("reference")


@pytest.mark.parametrize("output_format", FORMATS)
def test_delivery_formats(output_format: str) -> None:
    folder = output_format.replace("-", "/")  # prometheus/tests
    assert any((ROOT / "tests" / "cases").glob(f"*/expected/{folder}/**/*"))
    assert any(output_format.replace("-", " ") in heading.lower() for heading in _headings("delivery"))


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.__name__)
def test_panels(panel: type) -> None:
    assert re.search(rf"\b{panel.__name__}\b", _tests("grafana"))
    assert panel.__doc__


@pytest.mark.parametrize("panel", WRITTEN_PANELS)
def test_panels_in_yaml(panel: str) -> None:
    assert panel in _values(_case_documents(), "type")
    page = (ROOT / "docs" / "dashboards.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{panel}` \|", page, re.MULTILINE)


@pytest.mark.parametrize("document", ["AlertPack", "Dashboard"])
@pytest.mark.parametrize("kind", FOR_EACH["properties"]["kind"]["enum"])
def test_whom_something_is_for(kind: str, document: str) -> None:
    made = [one for one in _case_documents() if one["kind"] == document]
    assert kind in [for_each["kind"] for for_each in _values(made, "forEach")]
    page = (ROOT / "docs" / "alert-packs.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{kind}` \|", page, re.MULTILINE)


@pytest.mark.parametrize("dashboard", [*DASHBOARDS, *SERVICE_DASHBOARDS])
def test_dashboards(dashboard: str) -> None:
    uids = [
        json.loads(path.read_text(encoding="utf-8"))["uid"]
        for path in ROOT.glob("out/grafana/dashboards/*/*.json")
    ]
    assert any(f"--{dashboard}" in uid for uid in uids)
    assert f"<project>--{dashboard}" in _page("dashboards")


@pytest.mark.parametrize("rule", RULES)
def test_dashboard_rules(rule: str) -> None:
    assert rule in _tests("grafana")


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider[0].__name__)
def test_link_providers(provider: tuple[Any, Any]) -> None:
    name = provider[0].__name__.rpartition(".")[2]
    assert f'"{name}"' in _tests("links")
    assert re.search(rf"^\| {name.capitalize()} \|", _page("links"), re.MULTILINE)


@pytest.mark.parametrize("check", CHECKS)
def test_checks(check: str) -> None:
    assert f"`{check}`" in _headings("checks")
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    examples = re.search(rf"^## `{check}`.*?```promql\n(.*?)```", page, re.MULTILINE | re.DOTALL)
    assert examples
    assert re.search(r"# found$.*# passed$", examples[1], re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenarios(scenario: Scenario) -> None:
    page = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
    assert f"| {scenario.name} | {scenario.says} |" in page


@pytest.mark.parametrize("kind", KINDS)
def test_sli_kinds_can_be_proven(kind: str) -> None:
    assert kind in WORLDS or any(f"{kind}:" in shape.get("sli", "") for shape in SHAPES.values())


@pytest.mark.parametrize("report", REPORTERS)
def test_reports(report: str) -> None:
    assert (ROOT / "tests" / "diagnostics" / f"test_{report}_report.py").is_file()
    assert any(report in heading.lower() for heading in _headings("diagnostics"))


def _codes_in_source() -> dict[str, list[str]]:
    """Every string in the program that has the form of a code of a known area, with where it stands."""
    areas = {code.partition("/")[0] for code in code_tables()}
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "generator").rglob("*.py")):
        if "codes" in {path.stem, path.parent.name}:  # a table, or a folder of them
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and _CODE.fullmatch(text) and text.partition("/")[0] in areas:
                found.setdefault(text, []).append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def _reported(path: Path) -> list[str]:
    """The codes that a file passes to `error` or `warning` as they are."""
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    return [
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"error", "warning"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]


def test_every_code_that_is_reported_is_explained() -> None:
    reported = {code for path in (ROOT / "generator").rglob("*.py") for code in _reported(path)}
    assert len(reported) > 50
    assert reported | set(_codes_in_source()) <= set(code_tables())


def test_every_code_that_is_explained_is_reported() -> None:
    assert set(code_tables()) <= set(_codes_in_source())


def test_every_explanation_is_complete() -> None:
    for code, doc in code_tables().items():
        assert _CODE.fullmatch(code)
        assert doc.title, code
        assert not doc.title.endswith("."), code
        assert doc.explanation.strip().endswith("."), code


def test_every_code_is_earned_in_a_test() -> None:
    """Checks of PromQL are left out: their examples stand in docs/checks.md; `test_checks` asks for them."""
    tested = _tests(".")
    assert [code for code in code_tables() if code not in tested and code not in CHECKS] == []
