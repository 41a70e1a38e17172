"""The places where a user's PromQL meets ours: tokens such as `$window`, label matchers, plain selectors.

Each is rebuilt from what was understood of it, so that no text gets into an expression unread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from generator.promql import lexer
from generator.promql.build import Matcher, MatchOp, Selector
from generator.promql.error import PromQLError
from generator.promql.lexer import Token
from generator.promql.limits import MAX_LENGTH
from generator.promql.parse import parse
from generator.promql.regex import compile_regex
from generator.promql.substitution import Substitution
from generator.promql.tree import matchers, metric_name

Misuse = Literal["unknown", "in string", "joined"]
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_MATCH_OPS: dict[str, MatchOp] = {"=": "=", "!=": "!=", "=~": "=~", "!~": "!~"}


@dataclass(frozen=True, slots=True)
class UnknownToken:
    """A `$name` that was left as it stands.

    `reason` is `unknown` (no such token), `in string` (a known one inside a string literal, where nothing is
    replaced) or `joined` (part of a longer word, such as `foo$window`). `start` and `end` are offsets in the
    text.
    """

    name: str
    start: int
    end: int
    reason: Misuse


def replace_tokens(text: str, values: Mapping[str, str]) -> tuple[str, list[UnknownToken]]:
    """`text` with each `$name` of `values` replaced, and those that could not be; see `substitute_tokens`."""
    substitution, unknown = substitute_tokens(text, values)
    return substitution.text, unknown


def substitute_tokens(text: str, values: Mapping[str, str]) -> tuple[Substitution, list[UnknownToken]]:
    """`text` with each `$name` of `values` replaced, and those that could not be.

    A value is PromQL already (a quoted string, a duration, matchers joined by commas). Nothing is replaced in
    strings and comments, and values are not searched again. Raises PromQLError for an unclosed string.
    """
    if "$" not in text:
        return Substitution.unchanged(text), []
    tokens = list(lexer.tokens(text))
    pieces: list[tuple[str, int, int]] = []
    unknown: list[UnknownToken] = []
    for index, token in enumerate(tokens):
        replacement = token.text
        if token.kind == lexer.STRING:
            unknown += _tokens_in_string(token, values)
        elif token.kind == lexer.VARIABLE:
            name = token.text[1:]
            if name not in values:
                unknown.append(UnknownToken(name, token.start, token.end, "unknown"))
            elif _joined(tokens, index):
                unknown.append(UnknownToken(name, token.start, token.end, "joined"))
            else:
                replacement = values[name]
        pieces.append((replacement, token.start, token.end))
    return Substitution(tuple(pieces)), unknown


def _joined(tokens: list[Token], index: int) -> bool:
    """Whether the token stands right beside another word, so that a replacement would run into it."""
    words = {lexer.NAME, lexer.NUMBER, lexer.VARIABLE}
    before = index > 0 and (tokens[index - 1].kind in words or tokens[index - 1].text == ".")
    return before or (index + 1 < len(tokens) and tokens[index + 1].kind in words)


def _tokens_in_string(token: Token, values: Mapping[str, str]) -> list[UnknownToken]:
    """Known names only: `$1` and `$name` belong to label_replace, `$` to regular expressions."""
    return [
        UnknownToken(match[1], token.start + match.start(), token.start + match.end(), "in string")
        for match in _VARIABLE.finditer(token.text)
        if match[1] in values
    ]


def parse_matcher(text: str) -> Matcher:
    """One label matcher such as `code=~"5.."`; raises PromQLError for anything else or more."""
    if len(text) > MAX_LENGTH:
        msg = f"the matcher has {len(text)} characters; {MAX_LENGTH} is the limit"
        raise PromQLError(msg)
    found = [token for token in lexer.tokens(text) if token.kind != lexer.SPACE]
    kinds = [token.kind for token in found]
    if kinds != [lexer.NAME, lexer.OPERATOR, lexer.STRING] or found[1].text not in _MATCH_OPS:
        msg = f'expected one label="value" (with =, !=, =~ or !~), found: {text}'
        raise PromQLError(msg)
    label, op, literal = (token.text for token in found)
    if not _LABEL.fullmatch(label) or label == "__name__":
        msg = f"not a label that a matcher may use: {label}"
        raise PromQLError(msg, found[0].start, found[0].end)
    matcher = Matcher(label, _MATCH_OPS[op], lexer.unquote(literal))
    if matcher.op in {"=~", "!~"}:
        compile_regex(str(matcher.value))
    return matcher


def parse_selector(text: str) -> Selector:
    """A plain selector such as `http_requests_total{job="api"}`, without range, offset or `@`.

    Raises PromQLError for any other expression, for a selector that does not name its metric, and for names
    in quotes that only Prometheus 3 knows.
    """
    tree = parse(text)
    if type(tree).__name__ != "VectorSelector" or tree.offset is not None or tree.at is not None:
        msg = f'not a plain selector: {text}; write metric{{label="value"}}, without a range or function'
        raise PromQLError(msg)
    metric = metric_name(tree)
    labels = matchers(tree)
    if metric is None or not _METRIC.fullmatch(metric):
        msg = f"the selector must name its metric: {text}"
        raise PromQLError(msg)
    for matcher in labels:
        if not _LABEL.fullmatch(matcher.label) or matcher.label == "__name__":
            msg = f"not a label that a matcher may use: {matcher.label}"
            raise PromQLError(msg)
    return Selector(metric, labels)
