"""Rison, the notation in which Kibana keeps its state behind the # of a URL (rison.io).

Objects are `(key:value,...)`, lists `!(...)`, `!t`, `!f` and `!n` are what they look like, strings stand in
single quotes or bare, and `!` escapes `!` and `'` in quotes.
"""

from __future__ import annotations

import re
from typing import Any

from generator.links.grammar.parts import GrammarError

_BARE = re.compile(r"[^\s'!:(),*@$]+")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS = {"t": True, "f": False, "n": None}


def loads(text: str) -> Any:
    """The value that `text` stands for; raises GrammarError."""
    value, end = _value(text, 0)
    if end != len(text):
        msg = f"Rison ends at {end} of {len(text)}"
        raise GrammarError(msg)
    return value


def _value(text: str, at: int) -> tuple[Any, int]:
    head = text[at : at + 1]
    if head == "(":
        return _object(text, at + 1)
    if head == "'":
        return _string(text, at + 1)
    if head == "!":
        follows = text[at + 1 : at + 2]
        if follows == "(":
            return _list(text, at + 2)
        if follows in _WORDS and follows:
            return _WORDS[follows], at + 2
    found = _BARE.match(text, at)
    if found is None:
        msg = f"Rison has no value at {at}: {text[at : at + 10]}"
        raise GrammarError(msg)
    word = found[0]
    return (float(word) if _NUMBER.fullmatch(word) else word), found.end()


def _object(text: str, at: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while text[at : at + 1] != ")":
        if found:
            at = _after(text, at, ",")
        key, at = _value(text, at)
        if not isinstance(key, str) or key in found:
            msg = f"Rison has the key {key} twice, or it is none"
            raise GrammarError(msg)
        found[key], at = _value(text, _after(text, at, ":"))
    return found, at + 1


def _list(text: str, at: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while text[at : at + 1] != ")":
        if found:
            at = _after(text, at, ",")
        value, at = _value(text, at)
        found.append(value)
    return found, at + 1


def _string(text: str, at: int) -> tuple[str, int]:
    pieces: list[str] = []
    while at < len(text):
        character = text[at]
        if character == "'":
            return "".join(pieces), at + 1
        if character == "!":
            at += 1
            character = text[at : at + 1]
            if character not in {"!", "'"}:
                break
        pieces.append(character)
        at += 1
    msg = "a string of Rison does not end, or holds a lone !"
    raise GrammarError(msg)


def _after(text: str, at: int, mark: str) -> int:
    if text[at : at + 1] != mark:
        msg = f"Rison needs {mark} at {at}: {text[at : at + 10]}"
        raise GrammarError(msg)
    return at + 1
