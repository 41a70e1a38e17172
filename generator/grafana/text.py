"""User text made literal for the places where Grafana would give it a meaning.

Grafana replaces `$name`, `${name...}` and `[[name]]` in titles of panels, rows and links and in queries, and
has no escape for them (grafana/grafana#40603). But it scans a text once and does not look at what it put in
(grafana/scenes, sceneInterpolator.ts). So a hidden constant variable whose value is `$` is an escape: `$name`
is written `${literal_dollar}name` and shown as `$name`. A dashboard gets the constants it uses, no others.

In Markdown (descriptions, text panels) a character reference does the same without a variable.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

# The constants: name of the variable, and the character it stands for.
LITERALS = {"literal_dollar": "$", "literal_bracket": "["}

# What Grafana may take for a variable (grafana/scenes, VARIABLE_REGEX). A name that starts with a digit, as
# in "$5" or the `${1}` of label_replace, is no variable's.
_VARIABLE = re.compile(r"\$(?=[A-Za-z_]|\{[A-Za-z_])|\[(?=\[[A-Za-z_]\w*(?::\w+)?\]\])", re.ASCII)
_ESCAPES = {value: f"${{{name}}}" for name, value in LITERALS.items()}
_REFERENCES = {"$": "&#36;", "[": "&#91;", "]": "&#93;", "<": "&lt;", ">": "&gt;", "&": "&amp;"}
# An underscore inside a word is no emphasis in Grafana's Markdown; escaping it would only blur `slo_info`.
_MARKDOWN = re.compile(
    r"[\\`*~|\[\]<>&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\$(?=[A-Za-z_{])|^(?:[#+=-]|\d+(?=[.)]))"
)
_WEB = frozenset({"http", "https"})


def literal(text: str) -> str:
    """Escape `text` for a place that Grafana interpolates, so that it is shown as it is."""
    if "$" not in text and "[[" not in text:
        return text
    return _VARIABLE.sub(lambda match: _ESCAPES[match.group()], text)


def unescaped(text: str) -> str:
    """The text that `literal` has escaped, as Grafana shows it."""
    for name, value in LITERALS.items():
        text = text.replace(f"${{{name}}}", value)
    return text


def used_literals(text: str) -> list[str]:
    """Return the names of the constants that `text` (a dashboard's JSON) uses, sorted."""
    return sorted(name for name, value in LITERALS.items() if _ESCAPES[value] in text)


@lru_cache(maxsize=4_096)
def markdown(text: str) -> str:
    """Escape `text` for a place that is rendered as Markdown too; white space becomes one blank."""
    return _MARKDOWN.sub(_markdown_escape, " ".join(text.split()))


def markdown_link(title: str, url: str) -> str:
    """Return a Markdown link, or the bare title where `url` is no web address and must not be clicked."""
    if urlsplit(url).scheme.lower() not in _WEB:
        return markdown(title)
    # Percent-encoding what Markdown, HTML or Grafana would read leaves the address the same.
    return f"[{markdown(title)}]({quote(url, safe=_URL_SAFE)})"


_URL_SAFE = ":/?#@!&'*+,;=%-._~"


def _markdown_escape(match: re.Match[str]) -> str:
    found = match.group()
    if found in _REFERENCES:
        return _REFERENCES[found]
    return found + "\\" if found.isdigit() else "\\" + found
