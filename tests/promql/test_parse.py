import contextlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.promql.build import Matcher, quote
from generator.promql.duration import Duration
from generator.promql.error import PromQLError
from generator.promql.parse import parse
from generator.promql.tree import SelectorUse, selectors, value_type
from promql.strategies import TEXT


def uses(text: str) -> list[SelectorUse]:
    return list(selectors(parse(text)))


def test_selectors_stand_in_order_with_what_is_around_them() -> None:
    text = 'sum(rate(a{x="1"}[5m])) / max_over_time(b[1h:1m]) > on (job) quantile(0.9, {__name__="c:d"})'
    assert uses(text) == [
        SelectorUse("a", (Matcher("x", "=", "1"),), Duration(300_000), ("sum", "rate")),
        SelectorUse("b", (), None, ("max_over_time",)),
        SelectorUse("c:d", (), None, ("quantile",)),
    ]


@pytest.mark.parametrize(
    "text", ['m{a="b"}', '{__name__="m",a="b"}', '{"m",a="b"}', "{'m', a='b',}", "m{a=`b`} # c"]
)
def test_a_metric_is_named_in_any_way(text: str) -> None:
    assert uses(text) == [SelectorUse("m", (Matcher("a", "=", "b"),), None, ())]


@pytest.mark.parametrize("text", ['{a="b"}', '{__name__=~"a|b"}', '{__name__="a",__name__="b"}'])
def test_a_selector_may_name_no_metric(text: str) -> None:
    assert [use.metric for use in uses(text)] == [None]


# Prometheus reads strings by Go's rules; the parser's own differ for raw strings and bytes.
@pytest.mark.parametrize(
    ("literal", "value"),
    [
        (r"`\d+`", r"\d+"),
        ("`a\nb`", "a\nb"),
        (r'"\x41\101\u00e9\U0001F600\a\t"', "AAé😀\a\t"),
        (r'"\xc3\xa9"', "é"),
        (r"'it\'s'", "it's"),
        (r'"\\d"', r"\d"),
        ("'\"'", '"'),
        ('"# no comment"', "# no comment"),
    ],
)
def test_strings_mean_what_prometheus_reads(literal: str, value: str) -> None:
    assert uses(f"m{{a={literal}}}")[0].matchers == (Matcher("a", "=", value),)


# Valid in RE2 and not in the parser's own dialect, and the other way round (docs of google/re2, "Syntax").
@pytest.mark.parametrize("pattern", [r"[\w-.]+", "{{x}}", r"\Qa.b\E", r"\0", "(" * 300 + "a" + ")" * 300])
def test_a_regex_is_judged_by_re2(pattern: str) -> None:
    text = f'a{{b=~{quote(pattern)}}} + rate(c{{d!~{quote(pattern)},e=~"5.."}}[5m])'
    first, second = uses(text)
    assert first.matchers == (Matcher("b", "=~", pattern),)
    assert second.matchers == (Matcher("d", "!~", pattern), Matcher("e", "=~", "5.."))


@pytest.mark.parametrize(
    "pattern", ["a**", "[a--b]", r"\u0041", "(?x)a b", "a{1001}", "(?=x)", r"(a)\1", "(", "a)(b"]
)
def test_a_regex_that_is_not_re2_is_refused_at_its_place(pattern: str) -> None:
    quoted = quote(pattern)
    with pytest.raises(PromQLError, match="invalid regular expression") as caught:
        parse(f"a{{b=~{quoted}}}")
    assert (caught.value.start, caught.value.end) == (5, 5 + len(quoted))


def test_a_regex_that_matches_nothing_at_all_cannot_stand_alone() -> None:
    for text in ('{b=~".*"}', r'{b=~"[\\w-.]*"}', '{a=""}', "{}"):
        with pytest.raises(PromQLError, match="at least one non-empty matcher"):
            parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no expression"),
        ("# only a remark", "no expression"),
        ("a b", "not a PromQL expression"),
        ("rat(a[5m])", "unknown function with name 'rat'"),
        ("rate(a)", "expected type matrix"),
        ("sum(a", "unclosed left parenthesis"),
        ('a{b="c', "unclosed string"),
        ('a{b="c\nd"}', "unclosed string"),
        (r'a{b="\q"}', "unknown escape"),
        (r'a{b="\ud800"}', "unknown escape"),
        (r'a{b="\xff"}', "not valid UTF-8"),
        ('a{b="c" or d="e"}', "`or` between matchers"),
        ('x or sum(a{or="c" or d="e"})', "`or` between matchers"),
        ("a[300y]", "out of range"),
        ("a[1e20]", "out of range"),
        ("a[5m:1e20]", "out of range"),
        ("a offset -1e20", "out of range"),
        ("a offset 3000000y", "out of range"),
        ("a @ 1e30", "out of range"),
        ("a * 1e309", "beyond the numbers"),
        ("a offset -NaN", "no duration"),
        ("a offset Inf", "no duration"),
        ("x" * 20_001, "20000 is the limit"),
        ("+".join("a" * 202), "200 is the limit"),
        (" or ".join("a" * 202), "200 is the limit"),
        ("-" * 201 + "a", "200 is the limit"),
        ("(" * 101 + "a" + ")" * 101, "nested more than 100"),
        ("abs(" * 101 + "a" + ")" * 101, "nested more than 100"),
        ('a{__name__="b"}', "must not be set twice"),
    ],
)
def test_what_prometheus_or_the_parser_cannot_take_is_refused(text: str, message: str) -> None:
    with pytest.raises(PromQLError, match=message):
        parse(text)


@pytest.mark.parametrize("text", ['a{or="b"} or c', "vector(1e30)", "a[100y]", "a @ 1700000000", "a * 1e300"])
def test_what_looks_like_it_is_taken(text: str) -> None:
    parse(text)


def test_a_function_that_only_prometheus_2_has() -> None:
    assert uses("holt_winters(a[5m], 0.5, 0.5)")[0].functions == ("holt_winters",)


# The largest and deepest that the caps let through, on the smallest main stack of any platform (1 MB).
_AT_THE_CAPS = """
import threading
from generator.promql.parse import parse
from generator.promql.tree import selectors

def unary(count): return "-" * count + "a"
TEXTS = [
    "+".join("a" * 201),
    " or ".join("a" * 201),
    "^".join("a" * 201),
    unary(200),
    "(" * 100 + "a" + ")" * 100,
    "sum(" * 100 + "a" + ")" * 100,
    "max_over_time(" * 99 + "a" + "[1m:1m])" * 99,
    "a+(" * 100 + "+".join("a" * 101) + ")" * 100,
    "-(-" * 100 + "a" + ")" * 100,
    "(" * 20_000,
    "{" * 20_000,
    "[" * 20_000,
    "a{" + ",".join(['b="c"'] * 2_000) + "}",
    'label_join(a,"x","y"' + ',"z"' * 4_000 + ")",
    "sum by (" + ",".join("a" * 9_000) + ") (a)",
    'a{b=~"' + "a|" * 9_000 + '"}',
    "a" + " offset 5m" * 1_900,
]

def run():
    for text in TEXTS:
        try:
            list(selectors(parse(text)))
        except ValueError as error:
            print("refused", error)
        else:
            print("parsed")

threading.stack_size(1_048_576)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""


def test_nothing_under_the_caps_ends_the_process() -> None:
    result = subprocess.run([sys.executable, "-c", _AT_THE_CAPS], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert len(lines) == 17
    assert lines[:9] == ["parsed"] * 9


_WORDS = "a sum rate ( ) { } [5m] [ ] 'x' \" ` = =~ by or - 1 1e400 @ offset 5m $x # , : \\ é bool Inf 1y 0x"
_FRAGMENTS = st.sampled_from([*_WORDS.split(), "\n", "\0"])


@given(st.lists(_FRAGMENTS, max_size=25).map("".join) | TEXT)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with contextlib.suppress(PromQLError):
        list(selectors(parse(text)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a", "vector"),
        ("-(a)", "vector"),
        ("a + 1", "vector"),
        ("sum(a)", "vector"),
        ("vector(1)", "vector"),
        ("rate(a[5m])", "vector"),
        ("1", "scalar"),
        ("-(1)", "scalar"),
        ("time() - scalar(a)", "scalar"),
        ("1 > bool 0", "scalar"),
        ("a[5m]", "matrix"),
        ("(a)[5m:1m]", "matrix"),
        ("'a'", "string"),
    ],
)
def test_what_an_expression_yields(text: str, kind: str) -> None:
    assert value_type(parse(text)) == kind
