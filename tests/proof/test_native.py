"""Native histograms: simulated where promtool has them, and where it has not, that is said."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from spec.projects import compile_files

from generator.proof import run
from generator.proof.emit import artifacts
from generator.proof.notation import histograms
from generator.proof.prove import prove, runnable
from generator.proof.reports import render
from proof.projects import AVAILABILITY, LATENCY, PLATFORM, SERVICE

PROFILE = (
    ", prometheus: {version: '3.5', flags: [native-histograms]}, "
    "telemetryProfiles: {own: {extends: otel-http, protocols: {http: {duration: {native: true}}}}}"
)


@pytest.fixture(scope="module")
def compilation():
    telemetry = "  telemetry: {profile: own}\n"
    files = {"sightline.yaml": PLATFORM % PROFILE}
    for name, sli in (("cart", LATENCY), ("mail", AVAILABILITY)):
        text = SERVICE % ("http", telemetry, "99", "30d", sli, "")
        files[f"slos/{name}.yaml"] = text.replace("name: cart", f"name: {name}")
    return compile_files(files)


@pytest.fixture(scope="module")
def planned(compilation):
    from generator.proof.project import plan

    return plan(compilation.project.platform, compilation.services)


def test_a_counter_as_a_histogram():
    assert histograms("100+5x3 _x2 stale 7", 4) == (
        "{{schema:3 count:100 sum:100 buckets:[100] offset:4}}"
        "+{{schema:3 count:5 sum:5 buckets:[5] offset:4}}x3 _x2 stale "
        "{{schema:3 count:7 sum:7 buckets:[7] offset:4}}"
    )


def test_recordings_are_simulated_from_histograms(planned):
    """No series of it is a classic histogram's, and each holds one bucket."""
    for suite in planned.suites:
        native = [trial for trial in suite.trials if trial.native]
        assert {"traffic of every kind", "idle hour", "counter reset"} <= {trial.scenario for trial in native}
        told = [text for trial in native for name, text in trial.series if name.startswith("http_server")]
        assert told
        assert all(re.match(r"(_x\d+ )?\{\{schema:3 ", text) for text in told)
        names = [name for trial in native for name, _ in trial.series]
        assert not any("_bucket" in name for name in names)
        for trial in native:
            assert len({name for name, _ in trial.series}) == len(trial.series)


def test_files_of_their_own(compilation):
    """An older promtool can read all other files."""
    written = list(artifacts(compilation.project.platform, compilation.services))
    assert any(".native_test.yaml" in artifact.path for artifact in written)
    for artifact in written:
        assert ("{{schema" in artifact.text) is (".native_test.yaml" in artifact.path)


@pytest.mark.engine
def test_the_probe_is_right():
    """The notation came with 2.47 (Prometheus' changelog)."""
    promtool = run.find()
    words = subprocess.run([promtool, "--version"], capture_output=True, text=True, check=True)
    major, minor = re.search(r"version (\d+)\.(\d+)", words.stdout + words.stderr).groups()
    assert run.knows_native(promtool) is ((int(major), int(minor)) >= (2, 47))


@pytest.mark.engine
def test_all_that_this_promtool_can_run_holds(planned):
    promtool = run.find()
    result = prove(runnable(planned, promtool), promtool, lambda _: None)
    assert result.findings == ()
    said, summary = render(result, "text", {}, colour=False)
    report = json.loads(render(result, "json", {}, colour=False)[0])
    junit = render(result, "junit", {}, colour=False)[0]
    if run.knows_native(promtool):
        assert "not simulated" not in said + junit
        assert result.coverage.percent == 100
        return
    reason = "this promtool has no native histograms, one of 2.47 or newer has"
    assert said.count(f"trials, but what its recordings read is not simulated: {reason}\n") == 2
    assert "2 of them from its recordings on" in summary
    assert [slo["unsimulated"] for slo in report["slos"]] == [reason, reason]
    assert junit.count(f'<skipped message="{reason}" />') == 2
    assert result.coverage.percent < 100
