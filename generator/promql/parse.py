"""PromQL text to the parser's tree, made safe and brought to Prometheus' own meaning.

promql-parser reads raw strings and byte escapes differently from Prometheus and compiles label regexes in
another dialect. Strings are therefore rewritten in one plain form first, and RE2 decides about regexes. How
large an expression may be is in `limits`, what a tree says in `tree`.
"""

from __future__ import annotations

import re
from functools import cache
from types import ModuleType

from generator.promql import lexer
from generator.promql.build import quote
from generator.promql.error import PromQLError
from generator.promql.lexer import Token, unquote
from generator.promql.limits import OPENING, WORD_OPERATORS, check_length, check_size
from generator.promql.regex import compile_regex, encoded
from generator.promql.tree import Expr, children

_BEFORE_SIGN = frozenset({"", "(", ",", "bool", *"+-*/%^<>", "==", "!=", "<=", ">="})
_ZEROS = re.compile(r"0+[1-9][0-9]*(?:\.[0-9]*)?[eE][-+]?[0-9]+")  # sound, and refused by the parser
_UNKNOWN_FUNCTION = re.compile(r"unknown function with name '(\w+)'")


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
    check_length(text)
    tokens = list(lexer.tokens(text))
    check_size(tokens)
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
        if token.kind == lexer.BRACKET and token.text in OPENING:
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
        if token.text == "+" and (before in _BEFORE_SIGN or before in WORD_OPERATORS):
            signs.add(token)
        before = token.text
    if signs:
        changed = [token._replace(text="-") if token in signs else token for token in tokens]
        try:
            _parse(_normalised(changed, encode=True))
        except PromQLError as error:
            sign = min(signs, key=lambda token: token.start)
            raise PromQLError(error.message, sign.start, sign.end) from None


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
    return encoded(pattern) if encode else pattern


def _refuse_or_matchers(node: Expr) -> None:
    if type(node).__name__ == "VectorSelector" and node.matchers.or_matchers:
        msg = "`or` between matchers is not PromQL but VictoriaMetrics' own; use a regular expression"
        raise PromQLError(msg)
    for child in children(node):
        _refuse_or_matchers(child)
