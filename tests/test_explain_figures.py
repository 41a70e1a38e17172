"""The figures of `sightline explain` against counting, against what was measured, and against the engine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from engine import remote_write
from engine.generated import PLATFORM, generated_rules
from engine.rules import evaluate, load
from engine.series import DAY, START
from engine.server import Prometheus
from hypothesis import given
from hypothesis import strategies as st

from generator.explain.figures import guard

ROOT = Path(__file__).resolve().parents[1]
THREE_NINES = """
apiVersion: sightline/v1
kind: Service
metadata: {name: sampled}
spec:
  slos: [{name: availability, objective: 99.9, sli: {availability: {}}}]
"""
SAMPLED_PLATFORM = """
apiVersion: sightline/v1
kind: Platform
metadata: {name: demo}
spec:
  project: demo
  defaults: {period: 1d}
  delivery: [{format: prometheus}]
  windows:
    short:
      - {tier: page, speed: fast, budgetPercent: 10, long: 1h, short: 5m}
      - {tier: page, speed: slow, budgetPercent: 20, long: 6h, short: 30m}
      - {tier: ticket, speed: fast, budgetPercent: 50, long: 12h, short: 2h}
"""
SAMPLED = """
apiVersion: sightline/v1
kind: Service
metadata: {name: sampled}
spec:
  slos: [{name: availability, objective: 99, sli: {availability: {}}, alerting: {windows: short}}]
"""


def explained(folder: Path) -> dict:
    """What the command says of the only service in a project, to a program."""
    done = subprocess.run(
        [sys.executable, "-m", "generator", "explain", "sampled", "--format", "json"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    (slo,) = json.loads(done.stdout)["slos"]
    return slo


@given(
    st.decimals("0.0001", "0.9999", places=4),
    st.integers(1, 12),
    st.integers(1, 400),
    st.integers(1, 400),
)
def test_the_guard_is_as_if_counted(threshold, failures, events, failed):
    """Which of n events with k failures exceed the threshold, one by one."""
    told = guard(failures, threshold)
    if failed <= events:
        exceeds = failed > threshold * events
        assert not exceeds or failed > 1 or events < told.one_failure
        assert exceeds or failed != 1 or events >= told.one_failure
        silenced = exceeds and failed < failures
        assert not silenced or events < told.decides
    most = failures - 1
    if most and most <= told.decides - 1:  # the largest number of events at which it still decides
        assert most > threshold * (told.decides - 1)


def test_detection_is_as_it_was_measured(tmp_path):
    """The medians of docs/numbers.md, which tests/test_detection.py measures anew, for 99.9 % over 30 days.

    There 0.01 % fail before the incident, which brings alerts over days forward by up to a tenth; scrapes,
    5-minute records and evaluations put them back by up to 5 minutes.
    """
    page = (ROOT / "docs" / "numbers.md").read_text("utf-8")
    measured = {
        row[0]: [float(cell.split()[0]) for cell in row[2:]]
        for line in page.splitlines()
        if line.startswith("|") and len(row := [cell.strip() for cell in line.strip("|").split("|")]) == 6
        if row[1] == "Sightline"
    }
    generated_rules(tmp_path / "project", THREE_NINES, PLATFORM)
    alerts = explained(tmp_path / "project")["alerts"]
    incidents = ("all requests get 5xx", "10 % errors", "2 % errors")
    for number, incident in enumerate(incidents):
        for alert, minutes in zip(alerts, measured[incident], strict=True):
            told = alert["detection"][number]["after_seconds"] / 60
            assert 0.9 * told <= minutes <= told + 5, (incident, alert["name"])


@pytest.mark.engine
def test_samples_are_as_the_engine_counts_them(tmp_path):
    """Full windows on a real Prometheus, `stats=all`: what is told is within 1 %.

    Prometheus 2 counts the samples at both ends of a window, and we do not: 1 of 720.
    """
    rules = generated_rules(tmp_path / "project", SAMPLED, SAMPLED_PLATFORM)
    told = explained(tmp_path / "project")["samples"]
    loaded = load(rules / "default" / "sampled.yaml")
    now = START + 2 * DAY
    with Prometheus(tmp_path / "server") as server:
        seconds = {
            "istio_requests_total": 15,
            "slo:events_total:rate5m_sum2m": 120,
            "slo:events_bad:rate5m_sum2m": 120,
        }
        for rule in loaded:
            seconds.setdefault(rule.name, 30)
        for name, step in seconds.items():
            labels = {"namespace": "default", "service": "sampled", "slo": "availability"}
            if name == "istio_requests_total":
                labels = {
                    "reporter": "destination",
                    "destination_service_name": "sampled",
                    "destination_service_namespace": "default",
                    "response_code": "200",
                }
            times = range(now - DAY, now + 1, step)
            samples = remote_write.samples([at * 1000 for at in times], [1.0] * len(times))
            server.write([remote_write.series({**labels, "__name__": name}, samples)])
        read = {"fast": 0, "long": 0}
        for rule in loaded:
            stats = server.get("query", query=rule.expression, time=now + 1, stats="all")["stats"]
            group = "fast" if rule.interval == 30 else "long"
            read[group] += stats["samples"]["totalQueryableSamples"]
    # One raw series, which passes the destination's selector of the total alone: 380 of it.
    assert [reads for reads in told[0]["raw"] if reads["per_series"] == 380] == [
        {"metric": "istio_requests_total", "per_series": 380, "selectors": 2}
    ]
    assert read["fast"] == pytest.approx(told[0]["own"] + 380, rel=0.01)
    assert read["long"] == pytest.approx(told[1]["own"], rel=0.01)


@pytest.mark.engine
def test_new_rules_know_what_is_said_that_they_know(tmp_path):
    """Failures 40 minutes before the rules began: windows of raw series see them, the budget does not."""
    rules = load(
        generated_rules(tmp_path / "project", SAMPLED, SAMPLED_PLATFORM) / "default" / "sampled.yaml"
    )
    told = explained(tmp_path / "project")["budget"]
    begin = START + DAY
    with Prometheus(tmp_path / "server") as server:
        times = range(begin - 7200, begin + 1200, 15)
        for code, events in (
            ("200", [9] * len(times)),
            ("503", [begin - 2700 <= at < begin - 2100 for at in times]),
        ):
            labels = {
                "__name__": "istio_requests_total",
                "reporter": "destination",
                "destination_service_name": "sampled",
                "destination_service_namespace": "default",
                "response_code": code,
            }
            counted = [float(sum(events[:number])) for number in range(len(times))]
            server.write(
                [remote_write.series(labels, remote_write.samples([at * 1000 for at in times], counted))]
            )
        evaluate(server, rules, (begin, begin + 600), [(begin, begin + 600)])
        first = {
            name: found.times[0] - begin
            for name in ("slo:sli_error:ratio_rate1h", "slo:period_error_budget_remaining:ratio")
            for found in server.range(name, begin, begin + 600, 1)
        }
        hour = server.value("slo:sli_error:ratio_rate1h", begin + 30)
        left = server.value("slo:period_error_budget_remaining:ratio", begin + 600)
        covered = server.value("slo:period_coverage:ratio", begin + 600)
    assert first["slo:sli_error:ratio_rate1h"] <= 30
    assert first["slo:period_error_budget_remaining:ratio"] <= told["first_value_within_seconds"] == 150
    assert hour == pytest.approx(40 / (240 * 9 + 40), rel=0.01)
    assert left == 1
    assert covered == pytest.approx(600 / told["complete_after_seconds"], abs=2 * 120 / 86400)
