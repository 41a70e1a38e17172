"""Whatever an expression or a catalogue holds, the checks say something or nothing, and never fail."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.diagnostics import Diagnostic, Diagnostics, Span
from generator.promql import lexer
from generator.promql.checks import CHECKS, Known, check_expression
from generator.promql.codes import CODES
from generator.promql.limits import MAX_LENGTH
from promql.catalogues import load, shop
from promql.corpus import known_to_them, lines
from promql.test_faults import FAULTS

WORDS = sorted(
    {
        token.text
        for text in [*(line.expression for line in lines()), *(fault.expression for fault in FAULTS)]
        for token in lexer.tokens(text)
    }
)
TEXTS = [line.expression for line in lines()]
NAMES = st.sampled_from(["a", "b_total", "c_bucket", "c_sum", "c_count", "up", "c", "d:e"])
LABELS = st.sampled_from(["x", "y", "le", "reporter", "quantile", "code"])
VALUES = st.sampled_from(["", "source", "destination", "1", "+Inf", "a", ".*", "(", "0.5", "\u2028"])


def judged(text: str, known: Known) -> list[Diagnostic]:
    """The findings, each of which must have its place in the text."""
    diagnostics = Diagnostics()

    def place(start: int, end: int) -> Span:
        assert 0 <= start <= end <= len(text)
        return Span("a", 1, start + 1, 1, end + 1)

    check_expression(text, known, span=Span("a", 1, 1, 1, 1), diagnostics=diagnostics, place=place)
    found = list(diagnostics)
    assert {item.code for item in found} <= CODES.keys()
    assert all(item.cause and item.fix and item.span for item in found if item.code in CHECKS)
    return found


@cache
def everything() -> Known:
    return known_to_them()


@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_any_words(words: list[str]) -> None:
    judged(" ".join(words), everything())


@given(st.sampled_from(TEXTS), st.integers(0, 400), st.sampled_from(WORDS), st.integers(0, 3))
@settings(max_examples=400)
def test_sound_expressions_with_a_word_exchanged(text: str, at: int, word: str, length: int) -> None:
    tokens = [token.text for token in lexer.tokens(text)]
    at %= len(tokens)
    judged("".join([*tokens[:at], word, *tokens[at + length :]]), everything())


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    judged(text, everything())


MATCHERS = st.builds(
    lambda label, op, value: f"{label}{op}{json.dumps(value)}",
    LABELS,
    st.sampled_from(["=", "!=", "=~", "!~"]),
    VALUES,
)
SELECTORS = st.builds(
    lambda name, matchers: f"{name}{{{','.join(matchers)}}}", NAMES, st.lists(MATCHERS, max_size=3)
)
LISTS = st.lists(LABELS, max_size=3).map(", ".join)
BINARY = [
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "==",
    "!=",
    ">",
    "<",
    ">=",
    "<=",
    "and",
    "or",
    "unless",
    "atan2",
    "> bool",
]
AGGREGATIONS = ["sum", "avg", "min", "max", "count", "group", "stddev", "topk", "quantile", "count_values"]
FUNCTIONS = [
    *("rate", "increase", "delta", "deriv", "avg_over_time", "sum_over_time", "changes", "absent_over_time"),
    *("abs", "ceil", "round", "sqrt", "exp", "sgn", "timestamp", "sort", "absent", "hour", "histogram_avg"),
]
RANGED = FUNCTIONS[:8]


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    numbers = st.sampled_from(["0", "1", "-1", "0.99", "99", "1e308", "NaN", "-Inf", "time()"])
    parameters = {"topk": "2, ", "quantile": "0.5, ", "count_values": '"v", '}
    return st.one_of(
        st.builds(
            lambda op, by, labels, arg: f"{op} {by} ({labels}) ({parameters.get(op, '')}{arg})",
            st.sampled_from(AGGREGATIONS),
            st.sampled_from(["by", "without"]),
            LISTS,
            inner,
        ),
        st.builds(
            lambda name, arg: f"{name}(({arg})[5m:1m])" if name in RANGED else f"{name}({arg})",
            st.sampled_from(FUNCTIONS),
            inner,
        ),
        st.builds(lambda phi, arg: f"histogram_quantile({phi}, {arg})", numbers, inner),
        st.builds(
            lambda arg, label, source: f'label_replace({arg}, "{label}", "$1", "{source}", "(.*)")',
            inner,
            LABELS,
            LABELS,
        ),
        st.builds(lambda left, op, right: f"({left}) {op} ({right})", inner, st.sampled_from(BINARY), inner),
        st.builds(
            lambda left, op, right: f"({left}) {op} {right}", inner, st.sampled_from(BINARY[:12]), numbers
        ),
        st.builds(
            lambda left, op, on, labels, group, include, right: (
                f"({left}) {op} {on} ({labels}) {group} ({include}) ({right})"
                if group
                else f"({left}) {op} {on} ({labels}) ({right})"
            ),
            inner,
            st.sampled_from(BINARY[:12]),
            st.sampled_from(["on", "ignoring"]),
            LISTS,
            st.sampled_from(["", "group_left", "group_right"]),
            LISTS,
            inner,
        ),
    )


EXPRESSIONS = st.recursive(SELECTORS, _larger, max_leaves=8)
DOMAINS = st.fixed_dictionaries(
    {"values": st.lists(VALUES, max_size=4, unique=True)},
    optional={"closed": st.just(True)},  # noqa: FBT003
)
METRICS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["counter", "gauge", "histogram", "summary", "gaugehistogram", "info", "stateset", "unknown"]
        )
    },
    optional={
        "labels": st.lists(st.lists(LABELS, max_size=4, unique=True), min_size=1, max_size=3),
        "unit": st.sampled_from(["seconds", "milliseconds", "bytes", "requests", ""]),
        "buckets": st.lists(st.floats(0, 100).map(lambda x: round(x, 3)), min_size=1, unique=True).map(
            sorted
        ),
        "native": st.booleans(),
        "inferred": st.booleans(),
    },
)
CATALOGUES = st.fixed_dictionaries(
    {"metrics": st.dictionaries(st.sampled_from(["a", "b_total", "c", "up"]), METRICS)},
    optional={
        "values": st.dictionaries(LABELS, DOMAINS),
        "server": st.fixed_dictionaries(
            {}, optional={"scrapeInterval": st.sampled_from(["15s", "10m", "x"])}
        ),
    },
)


@given(CATALOGUES, st.lists(EXPRESSIONS, min_size=1, max_size=4))
@settings(max_examples=300)
def test_any_expression_against_any_catalogue(catalogue: dict[str, object], texts: list[str]) -> None:
    text = json.dumps(
        {"apiVersion": "sightline/v1", "kind": "Catalogue", "metadata": {"name": "x"}, **catalogue}
    )
    loaded, _ = load(text)
    known = Known(loaded, {"d:e": frozenset({"x"})})
    for expression in texts:
        judged(expression, known)


HUGE = {
    "nested calls": "abs(" * 10_000 + "up" + ")" * 10_000,
    "nested parentheses": "(" * 10_000 + "up" + ")" * 10_000,
    "a long sum": " + ".join(["up"] * 10_000),
    "a megabyte of text": "up" + " " * 1_000_000,
    "a megabyte of a string": f'up{{a="{"x" * 1_000_000}"}}',
    "a megabyte of brackets": "[" * 1_000_000,
    "signs": "-" * 15_000 + "up",
    "just too long": "a" * (MAX_LENGTH + 1),
}


@pytest.mark.parametrize("what", HUGE)
def test_what_is_too_large_is_a_finding(what: str) -> None:
    diagnostics = Diagnostics()
    check_expression(HUGE[what], Known(shop(), {}), span=Span("a", 1, 1, 1, 2), diagnostics=diagnostics)
    assert [item.code for item in diagnostics] == ["promql/too-large"]


def test_what_is_just_small_enough_is_judged() -> None:
    deep = "abs(" * 100 + "up" + ")" * 100
    assert judged(deep, Known(shop(), {})) == []
    assert judged(" + ".join(["up"] * 200), Known(shop(), {})) == []
