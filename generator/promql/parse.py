"""PromQL text to the parser's tree, made safe and brought to Prometheus' own meaning.

promql-parser is Rust and trusts its input: deep or long expressions overflow its stack, which ends the
process, and durations out of range panic. So everything is capped before. It also reads raw strings and byte
escapes differently from Prometheus and compiles label regexes in another dialect; strings are therefore
rewritten in one plain form first, and RE2 decides about regexes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from types import ModuleType
from typing import Any, Literal

from generator.promql import lexer
from generator.promql.build import Matcher, MatchOp, quote
from generator.promql.duration import Duration
from generator.promql.error import PromQLError
from generator.promql.lexer import Token, unquote
from generator.promql.regex import compile_regex

__all__ = [
    "PromQLError",
    "SelectorUse",
    "children",
    "matchers",
    "metric_name",
    "parse",
    "parse_tokens",
    "selectors",
    "value_type",
]

MAX_LENGTH = 20_000
MAX_NESTING = 100
# The parser's recursion takes about 2 kB of stack for each operator and 4 kB for each bracket (measured with
# promql-parser 0.12). Both caps together stay under 1 MB, the smallest main stack of any platform.
MAX_OPERATORS = 200

Expr = Any  # promql_parser's nodes: an extension without a common base class at run time

_WORD_OPERATORS = frozenset({"and", "or", "unless", "atan2"})
_NOT_OPERATORS = frozenset({"=", "=~", "!~"})
_DURATION_PLACES = frozenset({"[", "[:", "offset", "@"})
_BEFORE_SIGN = frozenset({"", "(", ",", "bool", *"+-*/%^<>", "==", "!=", "<=", ">="})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_MAX_SECONDS = 9_223_372_036  # Prometheus keeps durations as 64 bits of nanoseconds
_MAX_TIME = 9_223_372_036_854_775_000  # and refuses times of 64 bits and more, which it takes for seconds
_DURATION = re.compile(r"([0-9]+)(ms|[smhdwy])")
_UNIT_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_ZEROS = re.compile(r"0+[1-9][0-9]*(?:\.[0-9]*)?[eE][-+]?[0-9]+")  # sound, and refused by the parser
_UNKNOWN_FUNCTION = re.compile(r"unknown function with name '(\w+)'")
# Marks a regex that Prometheus takes and promql-parser does not: in the tree it is this and its hex digits.
_ENCODED = "\ue000re2:"


@cache
def _library() -> ModuleType:
    """promql_parser, loaded at the first expression."""
    import promql_parser  # not needed by most commands

    # Prometheus 2 has it, Prometheus 3 calls it double_exponential_smoothing.
    kinds = promql_parser.ValueType
    arguments = [kinds.Matrix, kinds.Scalar, kinds.Scalar]
    holt_winters = promql_parser.Function("holt_winters", arguments, kinds.Vector)
    promql_parser.register_extra_functions([holt_winters])
    return promql_parser


def parse(text: str) -> Expr:
    """The tree of a PromQL expression.

    Raises PromQLError for what Prometheus would refuse and for what is too large to be parsed safely. A regex
    may stand encoded in the tree: read matchers with `matchers` or `selectors`. Never print a tree: the
    library's `str` is lossy.
    """
    return parse_tokens(text)[0]


def parse_tokens(text: str) -> tuple[Expr, list[Token]]:
    """What `parse` gives, and all tokens of the text: in the same order, so they tell the tree's places."""
    if len(text) > MAX_LENGTH:
        msg = f"the expression has {len(text)} characters; {MAX_LENGTH} is the limit"
        raise PromQLError(msg)
    tokens = list(lexer.tokens(text))
    _check_size(tokens)
    try:
        tree = _parse(_normalised(tokens, encode=False))
    except PromQLError as error:
        if not error.message.startswith("illegal regex"):
            raise _placed(error, tokens) from None
        tree = _parse(_normalised(tokens, encode=True))
    if any(token.text == "or" for token in tokens):
        _refuse_or_matchers(tree)
    _check_plus(tokens)
    return tree, tokens


def _parse(text: str) -> Expr:
    try:
        return _library().parse(text)
    except ValueError as error:
        msg = str(error).replace("invalid promql query", "not a PromQL expression")
        raise PromQLError(msg) from None
    except BaseException as error:
        # A panic of the Rust code, which its binding does not derive from Exception.
        if type(error).__name__ != "PanicException":
            raise
        msg = f"not a PromQL expression: {error}"
        raise PromQLError(msg) from None


def _placed(error: PromQLError, tokens: list[Token]) -> PromQLError:
    """The parser's complaint with a place, where its words tell one."""
    function = _UNKNOWN_FUNCTION.search(error.message)
    if error.start is not None or (function is None and "unclosed left" not in error.message):
        return error
    open_: list[Token] = []
    for token in tokens:
        if function and token.kind == lexer.NAME and token.text == function[1]:
            return PromQLError(error.message, token.start, token.end)
        if token.kind == lexer.BRACKET and token.text in _OPENING:
            open_.append(token)
        elif token.kind == lexer.BRACKET and open_:
            open_.pop()
    return PromQLError(error.message, open_[-1].start, open_[-1].end) if open_ and not function else error


def _check_plus(tokens: list[Token]) -> None:
    """Refuse a plus before a range or a string: the parser drops every plus that is a sign, unread.

    It reads a minus, and judges it as Prometheus does both.
    """
    before = ""
    signs = set()
    for token in tokens:
        if token.kind in {lexer.SPACE, lexer.COMMENT}:
            continue
        if token.text == "+" and (before in _BEFORE_SIGN or before in _WORD_OPERATORS):
            signs.add(token)
        before = token.text
    if signs:
        changed = [token._replace(text="-") if token in signs else token for token in tokens]
        try:
            _parse(_normalised(changed, encode=True))
        except PromQLError as error:
            sign = min(signs, key=lambda token: token.start)
            raise PromQLError(error.message, sign.start, sign.end) from None


def _check_size(tokens: list[Token]) -> None:
    """Refuse what would overflow the parser's stack or panic."""
    depth = operators = 0
    before = ""  # the last word or bracket: tells a duration's place
    last = ""  # the last token that is no space
    for token in tokens:
        kind, text = token.kind, token.text
        if kind == lexer.BRACKET:
            depth += (text in _OPENING) - (text in _CLOSING)
            if depth > MAX_NESTING:
                msg = f"brackets are nested more than {MAX_NESTING} deep"
                raise PromQLError(msg, token.start, token.end)
            before = text
        elif kind == lexer.COMMENT and last == "[":
            msg = "a comment cannot stand before a duration"
            raise PromQLError(msg, token.start, token.end)
        elif kind == lexer.OPERATOR:
            operators += text not in _NOT_OPERATORS
        elif text.lower() in {"inf", "nan"} and before in _DURATION_PLACES:
            msg = f"{text} is no duration"
            raise PromQLError(msg, token.start, token.end)
        elif kind == lexer.NAME or text in {"@", ":"}:
            operators += text in _WORD_OPERATORS
            before = before + text if text == ":" else text
        elif kind == lexer.NUMBER:
            limit = _MAX_TIME if before == "@" else _MAX_SECONDS
            _check_duration(token, limit, plain=before in _DURATION_PLACES)
            before = before if before.startswith("[") else ""
        last = last if kind == lexer.SPACE else text
    if operators > MAX_OPERATORS:
        msg = f"the expression has {operators} operators; {MAX_OPERATORS} is the limit"
        raise PromQLError(msg)


def _check_duration(token: Token, limit: int, *, plain: bool) -> None:
    """Refuse a duration, or with `plain` a number of seconds, beyond what Prometheus can hold."""
    seconds = sum(int(count) * _UNIT_SECONDS[unit] for count, unit in _DURATION.findall(token.text))
    if plain and not seconds:
        try:
            seconds = float(token.text)
        except ValueError:
            return
    if seconds > limit:
        msg = f"{token.text} is out of range"
        raise PromQLError(msg, token.start, token.end)


def _normalised(tokens: list[Token], *, encode: bool) -> str:
    """The same expression with every string in double quotes and, with `encode`, every regex encoded.

    Raises PromQLError for a label regex that is not RE2.
    """
    pieces = []
    before = ""
    for token in tokens:
        text = token.text
        if token.kind == lexer.STRING:
            value = _value(token)
            if before in {"=~", "!~"}:
                value = _checked_regex(value, token, encode=encode)
            text = quote(value)
        if token.kind == lexer.NUMBER and _ZEROS.fullmatch(text):
            text = text.lstrip("0")
        if token.kind == lexer.COMMENT:
            text = " "  # the parser takes none inside of brackets
        elif token.kind != lexer.SPACE:
            before = text
        pieces.append(text)
    return "".join(pieces)


def _value(token: Token) -> str:
    try:
        return unquote(token.text)
    except PromQLError as error:
        raise PromQLError(error.message, token.start, token.end) from None


def _checked_regex(pattern: str, token: Token, *, encode: bool) -> str:
    try:
        compile_regex(pattern)
    except PromQLError as error:
        raise PromQLError(error.message, token.start, token.end) from None
    # One that matches the empty string must go on doing so: a selector of such matchers alone is refused.
    maybe_empty = "?" if encode and compile_regex(pattern).fullmatch("") else ""
    return f"({_ENCODED}{pattern.encode().hex()}){maybe_empty}" if encode else pattern


def _decoded(pattern: str) -> str:
    if not pattern.startswith("(" + _ENCODED):
        return pattern
    return bytes.fromhex(pattern[len(_ENCODED) + 1 :].rstrip("?").rstrip(")")).decode()


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
        value = matcher.value if op in {"=", "!="} else _decoded(matcher.value)
        found.append(Matcher(matcher.name, op, value))
    return tuple(found) if names else tuple(matcher for matcher in found if not _is_name(matcher))


def _is_name(matcher: Matcher) -> bool:
    return matcher.label == "__name__" and matcher.op == "="


def _match_op(name: str) -> MatchOp:
    ops: dict[str, MatchOp] = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
    return ops[name.removeprefix("MatchOp.")]


def _refuse_or_matchers(node: Expr) -> None:
    if type(node).__name__ == "VectorSelector" and node.matchers.or_matchers:
        msg = "`or` between matchers is not PromQL but VictoriaMetrics' own; use a regular expression"
        raise PromQLError(msg)
    for child in children(node):
        _refuse_or_matchers(child)
