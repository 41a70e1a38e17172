"""Rules that are right give no finding, whatever their style."""

import json
import subprocess
from pathlib import Path

import pytest

from promql import corpus


def test_there_are_hundreds_of_sound_expressions_and_no_false_positive() -> None:
    assert len(list(corpus.lines())) >= 300
    assert corpus.findings() == []


def test_each_is_another() -> None:
    expressions = [line.expression for line in corpus.lines()]
    assert len(set(expressions)) == len(expressions)


@pytest.mark.engine
def test_prometheus_accepts_each(tmp_path: Path) -> None:
    rules = [{"record": f"r{number}", "expr": line.expression} for number, line in enumerate(corpus.lines())]
    file = tmp_path / "rules.yaml"
    file.write_text(json.dumps({"groups": [{"name": "sound", "rules": rules}]}))
    run = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
