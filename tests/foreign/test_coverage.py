"""What nobody watches is told, as text and as data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from foreign.test_foreign import CATALOGUE, SOUND, dashboard
from generator.cli import cli

PLATFORM = """\
apiVersion: sightline/v1
kind: Platform
metadata: {name: demo}
spec: {project: demo, defaults: {namespace: shop}, fixtures: [fixture.yaml], delivery: [{format: prometheus}]}
"""
SERVICE = """\
apiVersion: sightline/v1
kind: Service
metadata: {name: cart}
spec:
  slos: [{name: availability, objective: 99.9, sli: {availability: {}}}]
---
apiVersion: sightline/v1
kind: Service
metadata: {name: search}
spec: {}
"""
FIXTURE = """\
apiVersion: sightline/v1
kind: Catalogue
values:
  destination_service_name: [cart, search, unknown, BlackHoleCluster, never-heard-of]
  destination_service_namespace: [shop]
metrics:
  istio_requests_total:
    type: counter
    labels:
      - [destination_service_name, destination_service_namespace, reporter, request_protocol, response_code]
      - [response_flags]
  istio_request_bytes: {type: histogram, labels: [[reporter]], buckets: [1, 2]}
"""


def validate(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["validate", "--coverage", *arguments], catch_exceptions=False)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_project_and_its_fixtures(folder: Path) -> None:
    (folder / "sightline.yaml").write_text(PLATFORM)
    (folder / "slos").mkdir()
    (folder / "slos" / "shop.yaml").write_text(SERVICE)
    (folder / "fixture.yaml").write_text(FIXTURE)
    done = validate()
    assert done.stdout == (
        "Metrics: 1 of 2 in the fixtures are read.\n"
        "Nothing reads:\n"
        "  istio_request_bytes  histogram\n"
        "Services: 1 of 3 in the fixtures have an SLO.\n"
        "Without one:\n"
        "  never-heard-of\n"
        "  search\n"
    )
    report = json.loads(validate("--format", "json").stdout)
    assert report["coverage"] == {
        "metrics": {"total": 2, "unwatched": ["istio_request_bytes"]},
        "services": {"total": 3, "withoutSLO": ["never-heard-of", "search"]},
    }


def test_files_that_were_not_generated(folder: Path) -> None:
    more = "  queue_size: {type: gauge, labels: [[job]]}\n  other: {type: gauge, labels: [[job]]}\n"
    (folder / "catalogue.yaml").write_text(CATALOGUE + more)
    (folder / "rules.yaml").write_text(SOUND)
    (folder / "d.json").write_text(dashboard("max({__name__=~'queue_.*'})", "job:requests:rate5m"))
    arguments = ["--rules", "rules.yaml", "--dashboards", "d.json", "--fixtures", "catalogue.yaml"]
    done = validate(*arguments)
    assert done.stdout == "Metrics: 2 of 3 in the fixtures are read.\nNothing reads:\n  other  gauge\n"
    done = validate(*arguments, "--format", "github")
    assert done.stdout == ""
    assert "other  gauge" in done.stderr


def test_without_fixtures_there_is_nothing_to_compare(folder: Path) -> None:
    (folder / "rules.yaml").write_text(SOUND)
    assert "There are no fixtures" in validate("--rules", "rules.yaml").stderr
