"""`sightline test` as people and pipelines call it."""

from __future__ import annotations

import json
import os
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from generator.cli import cli
from proof.projects import AVAILABILITY, PLATFORM, SERVICE

pytestmark = pytest.mark.engine

FAST = "SLOBurnRatePageFast"
PACK = """
apiVersion: sightline/v1
kind: AlertPack
metadata: {name: own}
spec:
  forEach: {kind: service}
  rules: [{alert: Down, expr: 'max(up{$selector}) == 0'}]
"""
TESTS = """
  tests:
    - name: it is down
      series: [{series: 'up{$selector}', values: '0x5'}]
      at: 3m
      expect: [%s]
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of two services of one form, written and generated."""
    (tmp_path / "slos").mkdir()
    (tmp_path / "alerts").mkdir()
    (tmp_path / "sightline.yaml").write_text(PLATFORM % ", delivery: [{format: prometheus}]")
    for name, objective in (("cart", "99.9"), ("mail", "99.5")):
        text = SERVICE % ("http", "", objective, "30d", AVAILABILITY, "")
        (tmp_path / f"slos/{name}.yaml").write_text(text.replace("name: cart", f"name: {name}"))
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, ["generate"]).exit_code == 0
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(cli, ["test", *arguments])


def edit(project, service, before, after):
    path = project / f"out/prometheus/rules/shop/{service}.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_all_is_well(project):
    done = run()
    assert done.exit_code == 0, done.output
    assert "shop/cart/good: proven in" in done.stdout
    assert "shop/mail/good: like shop/cart/good\n" in done.stdout
    assert "2 SLOs: 1 proven, 1 like one of them." in done.stderr
    assert "100.0 % of 58 rules covered." in done.stderr


def test_a_literal_of_a_like_one(project):
    """The other service's rules are not run, and still nothing in them may differ from its definition."""
    edit(project, "mail", "> 0.072", "> 0.72")
    done = run("--rules", "out")
    assert done.exit_code == 1
    assert (
        "error[proof/unlike]: shop/mail/good: SLOBurnRatePageFast has a number '0.72', must be '0.072'"
        in done.stderr
    )
    assert "shop/mail/good: differs from shop/cart/good" in done.stdout


def test_an_operator_of_a_like_one(project):
    """It is no longer of the same form, so it is run."""
    edit(project, "mail", "0.072\n          and", "0.072\n          or")
    done = run("--rules", "out", "--format", "json")
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    assert [(slo["slo"], slo["passed"]) for slo in report["slos"]] == [
        ("shop/cart/good", True),
        ("shop/mail/good", False),
    ]
    failed = [trial for trial in report["slos"][1]["trials"] if not trial["passed"]]
    assert {failure["rule"] for trial in failed for failure in trial["failures"]} >= {FAST}
    assert report["slos"][1]["file"] == "slos/mail.yaml"
    assert {item["code"] for item in report["diagnostics"]} == {"proof/failed"}


def test_paths_limit_what_is_run(project):
    done = run("slos/mail.yaml", "--format", "junit")
    assert done.exit_code == 0
    suites = ET.fromstring(done.stdout)
    assert [suite.get("name") for suite in suites] == ["shop/mail/good"]
    assert suites.get("failures") == "0"
    assert int(suites.get("tests")) > 40


def test_packs_run_and_count(project):
    (project / "alerts/own.yaml").write_text(PACK)
    done = run("slos/mail.yaml", "--fail-under", "100", "--format", "github")
    assert done.exit_code == 1
    assert "::error title=proof/coverage::96.7 %25 of 30 rules are covered" in done.stdout
    assert "Down of shop/mail/alert packs" in done.stdout
    (project / "alerts/own.yaml").write_text(PACK + TESTS % "{alert: Down}")
    done = run("slos/mail.yaml", "--fail-under", "100")
    assert done.exit_code == 0, done.output
    (project / "alerts/own.yaml").write_text(PACK + TESTS % "")
    done = run("slos/mail.yaml")
    assert done.exit_code == 1
    assert "alerts/own.yaml:10:13: error[proof/failed]" in done.stderr
    assert "Down must be silent at 3m, and fires" in done.stderr


def test_without_promtool(project, monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    done = run()
    assert done.exit_code == 2
    assert "apt-get install prometheus" in done.stderr


def test_rules_that_are_none(project):
    (project / "out/prometheus/rules/shop/mail.yaml").write_text("groups: 3\n")
    done = run("--rules", "out")
    assert done.exit_code == 2
    assert "mail.yaml is no rule file" in done.stderr
    (project / "out/prometheus/rules/shop/mail.yaml").unlink()
    assert "mail.yaml cannot be read: No such file" in run("--rules", "out").stderr


def test_a_project_with_mistakes_is_not_run(project):
    (project / "slos/mail.yaml").write_text("kind: Service\n")
    done = run()
    assert done.exit_code == 1
    assert "proven" not in done.output


def test_a_pipeline_runs_the_same_trials(project):
    import subprocess

    platform = PLATFORM % ", delivery: [{format: prometheus}, {format: prometheus-tests}]"
    (project / "sightline.yaml").write_text(platform)
    assert CliRunner().invoke(cli, ["generate"]).exit_code == 0
    files = sorted((project / "out/prometheus/tests/shop").iterdir())
    evaluations = ("1d", "1h", "30m", "3h", "3m", "45m", "5m", "90s", "9h")
    assert [file.name for file in files] == [f"cart.good.{each}_test.yaml" for each in evaluations]
    command = ["promtool", "test", "rules", *map(str, files)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    edit(project, "cart", "> 0.0144", "> 0.144")
    (pages,) = (str(file) for file in files if ".90s_" in file.name)
    assert subprocess.run([*command[:3], pages], capture_output=True, check=False).returncode == 1
