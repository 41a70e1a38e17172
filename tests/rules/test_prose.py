"""A user's text in alerts: data stays data in Prometheus' own engine; templates get promtool's verdict."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from spec.projects import compile_files

from generator.rules.prose import literal
from generator.rules.template import faults

SOUND = [
    "",
    'plain text with { braces } and }} and {"a":{"b":1}}',
    "{{ $value }}",
    "{{$value|humanize}}",
    "{{- $value -}}",
    "{{ .Value }} {{ .Labels.service }} {{ . }}",
    "{{ $labels.service }} {{ $labels.service | toUpper | title }}",
    "{{ $externalLabels.cluster }} {{ $externalURL }} {{ externalURL }} {{ pathPrefix }}",
    '{{ printf "%.2f %s" $value $labels.service }}',
    '{{ printf "}}" }} {{ "{{" }} {{ `}}` }}',
    "{{ printf \"%c\" 'x' }}",
    '{{/* a comment with }} and " in it */}}',
    "{{- /* trimmed */ -}}",
    "{{ if gt $value 0.5 }}much{{ else if eq $value 0.1 }}some{{ else }}little{{ end }}",
    '{{ range query "up" }}{{ .Labels.instance }} {{ .Value }}{{ else }}none{{ end }}',
    '{{ range $i, $sample := query "up" }}{{ $i }} {{ $sample.Value }}{{ end }}',
    '{{ with query "sum(up)" }}{{ . | first | value | humanize1024 }}{{ end }}',
    "{{ with $x := $value }}{{ $x }}{{ end }}",
    "{{ $x := $value }}{{ $x = 1.0 }}{{ $x }}",
    '{{ range query "up" }}{{ if .Value }}{{ continue }}{{ end }}{{ break }}{{ end }}',
    '{{ define "a" }}{{ . }}{{ end }}{{ template "a" $value }}{{ template "a" }}',
    '{{ block "b" . }}x{{ end }}',
    '{{ (query "up" | first).Value }} {{ (index (query "up") 0).Value }}',
    '{{ reReplaceAll "a.*" "b" "abc" }} {{ match "a" "b" }} {{ toLower "A" }} {{ stripPort "a:1" }}',
    '{{ stripDomain "a.b" }} {{ parseDuration "1h" }}',
    "{{ humanizeDuration 61 }} {{ humanizePercentage 0.1 }} {{ humanizeTimestamp 0 }}",
    '{{ graphLink "up" }} {{ tableLink "up" }} {{ safeHtml "a" }} {{ strvalue (query "up" | first) }}',
    '{{ query "up" | sortByLabel "instance" | len }} {{ label "a" (query "up" | first) }}',
    "{{ print true false }} {{ println 0x1F -1 +2 1e3 }}",
    "{{ and true (or false (not true)) }} {{ ne 1 2 }} {{ lt 1 2 }} {{ le 1 2 }} {{ ge 1 2 }}",
    '{{ slice "abc" 1 2 }}',
    '{{ html "<" }} {{ js "x" }} {{ urlquery "a b" }} {{ (args 1 2).arg0 }} {{ toTime 1.0 }}',
    "{{ $ }}",
    "an emoji 🛒 and {{ $labels.team }} 팀",
]
BROKEN = [
    "{{",
    "{{ $value",
    "{{ $value }",
    "text {{ $labels.service is down",
    '{{ "unclosed }}',
    "{{ don't }}",
    "{{/* not closed }}",
    "{{ /* not beside the mark */ }}",
    "{{/* more */ $value }}",
    "{{ 'a }}",
    "{{ `a }}",
    "{{ }}",
    "{{}}",
    "{{{ $value }}}",
    "{{ | humanize }}",
    "{{ $value || 1 }}",
    "{{ ( $value }}",
    "{{ $value ) }}",
    "{{ () }}",
    "{{ $values }}",
    "{{ $lables.service }}",
    "{{ humanise $value }}",
    "{{ service }}",
    "{{ $value; 1 }}",
    "{{ $value + 1 }}",
    "{{ a-b }}",
    "{{ # }}",
    "{{ if $value }}open",
    "{{ if }}x{{ end }}",
    "{{ end }}",
    "{{ if $value }}x{{ end 1 }}",
    "{{ else }}",
    "{{ if $value }}x{{ end }}{{ end }}",
    "{{ break }}",
    "{{ range }}{{ end }}",
    '{{ with query "up" }}{{ range . }}x{{ end }}',
    '{{ query "a\nb" }}',
]


def promtool_accepts(texts: list[str], folder: Path) -> bool:
    """Whether promtool takes a rule file with these annotations."""
    rule = {
        "alert": "A",
        "expr": "up",
        "annotations": {f"a{index}": text for index, text in enumerate(texts)},
    }
    file = folder / "rules.yaml"
    file.write_text(
        json.dumps({"groups": [{"name": "g", "rules": [rule]}]}, ensure_ascii=False), encoding="utf-8"
    )
    return (
        subprocess.run(["promtool", "check", "rules", str(file)], capture_output=True, check=False).returncode
        == 0
    )


@pytest.mark.engine
def test_sound_templates_are_accepted_here_and_by_promtool(tmp_path):
    assert [(text, list(faults(text))) for text in SOUND if list(faults(text))] == []
    assert promtool_accepts(SOUND, tmp_path)


@pytest.mark.engine
@pytest.mark.parametrize("text", BROKEN)
def test_broken_templates_are_refused_here_and_by_promtool(text, tmp_path):
    assert list(faults(text))
    assert not promtool_accepts([text], tmp_path)


@given(st.text(st.sampled_from("{}{{}}\"'`/*-| $.ax\n"), max_size=40))
def test_any_text_gets_a_verdict_and_as_a_literal_it_is_sound(text):
    assert all(one.message and one.fix and one.start <= one.end <= len(text) for one in faults(text))
    assert list(faults(literal(text))) == []


HOSTILE = '{ {{ query "up" }} }} {{ end }} $value {'
ANSWER = "{{ $value | humanizePercentage }}"
FILES = {
    "sightline.yaml": """
apiVersion: sightline/v1
kind: Platform
metadata: {name: demo}
spec:
  project: demo
  delivery: [{format: prometheus}]
  windows: {one: [{tier: page, speed: fast, budgetPercent: 2, long: 1h, short: 5m}]}
""",
    "slos/cart.yaml": f"""
apiVersion: sightline/v1
kind: Service
metadata: {{name: cart, displayName: {HOSTILE!r}, labels: {{team: {HOSTILE!r}}}}}
spec:
  protocol: none
  alertPacks: [own]
  slos:
    - name: orders
      objective: 99
      sli: {{events: {{total: orders_total, bad: orders_failed_total}}}}
      labels: {{product: {HOSTILE!r}}}
      annotations: {{value: "{ANSWER}"}}
      alerting: {{windows: one}}
""",
    "alerts/own.yaml": """
apiVersion: sightline/v1
kind: AlertPack
metadata: {name: own}
spec:
  parameters: {word: '{{ end }}{'}
  rules:
    - alert: Own
      expr: rate(orders_total[5m]) > 0
      annotations: {beside: "<< service >>{{ $value }}<< word >>"}
""",
}


@pytest.mark.engine
def test_hostile_text_arrives_as_it_was_written(tmp_path):
    """Prometheus itself expands the annotations and labels of firing alerts."""
    (artifact,) = compile_files(FILES).artifacts
    (tmp_path / "rules.yaml").write_text(artifact.text, encoding="utf-8")
    identity = {"namespace": "default", "service": "cart", "team": HOSTILE}
    burn = {
        "exp_labels": {
            **identity,
            "slo": "orders",
            "product": HOSTILE,
            "severity": "page",
            "burn_tier": "page",
            "long_window": "1h",
            "short_window": "5m",
        },
        "exp_annotations": {
            "value": "100%",
            "summary": f"{HOSTILE} / orders burns its error budget 14.4 times too fast",
            "description": "More than 14.4 % of events failed in the last 1h and in the last 5m (100% now); "
            "99 % over 30 days allow 1 %. At this rate the whole budget lasts 2.1 days.",
        },
    }
    own = {
        "exp_labels": identity,
        "exp_annotations": {"beside": HOSTILE + "1{{ end }}{"},
    }
    test = {
        "rule_files": ["rules.yaml"],
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": name, "values": "0+60x120"} for name in ("orders_total", "orders_failed_total")
                ],
                "alert_rule_test": [
                    {"eval_time": "90m", "alertname": "SLOBurnRatePageFast", "exp_alerts": [burn]},
                    {"eval_time": "90m", "alertname": "Own", "exp_alerts": [own]},
                ],
            }
        ],
    }
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(test), encoding="utf-8")
    run = subprocess.run(
        ["promtool", "test", "rules", "test.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_long_broken_template_is_refused_without_delay():
    """A pattern that backtracks would take longer than anybody waits."""
    for piece in ("{{ /*x*/", '{{ "a" ', "{{ $x ", "/* */", "'", "}", "{{ if 1 }}"):
        assert list(faults("{{ " + piece * 20_000))
