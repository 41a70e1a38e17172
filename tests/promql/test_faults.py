"""Twenty-four faults that Prometheus accepts, and the sound twin of each.

Every fault is valid PromQL: `promtool check rules` takes all of them. Each must be found by the right check,
at the right words, with a cause and a way out; its twin differs in the mistake alone and gives no finding.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pytest

from generator.diagnostics import Diagnostic, Diagnostics, Span
from generator.promql.checks import Known, check_expression
from generator.promql.duration import Duration
from promql.catalogues import load
from promql.test_catalogue import ISTIO


class Fault(NamedTuple):
    """A fault by its name, with the words that the caret must stand under and a part of the fix."""

    name: str
    expression: str
    check: str
    words: str
    fix: str
    sound: str


APP = """\
apiVersion: sightline/v1
kind: Catalogue
metadata: {name: app}
metrics:
  app_queue_depth: {type: gauge, labels: [instance, job, queue]}
  app_latency_seconds: {type: summary, unit: seconds, labels: [instance, job]}
  up: {type: gauge, labels: [instance, job, namespace, pod]}
"""
RATE = 'rate(istio_requests_total{reporter="destination"}[5m])'
FAILED = 'rate(istio_requests_total{reporter="destination",response_code=~"5.."}[5m])'
BUCKETS = 'rate(istio_request_duration_milliseconds_bucket{reporter="destination"}[5m])'
QUANTILE = f"histogram_quantile(0.99, sum by (le, pod) ({BUCKETS}))"
RATIO = f"sum({FAILED}) / sum({RATE})"

FAULTS = [
    Fault(
        "grouping label not on the metric",
        f"sum by (svc) ({RATE})",
        "unknown-label",
        "svc",
        "correct the label",
        f"sum by (destination_service_name) ({RATE})",
    ),
    Fault(
        "matcher on an absent label",
        'rate(istio_requests_total{reporter="destination",code="500"}[5m])',
        "unknown-label",
        "code",
        '"response_code"',
        'rate(istio_requests_total{reporter="destination",response_code="500"}[5m])',
    ),
    Fault(
        "value that never occurs",
        'sum(rate(istio_requests_total{reporter="server"}[5m]))',
        "unknown-value",
        '"server"',
        "destination, source, waypoint",
        f"sum({RATE})",
    ),
    Fault(
        "le that is no bucket",
        'sum(rate(istio_request_duration_milliseconds_bucket{reporter="destination",le="300"}[5m]))',
        "unknown-bucket",
        '"300"',
        "use 250 or 500",
        'sum(rate(istio_request_duration_milliseconds_bucket{reporter="destination",le="250"}[5m]))',
    ),
    Fault(
        "rate of a gauge",
        "rate(app_queue_depth[5m]) > 10",
        "rate-of-gauge",
        "rate",
        "deriv or delta",
        "deriv(app_queue_depth[5m]) > 10",
    ),
    Fault(
        "raw counter compared",
        'sum(istio_requests_total{reporter="destination",response_code="503"}) > 100',
        "raw-counter",
        "istio_requests_total",
        "increase(...[5m])",
        'sum(increase(istio_requests_total{reporter="destination",response_code="503"}[5m])) > 100',
    ),
    Fault(
        "delta of a counter",
        'delta(istio_requests_total{reporter="destination"}[5m]) > 100',
        "delta-of-counter",
        "delta",
        "use increase",
        'increase(istio_requests_total{reporter="destination"}[5m]) > 100',
    ),
    Fault(
        "seconds against milliseconds",
        f"{QUANTILE} > 0.3",
        "unit-mismatch",
        "0.3",
        "write 300",
        f"{QUANTILE} > 300",
    ),
    Fault(
        "recording rule that nobody defines",
        "shop:errors:ratio5n > 0.01",
        "unknown-metric",
        "shop:errors:ratio5n",
        '"shop:errors:ratio5m"',
        "shop:errors:ratio5m > 0.01",
    ),
    Fault(
        "join on a label that one side has not",
        f"sum by (namespace) ({RATE}) * on (pod) group_left () (up == 1)",
        "impossible-join",
        "pod",
        "join on namespace",
        f"sum by (pod) ({RATE}) * on (pod) group_left () (up == 1)",
    ),
    Fault(
        "sums by different labels",
        f"sum by (app) ({FAILED}) / sum by (app, pod) ({RATE})",
        "impossible-join",
        "/",
        "aggregate both sides by the same labels",
        f"sum by (app, pod) ({FAILED}) / sum by (app, pod) ({RATE})",
    ),
    Fault(
        "many-to-many at run time",
        f"{FAILED} / on (pod) {RATE}",
        "many-to-many",
        "/",
        "aggregate the left side",
        f"sum by (pod) ({FAILED}) / on (pod) sum by (pod) ({RATE})",
    ),
    Fault(
        "two comparisons that exclude each other",
        "app_queue_depth > 10 and app_queue_depth < 5",
        "never-true",
        "and",
        "or",
        "app_queue_depth > 5 and app_queue_depth < 10",
    ),
    Fault(
        "ratio above 1",
        f"{RATIO} > 14.4 * 0.1",
        "never-true",
        ">",
        "correct the threshold",
        f"{RATIO} > 14.4 * 0.01",
    ),
    Fault(
        "constants that differ", "vector(1) == 2", "never-true", "==", "correct the threshold", "vector(1)"
    ),
    Fault(
        "histogram_quantile without le",
        f"histogram_quantile(0.99, sum by (pod) ({BUCKETS}))",
        "missing-le",
        "sum",
        "by (le, ...)",
        QUANTILE,
    ),
    Fault(
        "quantile of 99",
        f"histogram_quantile(99, sum by (le) ({BUCKETS}))",
        "quantile-range",
        "99",
        "write 0.99",
        f"histogram_quantile(0.99, sum by (le) ({BUCKETS}))",
    ),
    Fault(
        "buckets without a rate",
        "histogram_quantile(0.99, sum by (le) "
        '(istio_request_duration_milliseconds_bucket{reporter="destination"}))',
        "raw-counter",
        "istio_request_duration_milliseconds_bucket",
        "rate(...[5m])",
        f"histogram_quantile(0.99, sum by (le) ({BUCKETS}))",
    ),
    Fault(
        "window under two scrapes",
        'sum(rate(istio_requests_total{reporter="destination"}[25s]))',
        "short-window",
        "25s",
        "at least 1m",
        'sum(rate(istio_requests_total{reporter="destination"}[1m]))',
    ),
    Fault(
        "regular expression that matches nothing",
        'sum(rate(istio_requests_total{reporter="destination",response_code=~"5..$^"}[5m]))',
        "impossible-regex",
        '"5..$^"',
        "remove ^ and $",
        'sum(rate(istio_requests_total{reporter="destination",response_code=~"5.."}[5m]))',
    ),
    Fault(
        "label_replace with a bad expression",
        'label_replace(up, "zone", "$1", "pod", "([a-z+-.*")',
        "relabelling",
        '"([a-z+-.*"',
        "RE2",
        'label_replace(up, "zone", "$1", "pod", "([a-z]+)-.*")',
    ),
    Fault(
        "sum of ratios",
        'sum(rate(istio_request_bytes_sum{reporter="source"}[5m]) / '
        'rate(istio_request_bytes_count{reporter="source"}[5m]))',
        "sum-of-ratios",
        "sum",
        "divide last",
        'sum(rate(istio_request_bytes_sum{reporter="source"}[5m])) / '
        'sum(rate(istio_request_bytes_count{reporter="source"}[5m]))',
    ),
    Fault(
        "average of quantiles",
        'avg(app_latency_seconds{quantile="0.99"})',
        "average-of-quantiles",
        "avg",
        "or use max",
        'max(app_latency_seconds{quantile="0.99"})',
    ),
    Fault(
        "rate of a sum",
        'rate(sum(istio_requests_total{reporter="destination"})[5m:30s])',
        "rate-of-sum",
        "rate",
        "sum(rate(...))",
        'sum(rate(istio_requests_total{reporter="destination"}[5m]))',
    ),
]


@cache
def known() -> Known:
    """Istio's catalogue and a small application's, scraped every 15 seconds."""
    catalogue, said = load(ISTIO.read_text(encoding="utf-8"), APP)
    assert said == []
    recorded = {"shop:errors:ratio5m": frozenset({"app"})}
    return Known(catalogue, recorded, scrape_interval=Duration.parse("15s"))


def found(expression: str) -> list[Diagnostic]:
    """The findings, each with offsets as its columns."""
    diagnostics = Diagnostics()

    def place(start: int, end: int) -> Span:
        return Span("rules.yaml", 1, start, 1, end)

    check_expression(expression, known(), span=None, diagnostics=diagnostics, place=place)
    return list(diagnostics)


def test_there_are_twenty_four() -> None:
    assert len({fault.name for fault in FAULTS}) == 24


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_where_it_stands_with_a_way_out(fault: Fault) -> None:
    (finding,) = found(fault.expression)
    assert finding.code == f"promql/{fault.check}"
    assert finding.span
    assert fault.expression[finding.span.column : finding.span.end_column] == fault.words
    assert finding.cause
    assert fault.fix in finding.fix


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_its_twin_gives_no_finding(fault: Fault) -> None:
    assert found(fault.sound) == []


@pytest.mark.engine
def test_prometheus_itself_accepts_every_fault(tmp_path) -> None:
    import json
    import subprocess

    rules = [{"record": f"r{number}", "expr": fault.expression} for number, fault in enumerate(FAULTS)]
    file = tmp_path / "rules.yaml"
    file.write_text(json.dumps({"groups": [{"name": "faults", "rules": rules}]}))
    run = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "24 rules found" in run.stdout
