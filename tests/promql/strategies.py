"""Hypothesis strategies for expressions of our own."""

from decimal import Decimal

from hypothesis import strategies as st

from generator.promql import build

# Everything that a YAML file can hold, and what no file can: NUL and the other control characters.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LABELS = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name != "__name__")
METRICS = st.from_regex(r"[a-z_:][a-z0-9_:]{0,8}", fullmatch=True).filter(
    lambda name: name not in {"by", "on", "or", "and", "bool", "inf", "nan", "unless", "without", "offset"}
)
# `start` and `end` are functions inside `@` only, but the parser takes them as names of preprocessors.
METRICS = METRICS.map(lambda name: "m" + name)

MATCHERS = st.builds(build.Matcher, LABELS, st.sampled_from(["=", "!="]), TEXT)
SELECTORS = st.builds(build.Selector, METRICS, st.lists(MATCHERS, max_size=3).map(tuple))
NUMBERS = st.builds(build.Number, st.decimals(0, 10**9, places=3) | st.integers(0, 10**9))
COMPARISONS = st.sampled_from(["==", "!=", ">", ">=", "<", "<="])
OPERATORS = st.sampled_from(["+", "-", "*", "/", "%"]) | COMPARISONS
SET_OPERATORS = st.sampled_from(["or", "and", "unless"])


def _combined(inner: st.SearchStrategy[build.Expr]) -> st.SearchStrategy[build.Expr]:
    by = st.lists(LABELS, max_size=2, unique=True).map(tuple)
    on = st.none() | by
    return st.one_of(
        st.builds(build.Binary, inner, OPERATORS, inner, on),
        st.builds(build.Binary, inner, SET_OPERATORS, inner, on),
        st.builds(build.Binary, inner, COMPARISONS, inner, on, st.just(value=True)),
        st.builds(_read_repeatedly, inner, st.sampled_from([None, "1ms", "90s"])),
        st.builds(build.Aggregate, st.sampled_from(["sum", "max"]), inner, by),
        st.builds(lambda argument: build.Call("abs", (argument,)), inner),
    )


def _read_repeatedly(expression: build.Expr, offset: str | None) -> build.Expr:
    return build.Call("sum_over_time", (build.Subquery(expression, "5m", "1m", offset),))


# All of them vectors, so that every combination is valid PromQL.
VECTORS = st.recursive(SELECTORS, _combined, max_leaves=12)


def scaled(expression: build.Expr, factor: Decimal) -> build.Expr:
    """`expression` times a number, for cases that need both kinds of operand."""
    return build.Binary(expression, "*", build.Number(factor))
