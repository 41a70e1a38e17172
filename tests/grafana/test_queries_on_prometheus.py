"""The dashboards' queries on Prometheus' own engine: all are accepted, and no data is never a number."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from grafana.examples import expressions, panels, project, rendered, service

pytestmark = pytest.mark.engine

FLEET, SERVICE = "shop--fleet", "shop--service--bookinfo--reviews"


def promtool(*arguments: str) -> None:
    program = shutil.which("promtool")
    assert program, "promtool is missing: install Debian's package prometheus"
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def as_promql(query: str) -> str:
    """What Grafana sends: every value of a variable chosen."""
    query = query.replace("$__rate_interval", "5m")
    return re.sub(r'"\$(?:namespace|cluster)"', '".+"', query)


def test_promtool_accepts_every_query(tmp_path):
    made = project(service(), identity_labels=("cluster",))
    queries = [as_promql(query) for page in rendered(made).values() for query in expressions(page)]
    assert len(queries) > 30
    rules = [{"record": f"query_{index}", "expr": query} for index, query in enumerate(queries)]
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    promtool("check", "rules", str(path))


def evaluate(tmp_path, series: dict[str, str], expected: dict[str, list[float]]) -> None:
    """Assert what queries give 30 minutes into `series`."""
    test = {
        "evaluation_interval": "30s",
        "tests": [
            {
                "interval": "30s",
                "input_series": [{"series": name, "values": values} for name, values in series.items()],
                "promql_expr_test": [
                    {
                        "expr": as_promql(query),
                        "eval_time": "30m",
                        "exp_samples": [{"labels": "{}", "value": value} for value in values],
                    }
                    for query, values in expected.items()
                ],
            }
        ],
    }
    path = tmp_path / "test.yaml"
    path.write_text(json.dumps(test))
    promtool("test", "rules", str(path))


def query(uid: str, title: str) -> str:
    return panels(rendered(project())[uid])[title]["targets"][0]["expr"]


COUNTS = ["Out of error budget", "Burning too fast now", "SLO alerts firing", "Without requests or data"]


def slo_series(record: str, slo: str) -> str:
    return f'{record}{{namespace="bookinfo",service="reviews",slo="{slo}"}}'


def test_counts_are_absent_without_slos_and_zero_without_trouble(tmp_path):
    absent = {query(FLEET, title): [] for title in [*COUNTS, "SLOs"]}
    evaluate(tmp_path, {"up": "1x100"}, absent)
    healthy = {
        slo_series("slo:objective:ratio", "a"): "0.999x100",
        slo_series("slo:period_error_budget_remaining:ratio", "a"): "0.5x100",
        slo_series("slo:current_burn_rate:ratio", "a"): "0.1x100",
    }
    evaluate(tmp_path, healthy, {query(FLEET, title): [0] for title in COUNTS})


def test_counts_count_trouble(tmp_path):
    troubled = {
        slo_series("slo:objective:ratio", "a"): "0.999x100",
        slo_series("slo:objective:ratio", "idle"): "0.999x100",
        slo_series("slo:period_error_budget_remaining:ratio", "a"): "-0.5x100",
        slo_series("slo:current_burn_rate:ratio", "a"): "14x100",
        'ALERTS{alertname="SLOBurnRatePageFast",alertstate="firing",namespace="bookinfo"}': "1x100",
        'ALERTS{alertname="SLOBurnRatePageFast",alertstate="pending",namespace="bookinfo"}': "1x100",
        'ALERTS{alertname="Other",alertstate="firing",namespace="bookinfo"}': "1x100",
    }
    evaluate(tmp_path, troubled, {query(FLEET, title): [1] for title in COUNTS})


REQUESTS = (
    'istio_requests_total{{reporter="destination",destination_service_name="reviews",'
    'destination_service_namespace="bookinfo",response_code="{code}",response_flags="-"}}'
)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ({"200": "0+60x100"}, [0]),  # nothing ever failed: no failure, although no such series exists
        ({"200": "0+45x100", "503": "0+15x100"}, [0.25]),
        ({"503": "0+60x100"}, [1]),
        ({"200": "500x100", "503": "5x100"}, []),  # idle: there is no ratio of nothing
        ({}, []),
    ],
)
def test_the_share_of_failures(tmp_path, codes, expected):
    series = {REQUESTS.format(code=code): values for code, values in codes.items()} | {"up": "1x100"}
    evaluate(tmp_path, series, {query(SERVICE, "Share of failed requests"): expected})


def test_requests_are_grouped_by_class(tmp_path):
    series = {REQUESTS.format(code=code): "0+30x100" for code in ("200", "204", "503", "0")}
    by_class = query(SERVICE, "Requests by response")
    expected = {
        f'sum(({by_class}) and on (class) label_replace(up, "class", "{name}", "job", ".*"))': [rate]
        for name, rate in (("2xx", 2), ("5xx", 1), ("no answer", 1))
    }
    evaluate(tmp_path, series | {"up": "1x100"}, expected)
