"""Mistakes made on purpose in this repository's own definitions: each is found, in its file and line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from generator.cli import cli

ROOT = Path(__file__).parents[2]
INPUTS = ("sightline.yaml", "slos", "alerts", "dashboards", "tests/fixtures")


class Edit(NamedTuple):
    """One replacement in one file, the first of its kind, and the check that must object to it."""

    path: str
    old: str
    new: str
    check: str


REVIEWS, JOBS, SHOP = "slos/reviews.yaml", "slos/jobs.yaml", "slos/boutique.yaml"
HTTP, GRPC = "alerts/http-hygiene.yaml", "alerts/grpc-hygiene.yaml"
CHECKOUT, EDGE = "dashboards/checkout.yaml", "dashboards/bookinfo-edge.dashboard.py"
LATENCY = "rate(istio_request_duration_milliseconds_bucket{$selector}[$hold])"
CALLERS = "sum by (source_workload) (rate("
QUANTILE = "histogram_quantile"
SLOW = 'sum(rate(istio_request_duration_milliseconds_bucket{$selector, le="300"}[$hold]))'
EDITS = [
    # labels
    Edit(REVIEWS, "destination_canonical_revision=", "destination_canonical_version=", "unknown-label"),
    Edit(REVIEWS, ',response_code=~"5.."', ',code=~"5.."', "unknown-label"),
    Edit(JOBS, 'messages{group="mailer"}', 'messages{queue="mailer"}', "unknown-label"),
    Edit(SHOP, "{score=~", "{scores=~", "unknown-label"),
    Edit(SHOP, "sum(rate(boutique_ratings_total{", "sum by (shelf) (rate(boutique_ratings_total{",
         "unknown-label"),
    Edit(HTTP, "response_code=~", "respnse_code=~", "unknown-label"),
    Edit(GRPC, 'grpc_response_status="12"}[', 'grpc_status="12"}[', "unknown-label"),
    Edit(GRPC, "sum by (source_workload)", "sum by (source_worklod)", "unknown-label"),
    Edit(CHECKOUT, "sum by (destination_service_name)", "sum by (destination_svc)", "unknown-label"),
    Edit(CHECKOUT, "max by (service, slo)", "max by (service, name)", "unknown-label"),
    Edit(CHECKOUT, "label: source_workload", "label: source_worklod", "unknown-label"),
    Edit(CHECKOUT, 'grpc_response_status!="0"', 'grpc_code!="0"', "unknown-label"),
    Edit(EDGE, "destination_service_name, response_flags", "destination_service_name, flags",
         "unknown-label"),
    # values
    Edit(REVIEWS, 'revision="v3"', 'revision="v9"', "unknown-value"),
    Edit(REVIEWS, 'reporter="source"', 'reporter="sourc"', "unknown-value"),
    Edit(REVIEWS, '=~"reviews-v[23]"', '=~"review-v[23]"', "unknown-value"),
    Edit(REVIEWS, 'destination_service_name="ratings"', 'destination_service_name="rating"', "unknown-value"),
    Edit(REVIEWS, 'response_code=~"5.."', 'response_code=~"5..$^"', "impossible-regex"),
    Edit(JOBS, 'group="mailer"', 'group="mailr"', "unknown-value"),
    Edit(JOBS, 'result="failed"', 'result="fail"', "unknown-value"),
    Edit(CHECKOUT, 'reporter="destination"', 'reporter="destinaton"', "unknown-value"),
    Edit(EDGE, 'reporter="source"', 'reporter="client"', "unknown-value"),
    # buckets, units, quantiles
    Edit(REVIEWS, "threshold: 250ms", "threshold: 300ms", "sli/no-bucket"),
    Edit("slos/ingress.yaml", "threshold: 500ms", "threshold: 400ms", "sli/no-bucket"),
    Edit("sightline.yaml", "threshold: 100ms", "threshold: 150ms", "sli/no-bucket"),
    Edit(GRPC, CALLERS, f"{SLOW} > 0 and on () {CALLERS}", "unknown-bucket"),
    Edit(GRPC, CALLERS, f"{QUANTILE}(0.99, sum by (le) ({LATENCY})) > 0.3 or {CALLERS}", "unit-mismatch"),
    Edit(GRPC, CALLERS, f"{QUANTILE}(99, sum by (le) ({LATENCY})) > 300 or {CALLERS}", "quantile-range"),
    Edit(GRPC, CALLERS, f"{QUANTILE}(0.99, sum({LATENCY})) > 300 or {CALLERS}", "missing-le"),
    Edit(EDGE, "sum by (le)", "sum by (response_code)", "missing-le"),
    # windows, counters and gauges
    Edit(HTTP, "hold: 15m", "hold: 20s", "short-window"),
    Edit(SHOP, "boutique_revenue_euros_total[1h]", "boutique_revenue_euros_total[20s]", "short-window"),
    Edit(SHOP, "sum(increase(boutique_revenue_euros_total[1h]))", "sum(boutique_revenue_euros_total) > 5",
         "raw-counter"),
    Edit(CHECKOUT, "(increase(", "(delta(", "delta-of-counter"),
    Edit(JOBS, "max(catalogue_import_last_success_timestamp_seconds)",
         "max(rate(catalogue_import_last_success_timestamp_seconds[5m]))", "rate-of-gauge"),
    Edit(JOBS, "total: order_mails_total", "total: rate(order_queue_lag_messages[$window])", "rate-of-gauge"),
    # joins and comparisons
    Edit(HTTP, "/ (sum(rate(", "/ (sum by (response_code) (rate(", "impossible-join"),
    Edit(JOBS, 'max(order_queue_lag_messages{group="mailer"})',
         'max(order_queue_lag_messages{group="mailer"} > order_queue_lag_messages{group="invoicing"})',
         "impossible-join"),
    Edit(HTTP, "> $share", "> 1.2", "never-true"),
    Edit(GRPC, "[$hold])) > 0\n", "[$hold])) < 0\n", "never-true"),
    Edit(CHECKOUT, 'reporter="destination", destination_service_namespace', "destination_service_namespace",
         "two-reporters"),
    # names of metrics and records
    Edit(REVIEWS, "total: istio_requests_total", "total: istio_request_total", "unknown-metric"),
    Edit(JOBS, "last_success_timestamp_seconds", "last_sucess_timestamp_seconds", "unknown-metric"),
    Edit(JOBS, "bad: order_mails_total", "bad: order_mail_total", "unknown-metric"),
    Edit(SHOP, "sum(boutique_sessions)", "sum(boutique_session)", "unknown-metric"),
    Edit(HTTP, "istio_requests_total", "istio_request_total", "unknown-metric"),
    Edit(CHECKOUT, "slo:period_error_budget_remaining:ratio", "slo:period_error_budget_remaning:ratio",
         "undefined-record"),
    Edit(EDGE, "istio_requests_total", "istio_request_total", "unknown-metric"),
]  # fmt: skip


def validate(folder: Path) -> list[dict[str, object]]:
    """What `sightline validate` finds in a project."""
    result = CliRunner().invoke(cli, ["validate", "--format", "json"], catch_exceptions=False)
    return json.loads(result.stdout)["diagnostics"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in INPUTS:
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_forty_and_more() -> None:
    assert len(EDITS) >= 40
    assert len(set(EDITS)) == len(EDITS)


def test_without_an_edit_nothing_is_found(project: Path) -> None:
    assert validate(project) == []


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit.check}: {edit.new[:40]}")
def test_an_edit_is_found(project: Path, edit: Edit) -> None:
    path = project / edit.path
    text = path.read_text(encoding="utf-8")
    assert edit.old in text
    path.write_text(text.replace(edit.old, edit.new, 1), encoding="utf-8")
    found = validate(project)
    code = edit.check if "/" in edit.check else f"promql/{edit.check}"
    places = [item["span"] for item in found if item["code"] == code]
    assert places, found
    assert edit.path in {place["path"] for place in places}
    lines = path.read_text(encoding="utf-8").splitlines()
    told = {lines[place["line"] - 1] for place in places if place["path"] == edit.path}
    changed = set(lines) - set(text.splitlines())
    # A parameter and a tier are used elsewhere than they are written, and what is missing stands nowhere.
    elsewhere = edit.old.startswith(("hold:", "threshold: 100ms")) or edit.check == "two-reporters"
    assert told & changed or elsewhere or edit.path == EDGE, told
