"""Text of users in Markdown, on any forge: shown as it is, with nothing in it active."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"[\\`*_{}\[\]#!~$@:+^=]|www(?=\.)", re.IGNORECASE)
_ENTITIES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("|"): "&#124;"}
_ENTITY_IN_URL = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
_LIST = re.compile(r"^(\d*)([-.)])")
_FENCE = re.compile(r"`{3,}")
_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if not chr(code).isspace()}


def text(plain: str) -> str:
    """Escape a user's text for a Markdown table cell: shown as it is, on one line, nothing in it active.

    What tables and HTML are made of becomes an entity, because not every renderer honours a backslash there;
    a colon is escaped so that no bare URL turns into a link.
    """
    line = " ".join(plain.translate(_CONTROLS).split())
    return _MARKUP.sub(_escaped, line).translate(_ENTITIES)


def paragraph(plain: str) -> str:
    """Escape text that begins a line: it begins neither a list nor a quotation nor a heading."""
    return _LIST.sub(r"\1\\\2", text(plain))


def link(title: str, url: str) -> str:
    """Write a link; `title` is escaped, `url` is one of ours or has been found safe."""
    return f"[{text(title)}]({destination(url)})"


def fenced(code: str, language: str) -> str:
    """Write code in a block whose fence is longer than any in the code."""
    longest = max((len(found[0]) for found in _FENCE.finditer(code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def _escaped(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0].lower() == "www" else f"\\{match[0]}"


def destination(url: str) -> str:
    """Escape a safe URL for a Markdown link: parentheses would end it, `&copy;` would be a character."""
    return _ENTITY_IN_URL.sub("&amp;", url).replace("(", "\\(").replace(")", "\\)")
