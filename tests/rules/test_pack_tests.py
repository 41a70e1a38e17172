"""Packs' own tests, run by promtool as they are emitted: right ones pass, wrong ones fail."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from spec.projects import ROOT, compile_files, compiled

pytestmark = pytest.mark.engine

PLATFORM = """
apiVersion: sightline/v1
kind: Platform
metadata: {name: demo}
spec:
  project: demo
  delivery: [{format: prometheus}, {format: prometheus-tests}]
"""
SERVICE = """
apiVersion: sightline/v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  slos:
    - {name: availability, objective: 99.9, sli: {availability: {}}}
"""
PACK = """
apiVersion: sightline/v1
kind: AlertPack
metadata: {name: refused}
spec:
  forEach: {kind: service}
  rules:
    - alert: Refused
      expr: sum by (code) (rate(requests_total{$selector, code=~"4.."}[5m])) > 0.5
      for: 5m
      labels: {severity: ticket}
      annotations: {summary: "{{ $value }} a second"}
    - alert: Busy
      expr: sum(rate(requests_total{$selector}[5m])) > 100
  tests:
    - name: t
      series: [{series: 'requests_total{$selector, code="404"}', values: %s}]
      at: %s
      expect: %s
"""
FIRING = '[{alert: Refused, labels: {code: "404"}}]'
CLUSTER = """
apiVersion: sightline/v1
kind: AlertPack
metadata: {name: control-plane}
spec:
  forEach: {kind: cluster}
  rules: [{alert: PilotGone, expr: absent(pilot_info)}]
  tests: [{name: gone, series: [{series: pilot_info, values: 1 stale}], at: 5m, expect: [{alert: PilotGone}]}]
"""


def verdict(tests: list[Path]) -> tuple[int, str]:
    """promtool's exit code and words."""
    done = subprocess.run(
        ["promtool", "test", "rules", *map(str, tests)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def written(files: dict[str, str], folder: Path) -> list[Path]:
    """The tests of a project's packs, written together with the rest of its output."""
    for artifact in compile_files({"sightline.yaml": PLATFORM, **files}).artifacts:
        path = folder / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text, encoding="utf-8")
    return sorted(path for path in folder.rglob("*_test.yaml") if path.name.count(".") == 1)


@pytest.mark.parametrize(
    ("values", "at", "expect", "passes"),
    [
        ("0+60x30", "15m", FIRING, True),
        ("0+60x30", "15m", "[]", False),
        ("0+60x30", "15m", '[{alert: Refused, labels: {code: "403"}}]', False),
        ("0+60x30", "15m", '[{alert: Refused, labels: {code: "404", severity: page}}]', False),
        ("0+60x30", "15m", "[{alert: Busy}]", False),
        ("0+6x30", "15m", "[]", True),
        ("0+6x30", "15m", FIRING, False),
        ("0+60x30", "3m", "[]", True),  # not yet: the rule waits five minutes
        ("0+6000000x30", "15m", FIRING, False),  # the other alert fires as well
        ("0+6000000x30", "15m", '[{alert: Refused, labels: {code: "404"}}, {alert: Busy}]', True),
    ],
)
def test_promtool_says_what_is_true(values, at, expect, passes, tmp_path):
    pack = PACK % (values, at, expect)
    tests = written({"slos/cart.yaml": SERVICE, "alerts/pack.yaml": pack}, tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in tests] == [
        "prometheus/tests/shop/cart_test.yaml"
    ]
    code, said = verdict(tests)
    assert (code == 0) is passes, said
    assert "WARNING" not in said


def test_a_pack_of_the_whole_project(tmp_path):
    tests = written({"alerts/pack.yaml": CLUSTER}, tmp_path)
    assert [path.name for path in tests] == ["control-plane_test.yaml"]
    assert verdict(tests)[0] == 0
    (path,) = tests
    path.write_text(path.read_text().replace('alertstate=\\"firing\\"}"\n            value', "value"))
    assert verdict(tests)[0] == 1


def test_the_tests_of_the_worked_example_pass():
    tests = sorted((ROOT / "out" / "prometheus" / "tests").rglob("*service_test.yaml"))
    assert len(tests) >= 9
    code, said = verdict(tests)
    assert code == 0, said
    assert "WARNING" not in said


TAKEN = ["1", "1 2", "_", "_x3", "1x3", "1+1x3", "-1-1x3", "stale", "1 stale 2", "NaN", "Inf", "-Inf", "1x0"]
TAKEN += ["1e3+1e1x2", "1.5", ".5", "1.", "0x10", "+1", "1  2", "1e3", "1E3", "1e+3x2", "08"]
REFUSED = ["stalex2", "x3", "1+x3", "1+1", "1 x3", "1+1x", "1+-1x2", "a", "1,2", "1 + 1x3", "1x-3", "1x3.5"]
REFUSED += [
    "NaNx3",
    "_ x3",
    "- 1",
    "infx3",
    "1+infx3",
    "0x10x3",
    "1_000",
    "5m",
    "--1",
    "1x3x3",
    "_x",
    "Stale",
]


@pytest.mark.parametrize("values", [*TAKEN, *REFUSED])
def test_values_are_taken_as_promtool_takes_them(values, tmp_path):
    pack = PACK % (json.dumps(values), "1m", "[]")
    _, diagnostics = compiled({"sightline.yaml": PLATFORM, "slos/cart.yaml": SERVICE, "pack.yaml": pack})
    assert [item.code for item in diagnostics] == ([] if values in TAKEN else ["pack/test-values"])
    test = {"tests": [{"interval": "1m", "input_series": [{"series": "x", "values": values}]}]}
    path = tmp_path / "test.yaml"
    path.write_text(json.dumps(test))
    assert (verdict([path])[0] == 0) is (values in TAKEN)
