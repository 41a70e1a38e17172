"""The target's version decides what an expression may use."""

from pathlib import Path

import pytest

from generator.diagnostics import Diagnostic, Diagnostics, Span
from generator.promql.checks import Known, check_expression
from generator.promql.parse import parse
from generator.promql.target import FUNCTIONS, Target, lacks, unreadable
from promql.test_promtool import refusals

WHOLE = Span("rules.yaml", 1, 1, 1, 2)
EXPERIMENTAL = "promql-experimental-functions"

# An expression, the words that are pointed at, the last version without it and the first one with it.
SINCE = [
    ("absent_over_time(m[5m])", "absent_over_time", "2.15", "2.16"),
    ("group by (a) (m)", "group", "2.19", "2.20"),
    ("clamp(m, 0, 1)", "clamp", "2.25", "2.26"),
    ("present_over_time(m[5m])", "present_over_time", "2.28", "2.29"),
    ("m * pi()", "pi", "2.30", "2.31"),
    ("m atan2 n", "atan2", "2.30", "2.31"),
    ("m @ start()", "@", "2.32", "2.33"),
    ("m offset -5m", "5m", "2.32", "2.33"),
    ("day_of_year()", "day_of_year", "2.34", "2.35"),
    ("histogram_count(m)", "histogram_count", "2.39", "2.40"),
    ("histogram_stdvar(m)", "histogram_stdvar", "2.47", "2.48"),
    ("histogram_avg(m)", "histogram_avg", "2.50", "2.51"),
    ("m{a=~'(?<n>x)'}", "'(?<n>x)'", "2.50", "2.51"),
    ('{"a.b"}', '"a.b"', "2.55", "3.0"),
    ('m{"a.b"="c"}', '"a.b"', "2.55", "3.0"),
    ('sum by ("a.b") (m)', '"a.b"', "2.55", "3.0"),
    ("rate(m[300])", "300", "2.55", "3.0"),
    ("m[1h:300]", "300", "2.55", "3.0"),
    ("m offset 300", "300", "2.55", "3.0"),
    ("m > 5m", "5m", "2.55", "3.0"),
    ("first_over_time(m[5m])", "first_over_time", "3.13", "3.14"),
]
FLAGGED = [
    ("limitk by (a) (2, m)", "2.54", EXPERIMENTAL),
    ("limit_ratio(0.5, m)", "2.54", EXPERIMENTAL),
    ('sort_by_label(m, "a")', "2.49", EXPERIMENTAL),
    ("mad_over_time(m[5m])", "2.49", EXPERIMENTAL),
    ("info(m)", "2.55", EXPERIMENTAL),
    ("double_exponential_smoothing(m[5m], 0.5, 0.5)", "3.0", EXPERIMENTAL),
    ("ts_of_max_over_time(m[5m])", "3.5", EXPERIMENTAL),
    ("first_over_time(m[5m])", "3.7", EXPERIMENTAL),
    ('histogram_quantiles(m, "q", 0.5)', "3.11", EXPERIMENTAL),
    ("m > start()", "3.12", EXPERIMENTAL),
    ("m + fill(0) n", "3.10", "promql-binop-fill-modifiers"),
    ('{"a.b"}', "2.55", "utf8-names"),
    ("m @ 1", "2.25", "promql-at-modifier"),
]


@pytest.mark.parametrize(("text", "word", "before", "since"), SINCE)
def test_what_came_with_a_version(text: str, word: str, before: str, since: str) -> None:
    parse(text)
    (lack,) = lacks(text, Target.of(before))
    assert text[lack.start : lack.end] == word
    assert f"Prometheus {before} does not have" in lack.message
    assert lack.fix
    assert lacks(text, Target.of(since)) == ()


@pytest.mark.parametrize(("text", "version", "flag"), FLAGGED)
def test_what_needs_a_flag(text: str, version: str, flag: str) -> None:
    parse(text)
    (lack,) = lacks(text, Target.of(version))
    assert f"needs the flag {flag}" in lack.message
    assert f"--enable-feature={flag}" in lack.fix
    assert lacks(text, Target.of(version, [flag])) == ()


def test_what_is_gone() -> None:
    text = "holt_winters(m[5m], 0.5, 0.5)"
    assert lacks(text, Target.of("2.55")) == ()
    (lack,) = lacks(text, Target.of("3.0"))
    assert "double_exponential_smoothing" in lack.fix


@pytest.mark.parametrize(
    "text",
    [
        "fill + group",
        "sum by (info, limitk) (m)",
        'm{start="1",step="2m"} > 0x1d',
        "sum by (job) (rate(m[5m] offset 1h)) # info(m)",
        'label_replace(m, "a", "5m", "b", "info(.*)")',
        "m * 1e3 or info",
        "sum(m) by (on) > bool 1",
        "max_over_time(m[1h:5m])",
    ],
)
def test_what_only_looks_like_it(text: str) -> None:
    parse(text)
    assert lacks(text, Target.of("2.42")) == ()


@pytest.mark.engine
def test_promtool_agrees_about_its_own_version(tmp_path: Path) -> None:
    """The Prometheus of the tests is 2.42: what the table gives it, it takes, and nothing else."""
    target = Target.of("2.42")
    for text, *_ in [*SINCE, *FLAGGED]:
        if "(?<n>" in text:
            continue  # the dialect comes with the Go that a distribution builds with
        assert bool(lacks(text, target)) == bool(refusals([text], tmp_path)), text


def test_every_function_of_the_table_can_be_parsed() -> None:
    for name, feature in FUNCTIONS.items():
        assert feature.since >= (2, 0), name
        texts = (f"{name}()", f"{name}(m)", f"{name}(m[5m])", f"{name}(1, m)", f'{name}(m, "a")')
        more = (f"{name}(m, 1, 2)", f"{name}(m[5m], 1, 2)", f"{name}(1, 2, m)", f"m + {name}(1) m")
        assert any(_parses(text) for text in (*texts, *more, f'{name}(m, "a", 1)', f"{name}(1, 2)")), name


def _parses(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def found(text: str, target: Target | None) -> list[Diagnostic]:
    diagnostics = Diagnostics()
    check_expression(text, Known(None, {}, target=target), span=WHOLE, diagnostics=diagnostics)
    return list(diagnostics)


def test_a_run_reports_it_at_the_word() -> None:
    diagnostics = Diagnostics()
    check_expression(
        "sum(limitk(1, m))",
        Known(None, {}, target=Target.of("2.42")),
        span=WHOLE,
        diagnostics=diagnostics,
        place=lambda start, end: Span("rules.yaml", 1, start + 1, 1, end + 1),
    )
    (item,) = diagnostics
    assert (item.code, str(item.severity)) == ("promql/version", "error")
    assert (item.span.column, item.span.end_column) == (5, 11)
    assert found("sum(limitk(1, m))", None) == []


@pytest.mark.parametrize(
    ("text", "version"), [("rate(m[5m] smoothed)", "3.7"), ("rate(m[5m * 2])", "3.4"), ("m[1h:1m+1m]", "3.4")]
)
def test_what_the_parser_cannot_read(text: str, version: str) -> None:
    (old,) = found(text, Target.of("2.42"))
    assert (old.code, str(old.severity)) == ("promql/version", "error")
    flags = ["promql-extended-range-selectors", "promql-duration-expr"]
    (new,) = found(text, Target.of(version, flags))
    assert (new.code, str(new.severity)) == ("promql/unread", "warning")
    assert unreadable("m[5m", None) is None
