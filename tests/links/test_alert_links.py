"""Links of alerts, expanded by Prometheus' own template engine and then read by the grammars."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml

from generator.links import alert_annotations
from generator.links.grammar import grafana as grafana_grammar
from generator.links.grammar import jaeger as jaeger_grammar
from generator.links.grammar import kiali as kiali_grammar
from generator.links.grammar import kibana as kibana_grammar
from generator.links.window import AlertWindow
from generator.promql.duration import Duration
from generator.spec.model import DataSources, GrafanaSettings, LogSettings, TracingSettings
from links.examples import platform, service

pytestmark = pytest.mark.engine

DAY = 86_400
FIRED = (
    20_000 * DAY
)  # seconds; one evaluation interval, so that the engine's second evaluation is in this century
SIX_HOURS = 6 * 3_600


def expand(
    tmp_path, annotations: dict[str, str], expected: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Let promtool fire an alert at `FIRED` and compare its expanded annotations."""
    promtool = shutil.which("promtool")
    assert promtool, "promtool is needed: apt-get install prometheus"
    rule = {"alert": "Fires", "expr": "vector(1)", "annotations": annotations}
    alert = {"exp_labels": {}, "exp_annotations": expected}
    test = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": f"{FIRED // DAY}d",
        "tests": [
            {
                "interval": f"{FIRED // DAY}d",
                "alert_rule_test": [
                    {"eval_time": f"{FIRED // DAY}d", "alertname": "Fires", "exp_alerts": [alert]}
                ],
            }
        ],
    }
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": [rule]}]}))
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(test))
    return subprocess.run(
        [promtool, "test", "rules", "test.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )


def by_hand(annotation: str) -> str:
    """What the template actions of an alert window become at `FIRED`."""
    annotation = annotation.replace(
        '{{ (query "time() - 21600" | first | value | toTime).Format "2006-01-02T15:04:05.000Z" }}',
        "2024-10-03T18:00:00.000Z",
    ).replace(
        '{{ (query "time()" | first | value | toTime).Format "2006-01-02T15:04:05.000Z" }}',
        "2024-10-04T00:00:00.000Z",
    )
    ago = annotation.replace(
        '{{ query "time() - 21600" | first | value | printf "%.0f" }}', str(FIRED - SIX_HOURS)
    )
    return ago.replace('{{ query "time()" | first | value | printf "%.0f" }}', str(FIRED))


def test_prometheus_expands_the_links_to_the_time_of_the_alert(tmp_path):
    hostile = service(
        tracing_service='x{{ query "up" }}&start=1"}} ${__from} %41',
        name="{{ $value }}",
        namespace="{{ end }}",
    )
    annotations = alert_annotations(platform(), hostile, "uid", AlertWindow(Duration.parse("6h")))
    expected = {name: by_hand(annotation) for name, annotation in annotations.items()}
    result = expand(tmp_path, annotations, expected)
    assert result.returncode == 0, result.stdout + result.stderr

    jaeger = dict(jaeger_grammar.parse(expected["jaeger"], "https://tracing.example.com:8443/jaeger").query)
    assert jaeger["service"] == hostile.tracing_service
    assert (jaeger["start"], jaeger["end"]) == (f"{FIRED - SIX_HOURS}000000", f"{FIRED}000000")
    grafana = dict(grafana_grammar.parse(expected["dashboard"], "https://grafana.example.com").query)
    assert (grafana["from"], grafana["to"]) == (f"{FIRED - SIX_HOURS}000", f"{FIRED}000")
    kiali = kiali_grammar.parse(expected["kiali"], "https://mesh.example.com/kiali")
    assert kiali.path == {"namespace": "{{ end }}", "name": "{{ $value }}"}


def test_promtool_would_notice_another_time(tmp_path):
    annotations = alert_annotations(platform(), service(), "uid", AlertWindow(Duration.parse("6h")))
    wrong = {name: re.sub(str(FIRED), str(FIRED + 1), by_hand(text)) for name, text in annotations.items()}
    assert expand(tmp_path, annotations, wrong).returncode == 1


def test_prometheus_expands_links_into_explore_and_discover(tmp_path):
    selector = 'app:"{{ $value }}" AND x:it\'s ${__from}'
    kept = LogSettings(kind="elasticsearch", url="https://kibana.example.com", data_view="{{ end }}")
    grafana = GrafanaSettings(
        url="https://grafana.example.com", data_sources=DataSources(logs="lines", traces="spans")
    )
    tempo = TracingSettings(provider="tempo")
    elsewhere = platform(grafana=grafana, tracing=tempo, logs=kept)
    hostile = service(log_selector=selector, tracing_service='x"{{ end }}')
    annotations = alert_annotations(elsewhere, hostile, "uid", AlertWindow(Duration.parse("6h")))
    expected = {name: by_hand(annotation) for name, annotation in annotations.items()}
    result = expand(tmp_path, annotations, expected)
    assert result.returncode == 0, result.stdout + result.stderr

    assert "{{" not in "".join(expected.values())
    logs = dict(kibana_grammar.parse(expected["logs"], "https://kibana.example.com").query)
    assert logs["query"] == selector
    assert "from:'2024-10-03T18:00:00.000Z'" in logs["_g"]
    assert grafana_grammar.parse(expected["traces"], "https://grafana.example.com").page == "explore"
