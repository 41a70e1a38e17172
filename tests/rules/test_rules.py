"""The generated rules: groups and their order, labels, alerts, and the text of the files."""

import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from spec.projects import ROOT, compile_files, documents_of
from test_cases import CASES, NAMES

from generator import names
from generator.delivery.prometheus import rule_file
from generator.diagnostics import Diagnostics
from generator.documents import Source, parse
from generator.pipeline import compile_project
from generator.promql.build import (
    Aggregate,
    Binary,
    Call,
    Number,
    Selector,
    Slot,
    Template,
    equal,
    literal,
    number,
)
from generator.promql.duration import Duration
from generator.promql.parse import parse as parse_promql
from generator.rules import shape as shapes
from generator.rules.model import Rule, RuleGroup
from generator.rules.shape import Shape
from generator.sli import availability, events, latency
from generator.spec.read import plain
from generator.tree.inputs import Inputs

GOOD = [name for name in NAMES if (CASES / name / "expected" / "prometheus" / "rules").is_dir()]
# What these show only a Prometheus newer than Debian's has.
NEWER = {"prometheus-flags"}
_RECORD = re.compile(r"\bslo:[a-z_]+:[a-z0-9_]+\b|\bslo_info\b")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def project_of(folder: Path):
    """The services of a project on disk, compiled; it must be sound."""
    diagnostics = Diagnostics()
    compilation = compile_project(Inputs(folder), diagnostics)
    assert not diagnostics.has_errors
    return compilation


EXAMPLE = project_of(ROOT)
SLOS = [(service.service, slo) for service in EXAMPLE.services for slo in service.slos if slo.slo.has_budget]
each_slo = pytest.mark.parametrize(
    ("service", "compiled"), SLOS, ids=[f"{service.name}-{compiled.slo.name}" for service, compiled in SLOS]
)


@each_slo
def test_groups_hold_at_most_twenty_rules(service, compiled):
    assert [len(group.rules) <= 20 for group in compiled.groups] == [True, True]


@each_slo
def test_the_two_groups_have_their_names_and_intervals(service, compiled):
    platform = EXAMPLE.project.platform
    assert [(group.name, group.interval) for group in compiled.groups] == [
        (names.rule_group(service.namespace, service.name, compiled.slo.name, "fast"), platform.interval),
        (
            names.rule_group(service.namespace, service.name, compiled.slo.name, "long"),
            platform.long_interval,
        ),
    ]


@each_slo
def test_a_rule_reads_only_what_was_recorded_before_it(service, compiled):
    """Rules of a group run in order; the long group may read the fast one, never the other way round."""
    written: set[str] = set()
    for group in compiled.groups:
        for rule in group.rules:
            assert set(_RECORD.findall(_STRING.sub('""', rule.expr))) <= written
            written |= {rule.record} - {""}


@each_slo
def test_every_record_has_one_of_the_public_names(service, compiled):
    days = f"{compiled.slo.period.milliseconds // 86_400_000}d"
    public = {
        *(
            f"slo:events_{outcome}:rate{window}"
            for outcome in ("total", "bad")
            for window in ("5m", "30m", "1h")
        ),
        *(
            f"slo:sli_error:ratio_rate{window}"
            for window in ("5m", "30m", "1h", "2h", "6h", "1d", "3d", days)
        ),
        *(
            f"slo:events_{outcome}:rate5m_sum{EXAMPLE.project.platform.long_interval}"
            for outcome in ("total", "bad")
        ),
        "slo:objective:ratio",
        "slo:error_budget:ratio",
        "slo:time_period:days",
        "slo:current_burn_rate:ratio",
        "slo:period_burn_rate:ratio",
        "slo:period_error_budget_remaining:ratio",
        "slo:period_coverage:ratio",
        "slo_info",
    }
    records = [rule.record for group in compiled.groups for rule in group.rules if rule.record]
    assert sorted(records) == sorted(public)


@each_slo
def test_every_alert_has_one_of_the_public_names_and_stands_beside_its_records(service, compiled):
    """A page must not wait for another group: the skew between groups is up to a whole interval."""
    fast, long = ([rule.alert for rule in group.rules if rule.alert] for group in compiled.groups)
    alerting = compiled.slo.alerting
    pages = [] if alerting.page.disabled else ["SLOBurnRatePageFast", "SLOBurnRatePageSlow"]
    # A user's own metrics have no second reporter: only presence can tell.
    mesh = isinstance(compiled.slo.sli, availability.Record | latency.Record)
    absent = ["SLITelemetryAbsent"] if mesh or service.presence else []
    assert fast == pages + absent
    assert long == ["SLOBurnRateTicketFast", "SLOBurnRateTicketSlow"]


@each_slo
def test_records_carry_the_identity_and_nothing_else(service, compiled):
    identity = {"namespace": service.namespace, "service": service.name, "slo": compiled.slo.name}
    for group in compiled.groups:
        for rule in group.rules:
            if rule.record == "slo_info":
                own = {"dashboard", "objective", "period", "tier", *service.labels, *compiled.slo.labels}
                assert set(rule.labels) == {*identity, *own}
            elif rule.record:
                assert rule.labels == identity
            assert rule.labels.items() >= identity.items()


@each_slo
def test_alerts_carry_who_they_are_for_and_how_bad_it_is(service, compiled):
    windows = {
        "SLOBurnRatePageFast": ("page", "1h", "5m"),
        "SLOBurnRatePageSlow": ("page", "6h", "30m"),
        "SLOBurnRateTicketFast": ("ticket", "1d", "2h"),
        "SLOBurnRateTicketSlow": ("ticket", "3d", "6h"),
    }
    for rule in (rule for group in compiled.groups for rule in group.rules if rule.alert):
        tier, long, short = windows.get(rule.alert, ("ticket", None, None))
        assert rule.labels["severity"] == tier
        assert rule.labels["team"] == compiled.slo.labels.get("team", service.labels["team"])
        assert (rule.labels.get("long_window"), rule.labels.get("short_window")) == (long, short)
        assert rule.labels.get("burn_tier") == (tier if long else None)
        assert {"summary", "description", "runbook_url", "dashboard"} <= set(rule.annotations)


@each_slo
def test_burn_alerts_fire_at_once_and_keep_firing(service, compiled):
    """No `for`: the windows are the delay. Tickets outlast the hours in which a burn comes and goes."""
    for rule in (rule for group in compiled.groups for rule in group.rules if rule.alert):
        if rule.alert == "SLITelemetryAbsent":
            assert (str(rule.for_), rule.keep_firing_for) == ("10m", None)
        else:
            keep = "15m" if rule.labels["burn_tier"] == "page" else "1h"
            assert (rule.for_, str(rule.keep_firing_for)) == (None, keep)


@each_slo
def test_only_counted_failures_are_filled_with_zero(service, compiled):
    """A bucket or a gauge that is not there would be green for ever."""
    bad = [rule.expr for rule in compiled.groups[0].rules if rule.record.startswith("slo:events_bad:")]
    counted = isinstance(compiled.slo.sli, availability.Record | events.Record)
    assert [" 0 * sum" in f" {expr}".replace("\n", " ") for expr in bad] == [counted] * 3


@pytest.mark.engine
def test_prometheus_takes_every_rule_file_without_a_finding(tmp_path):
    """promtool reads the files of all good cases and of the worked example, with every lint."""
    for name in sorted(set(GOOD) - NEWER):
        shutil.copytree(CASES / name / "expected" / "prometheus" / "rules", tmp_path / name)
    for artifact in EXAMPLE.artifacts:
        if artifact.path.startswith("prometheus/rules/"):
            file = tmp_path / "example" / artifact.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(artifact.text, encoding="utf-8")
    files = sorted(map(str, tmp_path.rglob("*.yaml")))
    assert len(files) >= len(GOOD) - len(NEWER) + len(EXAMPLE.services)
    command = ["promtool", "check", "rules", "--lint=all", "--lint-fatal", *files]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("SUCCESS") == len(files)


@pytest.mark.parametrize("name", GOOD)
def test_hostile_or_not_every_expression_is_one_expression(name):
    """What stands in the files parses back, whatever a user's text holds."""
    for path in (CASES / name / "expected" / "prometheus" / "rules").rglob("*.yaml"):
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            for rule in group["rules"]:
                parse_promql(rule["expr"])


# How a file is read back: by YAML 1.1 (PyYAML, and through it many tools) and by YAML 1.2 (our own reader).
_awkward = st.sampled_from(
    [
        "\x85",
        "\ufeff",
        "\u2028",
        "\u2029",
        "\t",
        " ",
        "  ",
        "\n",
        "\r",
        "- ",
        ": ",
        " #",
        "#",
        "'",
        '"',
        "\\",
        "|",
        ">",
        "&a",
        "*a",
        "!",
        "%",
        "@",
        "`",
        "{",
        "}",
        "[",
        "]",
        ",",
        "?",
        "=",
        "<<",
        "~",
        "null",
        "yes",
        "1e3",
        "0o14",
        "012",
        "1:30",
        "2024-01-01",
        "---",
        "...",
        "👩\u200d👩\u200d👧",
        "é",
        "\u202e",
        "\x00",
        "\x1b",
        "\x7f",
        "\x9f",
        "\ufffe",
        "\uffff",
        "\U0010ffff",
        "Ω",
    ]
)
texts = st.lists(_awkward | st.text(st.characters(codec="utf-8"), max_size=5), max_size=6).map("".join)
label_names = st.from_regex(r"\A[a-zA-Z_][a-zA-Z0-9_]{0,8}\Z") | st.sampled_from(
    ["y", "n", "on", "off", "null", "NO", "_1"]
)
mappings = st.dictionaries(label_names, texts, max_size=4)
durations = st.integers(1, 10**12).map(Duration)
rules = st.builds(
    Rule,
    record=st.just("a:b"),
    expr=texts,
    for_=st.none() | durations,
    keep_firing_for=st.none() | durations,
    labels=mappings,
    annotations=mappings,
)


@given(texts, rules)
def test_a_rule_file_reads_back_the_same_in_both_editions_of_yaml(name, rule):
    text = rule_file([RuleGroup(name=name, interval=Duration.parse("30s"), rules=(rule,))], "slos/x.yaml")
    expected = {"record": "a:b", "expr": rule.expr}
    if rule.for_:
        expected["for"] = str(rule.for_)
    if rule.keep_firing_for:
        expected["keep_firing_for"] = str(rule.keep_firing_for)
    expected |= {
        key: dict(values)
        for key, values in (("labels", rule.labels), ("annotations", rule.annotations))
        if values
    }
    wanted = {"groups": [{"name": name, "interval": "30s", "rules": [expected]}]}
    assert yaml.safe_load(text) == wanted
    diagnostics = Diagnostics()
    documents = [
        plain(document.root) for document in parse(Source("x.yaml", text), diagnostics) if document.root
    ]
    refused = {item.code for item in diagnostics}
    assert (
        documents == [wanted] if not refused else refused == {"yaml/hidden-character"}
    )  # which no input can hold


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_the_source_in_the_header_stays_one_comment(source):
    text = rule_file(
        [RuleGroup(name="g", interval=Duration(1000), rules=(Rule(record="a", expr="b"),))], source
    )
    assert yaml.safe_load(text) == {
        "groups": [{"name": "g", "interval": "1s", "rules": [{"record": "a", "expr": "b"}]}]
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.001", "0.001"),
        ("1E-7", "0.0000001"),
        ("0.0010", "0.001"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("14.40", "14.4"),
        ("0", "0"),
        ("0.0", "0"),
        ("-2.50", "-2.5"),
    ],
)
def test_numbers_are_written_exactly_and_without_exponent(value, text):
    assert number(Decimal(value)) == text


slugs = st.from_regex(names._SLUG.pattern, fullmatch=True)
decimals = st.decimals("0.000001", "1000", places=6, allow_nan=False)
SHAPE = Shape(
    windows=tuple(map(Duration.parse, ("5m", "1h", "6h", "3d"))),
    period=Duration.parse("30d"),
    groups=("cluster",),
    interval=Duration.parse("30s"),
    long_interval=Duration.parse("2m"),
)


@given(slugs, slugs, texts, decimals, decimals)
def test_filling_a_shape_is_rendering_the_expression(namespace, service, slo, threshold, failures):
    """A template filled with literals equals the same expression built with them, whatever they hold."""
    assume("\0" not in slo)  # the one character that no input file can hold marks a template's slots
    values = {
        "namespace": namespace,
        "service": service,
        "slo": slo,
        "threshold": threshold,
        "failures": failures,
    }
    one_hour, five_minutes = Duration.parse("1h"), Duration.parse("5m")
    template = shapes.burn_alert(SHAPE, one_hour, five_minutes)
    filled = template.fill({name: literal(values[name]) for name in template.slots})

    def recorded(name: str) -> Selector:
        return Selector(name, tuple(equal(label, str(values[label])) for label in names.IDENTITY))

    def above(window: str) -> Binary:
        return Binary(recorded(f"slo:sli_error:ratio_rate{window}"), ">", Number(threshold))

    enough = Binary(Binary(recorded("slo:events_bad:rate1h"), "*", Number(3600)), ">", Number(failures))
    assert filled == Binary(Binary(above("5m"), "and", above("1h")), "and", enough).render()
    parse_promql(filled)


@given(texts, st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_any_template_filled_is_the_expression_rendered(text, value):
    assume("\0" not in text)

    def expression(label, amount):
        inner = Selector("m", (equal("l", label), equal("k", label)), "5m")
        return Binary(Aggregate("sum", Call("rate", (inner,)), ("a",)), "*", Number(amount))

    template = Template.of(expression(Slot("label"), Slot("amount")))
    assert template.slots == {"label", "amount"}
    assert (
        template.fill({"label": literal(text), "amount": literal(value)}) == expression(text, value).render()
    )


def test_a_rule_knows_where_it_comes_from():
    """Findings about a rule point at the SLO, never at a generated file."""
    for _, compiled in SLOS:
        for group in compiled.groups:
            for rule in group.rules:
                assert rule.origin is not None
                assert rule.origin.path in {
                    "sightline.yaml",
                    *(f"slos/{path.name}" for path in (ROOT / "slos").iterdir()),
                }


def test_services_and_rules_come_in_the_order_of_their_names():
    """Whatever the order of files and documents."""
    documents = documents_of(ROOT / "slos" / "bookinfo.yaml")
    assert len(documents) == 3
    texts = (ROOT / "slos" / "bookinfo.yaml").read_text("utf-8").split("---\n")
    platform = (CASES / "platform.yaml").read_text("utf-8")
    texts = [
        text.replace("  tier: gold\n", "")
        .replace("  alertPacks: [http-hygiene]\n", "")
        .replace("  calls: [details, reviews]\n", "")  # reviews has a file of its own
        .replace(
            """  slos:
    - name: latency
      disabled: true  # its callers' latency SLOs cover it
""",
            "",
        )
        for text in texts
    ]
    forward = compile_files({"sightline.yaml": platform, "slos/a.yaml": "---\n".join(texts)})
    backward = compile_files({"sightline.yaml": platform, "slos/a.yaml": "---\n".join(reversed(texts))})
    assert [service.service.name for service in forward.services] == ["details", "productpage", "ratings"]
    assert forward.artifacts == backward.artifacts
