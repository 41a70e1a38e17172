from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.promql import build
from generator.promql.build import (
    WINDOW,
    Aggregate,
    Binary,
    Call,
    Expr,
    Matcher,
    Number,
    Selector,
    Slot,
    Subquery,
    Template,
    Verbatim,
    bucket_matcher,
    bucket_spellings,
    either,
    equal,
    literal,
    number,
    quote,
    rate,
    regex_literal,
    total,
)
from generator.promql.lexer import unquote
from generator.promql.parse import parse
from generator.promql.regex import matches
from generator.promql.tree import matchers, metric_name, selectors
from promql.strategies import NUMBERS, TEXT, VECTORS


@given(TEXT)
def test_any_string_as_a_label_value_is_read_back_as_itself(value: str) -> None:
    text = Selector("m", (equal("a", value), equal("b", "after"))).render()
    (use,) = selectors(parse(text))
    assert use.matchers == (Matcher("a", "=", value), Matcher("b", "=", "after"))


@given(TEXT)
def test_a_quoted_string_is_one_line_and_unquotes_to_itself(value: str) -> None:
    quoted = quote(value)
    assert unquote(quoted) == value
    assert not any(character in quoted for character in "\0\n\r\t\ufffd")


@given(TEXT, TEXT)
def test_a_regex_literal_matches_its_text_and_nothing_else(value: str, other: str) -> None:
    pattern = regex_literal(value)
    assert matches(pattern, value)
    assert matches(pattern, other) == (value == other)
    (use,) = selectors(parse(Selector("m", (Matcher("a", "=~", pattern),)).render()))
    assert use.matchers == (Matcher("a", "=~", pattern),)


def _structure(node: object) -> object:
    """A parsed tree without parentheses, in the words of our own records."""
    match type(node).__name__:
        case "ParenExpr":
            return _structure(node.expr)
        case "BinaryExpr":
            matching = node.modifier.matching if node.modifier else None
            # The library reports a set operator without a modifier as `ignoring ()`.
            included = matching is not None and str(matching.type).endswith("Include")
            on = tuple(matching.labels) if included else None
            is_bool = node.modifier is not None and node.modifier.return_bool
            return (_structure(node.lhs), str(node.op), _structure(node.rhs), on, is_bool)
        case "SubqueryExpr":
            return ("subquery", _structure(node.expr), node.range, node.step, node.offset)
        case "AggregateExpr":
            by = tuple(node.modifier.labels) if node.modifier else ()
            return (str(node.op), _structure(node.expr), by)
        case "Call":
            return (node.func.name, *map(_structure, node.args))
        case "VectorSelector":
            return (metric_name(node), matchers(node))
        case "NumberLiteral":
            return float(node.val)
    raise AssertionError(node)


def _expected(expression: Expr) -> object:
    match expression:
        case Binary(left, operator, right, on, is_bool):
            return (_expected(left), operator, _expected(right), on, is_bool)
        case Subquery(inner, _, _, offset):
            back = {None: None, "1ms": timedelta(milliseconds=1), "90s": timedelta(seconds=90)}[offset]
            return ("subquery", _expected(inner), timedelta(minutes=5), timedelta(minutes=1), back)
        case Aggregate(operation, inner, by):
            return (operation, _expected(inner), by)
        case Call(name, arguments):
            return (name, *map(_expected, arguments))
        case Selector(metric, items):
            return (metric, items)
        case Number(value):
            return float(value)
    raise AssertionError(expression)


@given(VECTORS)
def test_rendering_keeps_the_structure(expression: Expr) -> None:
    assert _structure(parse(expression.render())) == _expected(expression)


@given(
    st.lists(st.tuples(st.sampled_from(["+", "-", "*", "/", "%"]), NUMBERS), min_size=1, max_size=6),
    st.data(),
)
def test_arithmetic_keeps_its_parentheses(steps: list[tuple[str, Number]], data: st.DataObject) -> None:
    expression: Expr = Number(1)
    for operator, operand in steps:
        flipped = data.draw(st.booleans())
        expression = (
            Binary(operand, operator, expression) if flipped else Binary(expression, operator, operand)
        )
    assert _structure(parse(expression.render())) == _expected(expression)


@given(VECTORS)
def test_a_verbatim_part_stays_one_operand(expression: Expr) -> None:
    combined = Binary(Verbatim(expression.render() + " # the user's remark"), "*", Number(2))
    assert _structure(parse(combined.render())) == (_expected(expression), "*", 2.0, None, False)


def test_a_raw_string_of_a_verbatim_part_is_not_indented() -> None:
    (use,) = selectors(parse(total(Verbatim("m{a=`x\ny`}")).render()))
    assert use.matchers == (equal("a", "x\ny"),)


def test_rendering_reads_well() -> None:
    requests = Selector("requests_total", (equal("job", 'a"b'), Matcher("code", "=~", "5..")), "5m")
    assert rate(requests).render() == 'rate(requests_total{job="a\\"b",code=~"5.."}[5m])'
    assert total(rate(requests), ("job", "pod")).render().startswith("sum by (job, pod) (rate(")
    assert total(either(Selector("a"), Selector("b"))).render() == "sum(\n  a\n  or\n  b\n)"
    assert Binary(Selector("a"), "-", Binary(Selector("b"), "-", Selector("c"))).render() == "a - (b - c)"
    assert Binary(Selector("a"), ">", Number(0), ("x",)).render() == "a > on (x) 0"
    compared = Binary(Binary(Selector("a"), "<=", Number(Decimal("Infinity"))), "<", Number(9), bool_=True)
    assert compared.render() == "(a <= Inf) < bool 9"
    assert Subquery(Selector("a"), "5m", "1m").render() == "a[5m:1m]"
    assert (
        Subquery(compared, WINDOW, "1m", "1ms").render() == f"({compared.render()})[{WINDOW}:1m] offset 1ms"
    )
    assert (
        Subquery(either(Selector("a"), Selector("b")), "5m", "1m").render() == "(\n  a\n  or\n  b\n)[5m:1m]"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.10"), "0.1"),
        (Decimal("1E+3"), "1000"),
        (Decimal("14.40"), "14.4"),
        (Decimal("0.000"), "0"),
        (Decimal(100), "100"),
        (Decimal("1E-7"), "0.0000001"),
        (0, "0"),
        (-5, "-5"),
        (Decimal("Infinity"), "Inf"),
        (Decimal("-Infinity"), "-Inf"),
    ],
)
def test_numbers_are_exact(value: Decimal | int, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize("name", ["", "1a", "a-b", 'a"', "a b", "a\n", "é"])
def test_names_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a label name"):
        str(equal(name, "x"))
    with pytest.raises(ValueError, match="not a metric name"):
        Selector(name).render()
    with pytest.raises(ValueError, match="not a label name"):
        total(Selector("a"), (name,)).render()
    with pytest.raises(ValueError, match="not a label name"):
        Binary(Selector("a"), "*", Selector("b"), (name,)).render()


# What Go prints for %g with the shortest digits, and `.0` on whole numbers: the spelling of Prometheus 3.
@pytest.mark.parametrize(
    ("bound", "spellings"),
    [
        ("0.5", ("0.5",)),
        ("0.005", ("0.005",)),
        ("1", ("1", "1.0")),
        ("250", ("250", "250.0")),
        ("2.50", ("2.5",)),
        ("600000", ("600000", "600000.0")),
        ("1000000", ("1000000", "1e+06")),
        ("1800000", ("1800000", "1.8e+06")),
        ("0.00001", ("0.00001", "1e-05")),
        ("1234567.5", ("1234567.5", "1.2345675e+06")),
        ("1e21", ("1000000000000000000000", "1e+21")),
    ],
)
def test_bucket_spellings(bound: str, spellings: tuple[str, ...]) -> None:
    assert bucket_spellings(Decimal(bound)) == spellings
    matcher = bucket_matcher(Decimal(bound))
    others = ["25", "25000", "2500", "1", "10", "0a5", "1e06", "1800000.0", "+Inf"]
    for text in {*spellings, *others}:
        selected = text == matcher.value if matcher.op == "=" else matches(str(matcher.value), text)
        assert selected == (text in spellings), text


@given(st.floats(0, 1e300, allow_subnormal=False).map(lambda bound: Decimal(repr(bound))))
def test_every_spelling_of_a_bucket_is_its_number(bound: Decimal) -> None:
    assert {Decimal(text) for text in bucket_spellings(bound)} == {bound}


def test_a_bucket_is_a_finite_number() -> None:
    with pytest.raises(ValueError, match="finite"):
        bucket_spellings(Decimal("Infinity"))


@given(TEXT, TEXT, st.decimals(0, 1000, places=4))
def test_filling_a_template_is_rendering_with_the_literals(name: str, code: str, factor: Decimal) -> None:
    def expression(name: str | Slot, window: str | Slot, factor: Decimal | Slot) -> Expr:
        selector = Selector("m", (equal("name", name), Matcher("code", "!=", code)), window)
        return Binary(total(rate(selector), ("name",)), ">", Number(factor))

    template = Template.of(expression(Slot("name"), WINDOW, Slot("factor")))
    assert template.slots == {"name", "window", "factor"}
    literals = {"name": literal(name), "window": "5m", "factor": literal(factor)}
    assert template.fill(literals) == expression(name, "5m", factor).render()


def test_a_template_misses_no_literal() -> None:
    with pytest.raises(KeyError):
        Template.of(Selector("m", (), WINDOW)).fill({})


def test_expressions_are_hashable_values() -> None:
    assert len({build.Selector("a", (equal("b", "c"),)), build.Selector("a", (equal("b", "c"),))}) == 1
