"""Every part of an expression knows where it stands, and carets stand there in YAML of every style."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostics, Span
from generator.documents import Scalar, Source, parse, place_in_scalar
from generator.promql.build import Expr
from generator.promql.checks import Known, check_expression
from generator.promql.flow.nodes import (
    Aggregation,
    Binary,
    Call,
    Negation,
    Node,
    Number,
    Selector,
    Subquery,
    Text,
    operands,
)
from generator.promql.flow.read import read
from generator.promql.lexer import unquote
from promql.catalogues import shop
from promql.corpus import lines
from promql.strategies import VECTORS

EXPRESSIONS = [line.expression for line in lines()]
UNUSUAL = [
    "-foo", "- - foo", "+foo", "1 - -1", "- 1 ^ 2", "(((foo)))", "sum (foo) BY (a, b,)",
    "SUM without () (foo)",
    "topk by (x) (3, foo{a='b',})", "a * on (x) group_left (y, z) b", "a > bool on () group_right () b",
    "foo[5m] offset -5m", "foo @ 1600000000 offset 1h", "foo @ end()", "rate(foo[5m:1m] offset 1w)[1h:]",
    "sum_over_time((a + b)[5m:30s] @ start())", '{__name__="foo"}', '{"a.b", c!="d"}', '{"a.b"}',
    'foo{"x.y"="z"}',
    "sum by (\"l.x\") (foo)", "Inf + NaN", "foo and ignoring (x) bar unless on (y) baz or qux",
    "time() - 0x1F",
    "label_replace(foo, 'a', `$1`, \"b\", '(.*)')", "a # comment ( with ' quotes\n + b",
    "count_values('v', a)",
    "a == bool (b + c) * d", "a == bool on (x) (b)",
    "sum(sum) by (sum)", "offset offset 5m", "-(-(a))", "quantile(-0.5, a)", "clamp(a, -1, +1)",
]  # fmt: skip


def parts(node: Node) -> list[Node]:
    return [node, *(found for operand in operands(node) for found in parts(operand))]


def assert_in_place(node: Node, text: str) -> None:
    """The words at a node's place are the node's."""
    words = text[slice(*node.at)]
    match node:
        case Number():
            assert node.value is not None
            signed = float(words.replace(" ", "").replace("0x1F", "31").lstrip("+-")) if words else None
            assert abs(node.value) == signed or node.value != node.value
        case Text():
            assert unquote(words) == node.value
        case Selector():
            assert (unquote(words) if words[0] in "\"'" else words) == node.metric or words[0] == "{"
            for matcher in node.matchers:
                label = text[slice(*matcher.label_at)]
                assert (unquote(label) if label[0] in "\"'" else label) == matcher.label
                assert unquote(text[slice(*matcher.value_at)]) == matcher.value
        case Call():
            assert words == node.name
        case Aggregation():
            assert words.lower() == node.operation
        case Binary():
            assert words.lower() == node.operator
        case Negation():
            assert words == "-"
        case Subquery():
            assert words.startswith("[")
    for name in getattr(node, "labels", ()) + getattr(node, "include", ()):
        label = text[slice(*name.at)]
        assert (unquote(label) if label[0] in "\"'" else label) == name.name


@pytest.mark.parametrize("text", [*EXPRESSIONS, *UNUSUAL])
def test_each_part_stands_where_it_says(text: str) -> None:
    for node in parts(read(text)):
        assert_in_place(node, text)


@given(VECTORS)
def test_each_part_of_any_expression_stands_where_it_says(expression: Expr) -> None:
    text = expression.render()
    for node in parts(read(text)):
        assert_in_place(node, text)


QUERY = "sum by (jbo) (rate(requests_total{mehtod='GET'}[5m])) and up > 1"
LONG = "sum by (jbo) (\n  rate(requests_total{mehtod='GET'}[5m])\n)\n  and\n\nup > 1  # never"
WORDS = {"jbo", "mehtod", ">"}


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def block(header: str, text: str, indent: int) -> str:
    return header + "\n" + textwrap.indent(text, " " * indent)


STYLES = {
    "plain": lambda text, indent: (
        text.replace("\n", "\n" + " " * indent) if "#" not in text else quoted(text)
    ),
    "single": lambda text, indent: "'" + text.replace("'", "''").replace("\n", "\n\n" + " " * indent) + "'",
    "double": lambda text, indent: quoted(text),
    "double over lines": lambda text, indent: quoted(text).replace(" and", " \\\n" + " " * indent + "and"),
    "literal": lambda text, indent: block("|", text, indent),
    "literal stripped": lambda text, indent: block("|-", text, indent),
    "literal kept": lambda text, indent: block("|+", text, indent),
    "folded": lambda text, indent: block(">", text.replace("  # never", ""), indent),
    "folded stripped": lambda text, indent: block(">-", text.replace("  # never", ""), indent),
    "literal with a remark": lambda text, indent: block("|- # a remark", text, indent),
}


@pytest.mark.parametrize("indent", [2, 4, 7])
@pytest.mark.parametrize("text", [QUERY, LONG], ids=["one line", "several lines"])
@pytest.mark.parametrize("style", STYLES)
def test_carets_stand_under_the_word_in_every_style_of_yaml(style: str, text: str, indent: int) -> None:
    source = Source("a.yaml", f"# sums\nrules:\n- expr: {STYLES[style](text, indent + 2)}\n  for: 5m\n")
    diagnostics = Diagnostics()
    (document,) = parse(source, diagnostics)
    assert list(diagnostics) == []
    scalar = document.root.get("rules").items[0].get("expr")
    assert isinstance(scalar, Scalar)

    def place(start: int, end: int) -> Span:
        return place_in_scalar(scalar, source, start, end)

    known = Known(shop(), {})
    check_expression(scalar.text, known, span=scalar.span, diagnostics=diagnostics, place=place)
    rows = source.text.splitlines()
    spans = [item.span for item in diagnostics]
    assert {rows[at.line - 1][at.column - 1 : at.end_column - 1] for at in spans if at} == WORDS


@given(
    st.sampled_from(EXPRESSIONS), st.integers(0, 200), st.sampled_from([" ", "\n", "\t", " # x\n", "  \n "])
)
def test_spaces_and_comments_move_places_along(text: str, where: int, space: str) -> None:
    blanks = [index for index, character in enumerate(text) if character == " "]
    inside = [
        index for index in blanks if text[:index].count('"') % 2 == 0 and text[:index].count("`") % 2 == 0
    ]
    if not inside:
        return
    at = inside[where % len(inside)]
    moved = text[:at] + space + text[at + 1 :]
    for node in parts(read(moved)):
        assert_in_place(node, moved)
