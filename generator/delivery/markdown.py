"""Text of users in Markdown, on any forge: shown as it is, with nothing in it active."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"[\\`*_{}\[\]#!~$@:+^=]|www(?=\.)", re.IGNORECASE)
_ENTITIES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("|"): "&#124;"}
_ENTITY_IN_URL = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)))


def text(plain: str) -> str:
    """Escape a user's text for a Markdown table cell: shown as it is, on one line, nothing in it active.

    What tables and HTML are made of becomes an entity, because not every renderer honours a backslash there;
    a colon is escaped so that no bare URL turns into a link.
    """
    line = " ".join(plain.split()).translate(_CONTROLS)
    return _MARKUP.sub(_escaped, line).translate(_ENTITIES)


def _escaped(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0].lower() == "www" else f"\\{match[0]}"


def destination(url: str) -> str:
    """Escape a safe URL for a Markdown link: parentheses would end it, `&copy;` would be a character."""
    return _ENTITY_IN_URL.sub("&amp;", url).replace("(", "\\(").replace(")", "\\)")
