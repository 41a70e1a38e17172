"""What a tree of the parser holds: its parts, its type, and its selectors in our own terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from generator.promql.build import Matcher, MatchOp
from generator.promql.duration import Duration
from generator.promql.regex import decoded

Expr = Any  # promql_parser's nodes: an extension without a common base class at run time


def children(node: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside `node`."""
    match type(node).__name__:
        case "BinaryExpr":
            return (node.lhs, node.rhs)
        case "Call":
            return tuple(node.args)
        case "AggregateExpr":
            return (node.expr,) if node.param is None else (node.param, node.expr)
        case "UnaryExpr" | "ParenExpr" | "SubqueryExpr":
            return (node.expr,)
        case "MatrixSelector":
            return (node.vector_selector,)
    return ()


ValueType = Literal["vector", "scalar", "matrix", "string"]


def value_type(node: Expr) -> ValueType:
    """What an expression yields, in Prometheus' own words; `matrix` is a range of samples."""
    match type(node).__name__:
        case "StringLiteral":
            return "string"
        case "MatrixSelector" | "SubqueryExpr":
            return "matrix"
        case "ParenExpr" | "UnaryExpr":
            return value_type(node.expr)
        case "Call":
            scalar = str(node.func.return_type).endswith("Scalar")
        case "BinaryExpr":
            scalar = value_type(node.lhs) == value_type(node.rhs) == "scalar"
        case other:
            scalar = other == "NumberLiteral"
    return "scalar" if scalar else "vector"


@dataclass(frozen=True, slots=True)
class SelectorUse:
    """A series selector where it stands.

    `metric` is None where the selector names none; `matchers` are those of other labels than `__name__`, and
    of `__name__` where it is not simply equal to something. `range` is None for an instant selector;
    `functions` are the functions and aggregations around it, outermost first.
    """

    metric: str | None
    matchers: tuple[Matcher, ...]
    range: Duration | None
    functions: tuple[str, ...]


def selectors(expr: Expr) -> Iterator[SelectorUse]:
    """Every selector of a tree, in the order of the text."""
    found: list[SelectorUse] = []
    _collect(expr, None, (), found)
    return iter(found)


def _collect(node: Expr, span: Duration | None, functions: tuple[str, ...], found: list[SelectorUse]) -> None:
    kind = type(node).__name__
    if kind == "VectorSelector":
        found.append(SelectorUse(metric_name(node), matchers(node), span, functions))
        return
    if kind == "MatrixSelector":
        span = Duration(node.range // timedelta(milliseconds=1))
    elif kind == "Call":
        functions += (node.func.name,)
    elif kind == "AggregateExpr":
        functions += (str(node.op),)
    for child in children(node):
        _collect(child, span, functions, found)


def metric_name(node: Expr) -> str | None:
    """The metric that a vector selector names, in whichever way, or None."""
    if node.name is not None:
        return str(node.name)
    names = [matcher.value for matcher in matchers(node, names=True) if _is_name(matcher)]
    return str(names[0]) if len(names) == 1 else None


def matchers(node: Expr, *, names: bool = False) -> tuple[Matcher, ...]:
    """A vector selector's matchers as ours; `__name__="..."` only with `names`."""
    found = []
    for matcher in node.matchers.matchers:
        op = _match_op(str(matcher.op))
        value = matcher.value if op in {"=", "!="} else decoded(matcher.value)
        found.append(Matcher(matcher.name, op, value))
    return tuple(found) if names else tuple(matcher for matcher in found if not _is_name(matcher))


def _is_name(matcher: Matcher) -> bool:
    return matcher.label == "__name__" and matcher.op == "="


def _match_op(name: str) -> MatchOp:
    ops: dict[str, MatchOp] = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
    return ops[name.removeprefix("MatchOp.")]
