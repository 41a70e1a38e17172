"""Rule files as a user gets them: written by the real command from a small project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PLATFORM = """\
apiVersion: sightline/v1
kind: Platform
metadata: {name: proof}
spec:
  project: proof
  prometheus: {version: "2.42", scrapeInterval: 15s}
"""


def generated_rules(directory: Path, services: str, platform: str = PLATFORM) -> Path:
    """The folder with `<namespace>/<service>.yaml` that `sightline generate` writes for these documents."""
    (directory / "slos").mkdir(parents=True)
    (directory / "slos" / "services.yaml").write_text(services, encoding="utf-8")
    (directory / "sightline.yaml").write_text(platform, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "generator", "generate"],
        cwd=directory,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"sightline generate ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return directory / "out" / "prometheus" / "rules"
