import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.promql.build import Matcher, Selector, quote
from generator.promql.error import PromQLError
from generator.promql.lexer import tokens
from generator.promql.parse import parse
from generator.promql.tokens import UnknownToken, parse_matcher, parse_selector, replace_tokens
from promql.strategies import LABELS, METRICS, TEXT

VALUES = {"window": "5m", "selector": 'a="b",c="d"', "service": '"reviews"', "threshold": "0.25"}


@given(TEXT)
def test_tokens_cover_the_text(text: str) -> None:
    if any(quote_mark in text for quote_mark in "\"'`"):
        text = quote(text)
    found = list(tokens(text))
    assert "".join(token.text for token in found) == text
    assert all(text[token.start : token.end] == token.text for token in found)


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("rate(x{$selector}[$window])", 'rate(x{a="b",c="d"}[5m])'),
        ("rate(x{$selector,e=$service}[$window:$window])", 'rate(x{a="b",c="d",e="reviews"}[5m:5m])'),
        ("x>$threshold", "x>0.25"),
        ("x # $service\n> $threshold", "x # $service\n> 0.25"),
        ('label_replace(x,"y","$1-$name","z","(.*)$")', 'label_replace(x,"y","$1-$name","z","(.*)$")'),
        ("x", "x"),
    ],
)
def test_tokens_are_replaced_where_they_stand_alone(text: str, replaced: str) -> None:
    assert replace_tokens(text, VALUES) == (replaced, [])
    parse(replaced)


@pytest.mark.parametrize(
    ("text", "culprit", "reason"),
    [
        ("x > $treshold", "$treshold", "unknown"),
        ("rate(x[$__rate_interval])", "$__rate_interval", "unknown"),
        ("rate(x[${window}])", "${window}", "unknown"),
        ("x + $", "$", "unknown"),
        ("rate(x[$windows])", "$windows", "unknown"),
        ('x{a="$service"}', "$service", "in string"),
        ("x{a='$service.svc'}", "$service", "in string"),
        ('x{a="\\"$service"}', "$service", "in string"),
        ("x$window", "$window", "joined"),
        ("1$threshold", "$threshold", "joined"),
        ("$threshold.5", "$threshold", "joined"),
        ("$service:rate5m", "$service", "joined"),
    ],
)
def test_what_is_not_replaced_is_told_with_its_place(text: str, culprit: str, reason: str) -> None:
    replaced, (unknown,) = replace_tokens(text, VALUES)
    assert replaced == text
    assert (text[unknown.start : unknown.end], unknown.reason) == (culprit, reason)
    assert unknown.name == culprit[1:]


def test_two_tokens_side_by_side_are_both_told() -> None:
    assert replace_tokens("$service$window", VALUES)[1] == [
        UnknownToken("service", 0, 8, "joined"),
        UnknownToken("window", 8, 15, "joined"),
    ]


@given(TEXT)
def test_a_value_is_not_searched_again(value: str) -> None:
    replaced, unknown = replace_tokens("x{a=$service,b=$other}", {"service": quote(value), "other": '"y"'})
    assert replaced == f'x{{a={quote(value)},b="y"}}'
    assert unknown == []


def test_an_unclosed_string_is_refused() -> None:
    with pytest.raises(PromQLError, match="unclosed string"):
        replace_tokens('$window "', VALUES)


@given(LABELS, st.sampled_from(["=", "!="]), TEXT)
def test_a_matcher_is_read_back(label: str, op: str, value: str) -> None:
    matcher = Matcher(label, op, value)  # type: ignore[arg-type]
    assert parse_matcher(str(matcher)) == matcher


@pytest.mark.parametrize(
    ("text", "matcher"),
    [
        ('code=~"5.."', Matcher("code", "=~", "5..")),
        (" code !~ '4..|5..' ", Matcher("code", "!~", "4..|5..")),
        (r"path=~`/\d+`", Matcher("path", "=~", r"/\d+")),
        ('host=~"[\\\\w-.]+"', Matcher("host", "=~", r"[\w-.]+")),
        ('by="x"', Matcher("by", "=", "x")),
    ],
)
def test_matchers_as_people_write_them(text: str, matcher: Matcher) -> None:
    assert parse_matcher(text) == matcher


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        'a="b"} or vector(1) #',
        'a="b"} #',
        'a="b"}[5m] offset 1d #',
        'a="b" # remark',
        'a="b",c="d"',
        'a="b",',
        ',a="b"',
        'a="b" or c="d"',
        'a=="b"',
        'a>"b"',
        "a=b",
        "a=5",
        "a=$service",
        'a="b',
        'a="b"c',
        '"a"="b"',
        'a:b="c"',
        '__name__="b"',
        '__name__=~".+"',
        'a=~"("',
        'a=~"(?!b)"',
        r'a="\q"',
        'a="b\nc"',
        'a="' + "x" * 20_000 + '"',
    ],
)
def test_what_is_not_one_matcher_is_refused(text: str) -> None:
    with pytest.raises(PromQLError):
        parse_matcher(text)


@given(
    METRICS, st.lists(st.builds(Matcher, LABELS, st.sampled_from(["=", "!="]), TEXT), max_size=3).map(tuple)
)
def test_a_selector_is_read_back(metric: str, items: tuple[Matcher, ...]) -> None:
    selector = Selector(metric, items)
    assert parse_selector(selector.render()) == selector


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        ("requests_total", Selector("requests_total")),
        (' requests_total { job="x", } ', Selector("requests_total", (Matcher("job", "=", "x"),))),
        ('{__name__="a",job=~"x|y"}', Selector("a", (Matcher("job", "=~", "x|y"),))),
        ("requests_total # remark", Selector("requests_total")),
    ],
)
def test_selectors_as_people_write_them(text: str, selector: Selector) -> None:
    assert parse_selector(text) == selector


@pytest.mark.parametrize(
    "text",
    [
        "rate(a[5m])",
        "a[5m]",
        "a offset 5m",
        "a @ 1700000000",
        "a @ start()",
        "(a)",
        "-a",
        "a + b",
        "sum(a)",
        "1",
        '"a"',
        '{job="x"}',
        '{__name__=~"a|b",job="x"}',
        '{"a.b"}',
        'a{"x.y"="z"}',
        "a[$window]",
        "a} or b{",
        "",
    ],
)
def test_what_is_not_a_plain_selector_is_refused(text: str) -> None:
    with pytest.raises(PromQLError):
        parse_selector(text)
