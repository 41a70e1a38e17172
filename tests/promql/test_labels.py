"""Which labels a result can carry: each verdict agrees with what Prometheus' engine returns."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from generator.promql.labels import can_carry
from generator.promql.parse import parse
from generator.promql.tree import value_type

CARRIED = [
    "a",
    "-a",
    "(a)",
    "a[5m]",
    "max_over_time(a[5m])",
    "(sum by (x) (a))[5m:1m]",
    "sum by (x, y) (rate(a[5m]))",
    "sum without (y) (a)",
    "topk(1, a)",
    "1 - sum by (x) (a)",
    "a / on (x) b",
    "a / ignoring (y) b",
    "a and on () b",
    "sum(a unless a) or b",
    "a * on (y) group_left sum by (y) (b)",
    "sum by (y) (a) * on (y) group_left (x) b",
    "sum by (y) (b) * on (y) group_right a",
    'label_replace(sum(a), "x", "1", "y", "(.*)")',
    'count_values("x", a)',
]
# No result at all with the series of the engine's test: they join on labels that only one side has.
EMPTY = ["a / sum(b)", "sum(a) unless on () b"]
LOST = [
    "1",
    "time()",
    "vector(1)",
    "absent(c)",
    "scalar(a)",
    "sum(a)",
    "sum by (y) (rate(a[5m]))",
    "sum without (x) (a)",
    "topk(1, sum(a))",
    "count_values without (x) ('y', a)",
    "time() - max(a)",
    "a / on (y) b",
    "a / ignoring (x) b",
    "a / sum(b)",
    "sum(a) unless on () b",
    "a * on (y) group_left (x) sum by (y) (b)",
    "sum by (y) (a) * on (y) group_left b",
    'label_replace(sum(a), "z", "$1", "x", "(.*)")',
]


@pytest.mark.parametrize("text", CARRIED)
def test_what_keeps_a_label(text: str) -> None:
    assert can_carry(text, "x")


@pytest.mark.parametrize("text", LOST)
def test_what_takes_a_label_away(text: str) -> None:
    assert not can_carry(text, "x")


@pytest.mark.engine
def test_prometheus_agrees(tmp_path) -> None:
    """Each result counted by the label: the engine says whether any series still has it."""
    checked = [
        text for text in (*CARRIED, *LOST) if value_type(parse(text)) == "vector" and text not in EMPTY
    ]
    checks = [
        {
            "expr": f"count by (x) ({text})",
            "eval_time": "10m",
            "exp_samples": [{"labels": '{x="1"}' if text in CARRIED else "{}", "value": 1}],
        }
        for text in checked
    ]
    assert len(checks) > 25
    series = [{"series": f'{name}{{x="1",y="2"}}', "values": "1x20"} for name in ("a", "b")]
    test = {
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": series, "promql_expr_test": checks}],
    }
    path = tmp_path / "test.yaml"
    path.write_text(json.dumps(test), encoding="utf-8")
    program = shutil.which("promtool")
    assert program, "promtool is missing: install Debian's package prometheus"
    done = subprocess.run([program, "test", "rules", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
