"""The tokens of PromQL text with their offsets, which the parser does not give.

It knows just enough to tell a string, a comment, a number, a name and a `$token` apart; grammar is the
parser's. Strings follow Go's rules (docs/querying/basics.md of Prometheus, "String literals").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from generator.promql.error import PromQLError

SPACE: Final = "space"
COMMENT: Final = "comment"
STRING: Final = "string"
NUMBER: Final = "number"  # durations too
NAME: Final = "name"
VARIABLE: Final = "variable"
OPERATOR: Final = "operator"
BRACKET: Final = "bracket"
OTHER: Final = "other"

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\n\r]+)
    | (?P<comment>\#[^\n]*)
    | (?P<string>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-][0-9]+|[A-Za-z0-9_]*))
    | (?P<name>:*[A-Za-z_][A-Za-z0-9_:]*)
    | (?P<variable>\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[^}]*\})?)
    | (?P<operator>=~|!~|!=|==|<=|>=|[-+*/%^<>=])
    | (?P<bracket>[()\[\]{}])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_DOUBLE_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_ESCAPE = re.compile(
    r"\\(?:x(?P<hex>[0-9a-fA-F]{2})|(?P<octal>[0-3][0-7]{2})|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})"
    r"|(?P<simple>.))|(?P<plain>[^\\]+)",
    re.DOTALL,
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


class Token(NamedTuple):
    """A stretch of PromQL text; `start` and `end` are offsets in code points."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """All of `text` cut into tokens, spaces and comments included.

    Raises PromQLError for an unclosed string.
    """
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or OTHER
        if kind == OTHER and match.group() in "\"'`":
            msg = f"unclosed string: no closing {match.group()} on its line"
            raise PromQLError(msg, match.start(), match.end())
        yield Token(kind, match.group(), match.start(), match.end())


def without_strings(text: str) -> str:
    """PromQL text with nothing between its double quotes: two that are alike here have one shape.

    It is asked of every rule and query, so what has no escape and no other quote is not cut into tokens.
    """
    if "\\" in text or "'" in text or "`" in text:
        return _DOUBLE_QUOTED.sub('""', text)
    return '""'.join(text.split('"')[::2])


def unquote(literal: str) -> str:
    """The value of a string literal; raises PromQLError for an escape that Go does not know."""
    quote, inner = literal[0], literal[1:-1]
    if quote == "`" or "\\" not in inner:
        return inner
    value = b"".join(_unescape(match, quote) for match in _ESCAPE.finditer(inner))
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        msg = f"string {literal} is not valid UTF-8"
        raise PromQLError(msg) from None


def _unescape(match: re.Match[str], quote: str) -> bytes:
    """One escape, or a stretch without any, as UTF-8; hexadecimal and octal escapes are bytes."""
    kind = match.lastgroup
    text = match[kind or "plain"]
    if kind == "plain":
        return text.encode("utf-8", "surrogatepass")
    if kind in {"hex", "octal"}:
        return bytes((int(text, 16 if kind == "hex" else 8),))
    if kind in {"short", "long"}:
        code = int(text, 16)
        if code <= 0x10FFFF and not 0xD800 <= code < 0xE000:
            return chr(code).encode()
    elif text == quote:
        return quote.encode()
    elif text in _SIMPLE:
        return _SIMPLE[text].encode()
    msg = f"unknown escape {match.group()} in a string"
    raise PromQLError(msg)
