"""Every telemetry profile, journeys and environments: recordings from raw series of their own."""

from __future__ import annotations

from dataclasses import replace
from shutil import copytree

import pytest
from click.testing import CliRunner
from spec.projects import ROOT

from generator.cli import cli
from generator.proof import records
from generator.telemetry.profile import PROFILES
from proof.projects import AVAILABILITY, PLATFORM, SERVICE, plan_of, suite_of
from proof.test_run import said

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("profiles")]

# A team's own: the labels of another library on the metrics of a known one.
OWN = (
    ", telemetryProfiles: {own: {extends: grpc-server, protocols: {grpc: "
    "{failures: {grpcCodes: {label: status, spelling: upper}}}}}}"
)
# Profile, protocol, a threshold that is one of its edges.
TOLD = [
    ("otel-http", "http", "250ms"),
    ("otel-grpc", "grpc", "250ms"),
    ("otel-grpc-legacy", "grpc", "250ms"),
    ("otel-spanmetrics", "http", "400ms"),
    ("otel-spanmetrics", "grpc", "400ms"),
    ("tempo-spanmetrics", "http", "256ms"),
    ("grpc-server", "grpc", "250ms"),
    ("own", "grpc", "250ms"),
]


def of_raw_series(suite):
    """The suite with the trials that begin with raw series."""
    return replace(suite, trials=tuple(trial for trial in suite.trials if not trial.injected))


def test_every_profile_is_here():
    """Istio's has shapes of its own in `projects`."""
    assert {"istio", *(profile for profile, _, _ in TOLD)} == {"own", *PROFILES}


@pytest.mark.parametrize(("profile", "protocol", "threshold"), TOLD)
def test_recordings_of_a_profile(profile, protocol, threshold):
    platform = OWN if profile == "own" else ""
    telemetry = f"  telemetry: {{profile: {profile}}}\n"
    first = records.events("total", records.SHORTEST)
    for sli in (AVAILABILITY, f"latency: {{threshold: {threshold}, of: all}}"):
        suite = of_raw_series(suite_of(sli, "99", "30d", protocol, platform, telemetry))
        assert any(claim.rule == first for trial in suite.trials for claim in trial.claims)
        assert said(suite) == []


def test_a_journey_where_it_is_entered():
    """Its series are its edge's, narrowed by what the journey asks for, and apart in each cluster."""
    journey = (
        "apiVersion: sightline/v1\nkind: SLO\nmetadata: {name: pays}\nspec:\n"
        "  journey: {name: checkout, measuredAt: cart, services: [cart]}\n"
        "  objective: 99\n  sli: {availability: {matchers: ['destination_canonical_revision=\"v2\"']}}\n"
    )
    edge = SERVICE % ("http", "", "99.9", "30d", AVAILABILITY, "")
    platform = PLATFORM % ", identityLabels: [cluster], defaults: {namespace: shop}"
    files = {"sightline.yaml": platform, "slos/cart.yaml": edge, "slos/checkout.yaml": journey}
    (suite,) = (one for one in plan_of(files).suites if "checkout" in one.owner)
    series = {name for trial in of_raw_series(suite).trials for name, _ in trial.series}
    assert any('cluster="v1"' in name and 'destination_service_name="cart"' in name for name in series)
    assert said(of_raw_series(suite)) == []


@pytest.mark.parametrize(
    ("environment", "slos"), [("production", "2 SLOs: 2 proven. "), ("staging", "1 SLOs: 1 proven. ")]
)
def test_an_environment(environment, slos, tmp_path, monkeypatch):
    """What it overrides is known to the proof: severities, objectives, guards, and what is left out."""
    copytree(ROOT / "tests/cases/environments", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["test", "--environment", environment])
    assert done.exit_code == 0, done.output
    assert slos in done.stderr
    assert "all as it must be" in done.stderr
