"""PrometheusRule objects hold what the plain rule files hold, and Prometheus takes it."""

from __future__ import annotations

import subprocess

import pytest
import yaml
from click.testing import CliRunner
from pages import ROOT

from generator.cli import cli

PLATFORM = """\
apiVersion: sightline/v1
kind: Platform
metadata: {name: demo}
spec:
  project: demo
  defaults: {namespace: shop}
  delivery: [{format: prometheus}, {format: prometheus-operator, labels: {release: stack}}]
"""
SERVICE = """\
apiVersion: sightline/v1
kind: Service
metadata: {name: cart, displayName: "Cart: \\"#1\\"", annotations: {wave: "2"}}
spec:
  description: "several\\n\\nlines"
  slos:
    - {name: availability, objective: 99.9, groupBy: [revision], sli: {availability: {}}}
    - {name: latency, objective: 99, firstEvents: counted, sli: {latency: {threshold: 250ms}}}
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The plain rules and the object of one service, as they are read by YAML."""
    (tmp_path / "sightline.yaml").write_text(PLATFORM, "utf-8")
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos" / "cart.yaml").write_text(SERVICE, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, ["generate"], catch_exceptions=False).exit_code == 0
    out = tmp_path / "out" / "prometheus"
    return [
        yaml.safe_load((out / kind / "shop" / "cart.yaml").read_text("utf-8"))
        for kind in ("rules", "operator")
    ]


def test_the_object_holds_the_same_groups(written):
    plain, made = written
    assert made == {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": "demo.cart",
            "namespace": "shop",
            "labels": {"release": "stack"},
            "annotations": {"wave": "2"},
        },
        "spec": plain,
    }


@pytest.mark.engine
def test_prometheus_takes_them(written, tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(written[1]["spec"]), "utf-8")
    done = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_names_the_object():
    assert "monitoring.coreos.com/v1" in (ROOT / "docs" / "delivery.md").read_text("utf-8")
