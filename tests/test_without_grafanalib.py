"""Everything but dashboards is generated where grafanalib is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCKED = """
import sys
sys.modules["grafanalib"] = None  # an import of it fails
sys.argv = ["sightline", "generate"]
from generator.cli import main
main()
"""
PLATFORM = """
apiVersion: sightline/v1
kind: Platform
metadata: {name: shop}
spec:
  project: shop
  delivery: [%s]
"""
SERVICE = """
apiVersion: sightline/v1
kind: Service
metadata: {name: cart}
spec:
  slos:
    - {name: availability, objective: 99.9, sli: {availability: {}}}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos/cart.yaml").write_text(SERVICE, encoding="utf-8")
    return tmp_path


def generate(project: Path, formats: str) -> subprocess.CompletedProcess[str]:
    (project / "sightline.yaml").write_text(PLATFORM % formats, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-c", BLOCKED],
        cwd=project,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_rules_and_links_need_no_grafanalib(project):
    done = generate(project, "{format: prometheus}, {format: links}")
    assert (done.returncode, done.stderr) == (0, f"3 files in {Path('out')}: 3 new, 0 changed, 0 removed.\n")
    assert (project / "out/prometheus/rules/default/cart.yaml").is_file()


def test_dashboards_do(project):
    done = generate(project, "{format: grafana}")
    assert done.returncode == 3
    assert "grafanalib" in done.stderr
    assert not (project / "out").exists()
