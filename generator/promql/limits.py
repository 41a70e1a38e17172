"""How large an expression may be: promql-parser is Rust and trusts its input.

Deep or long expressions overflow its stack, which ends the process, and durations out of range panic. So
everything is counted in the tokens first.
"""

from __future__ import annotations

import math
import re

from generator.promql import lexer
from generator.promql.error import PromQLError, TooLargeError
from generator.promql.lexer import Token

MAX_LENGTH = 20_000
MAX_NESTING = 100
# The parser's recursion takes about 2 kB of stack for each operator and 4 kB for each bracket (measured with
# promql-parser 0.12). Both caps together stay under 1 MB, the smallest main stack of any platform.
MAX_OPERATORS = 200

WORD_OPERATORS = frozenset({"and", "or", "unless", "atan2"})
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
_NOT_OPERATORS = frozenset({"=", "=~", "!~"})
_DURATION_PLACES = frozenset({"[", "[:", "offset", "@"})
_MAX_SECONDS = 9_223_372_036  # Prometheus keeps durations as 64 bits of nanoseconds
_MAX_TIME = 9_223_372_036_854_775_000  # and refuses times of 64 bits and more, which it takes for seconds
_DECIMAL = re.compile(r"[0-9.]+[eE]\+?[0-9]{3,}|[0-9.]{309,}")  # what may be so large
_DURATION = re.compile(r"([0-9]+)(ms|[smhdwy])")
_UNIT_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}


def check_length(text: str) -> None:
    """Refuse a text that is not even to be cut into tokens; raises TooLargeError."""
    if len(text) > MAX_LENGTH:
        msg = f"the expression has {len(text)} characters; {MAX_LENGTH} is the limit"
        raise TooLargeError(msg)


def check_size(tokens: list[Token]) -> None:
    """Refuse what would overflow the parser's stack, TooLargeError, or panic, another PromQLError."""
    depth = operators = 0
    before = ""  # the last word or bracket: tells a duration's place
    last = ""  # the last token that is no space
    for token in tokens:
        kind, text = token.kind, token.text
        if kind == lexer.BRACKET:
            depth += (text in OPENING) - (text in CLOSING)
            if depth > MAX_NESTING:
                msg = f"brackets are nested more than {MAX_NESTING} deep"
                raise TooLargeError(msg, token.start, token.end)
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
            operators += text in WORD_OPERATORS
            before = before + text if text == ":" else text
        elif kind == lexer.NUMBER:
            limit = _MAX_TIME if before == "@" else _MAX_SECONDS
            _check_duration(token, limit, plain=before in _DURATION_PLACES)
            _check_number(token)
            before = before if before.startswith("[") else ""
        last = last if kind == lexer.SPACE else text
    if operators > MAX_OPERATORS:
        msg = f"the expression has {operators} operators; {MAX_OPERATORS} is the limit"
        raise TooLargeError(msg)


def _check_number(token: Token) -> None:
    """Refuse a number beyond 64 bits of float, which Prometheus does not take for Inf."""
    if _DECIMAL.fullmatch(token.text) and math.isinf(float(token.text)):
        msg = f"{token.text} is beyond the numbers that Prometheus can hold; infinity is written Inf"
        raise PromQLError(msg, token.start, token.end)


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
