"""`<< >>` in prose: Jinja2 in a sandbox, and the place of every mistake in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from generator.diagnostics import Diagnostics, did_you_mean
from generator.documents import Locator
from generator.spec.content import Prose

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

# A tag from its mark to the one that closes it, or to the end where none does.
_TAG = re.compile(r"<<.*?(?:>>|\Z)|<%.*?(?:%>|\Z)", re.DOTALL)
_UNDEFINED = re.compile(r"'(\w+)' is undefined")
_COMPILED = "<template>"  # what Jinja2 calls the code that it makes of a text


def fill(
    what: str, prose: Prose, words: Mapping[str, str], code: str, locator: Locator, diagnostics: Diagnostics
) -> str:
    """`prose` with its placeholders filled from `words`, which are escaped for the text's place already.

    Mistakes are reported under `code`, with `what` as the name of the text; then the result is empty.
    """
    text = prose.text
    if "<<" not in text and "<%" not in text:
        return text
    try:
        return _template(text).render(words)
    except Exception as error:  # noqa: BLE001  # an expression between the marks may raise anything
        place = locator.within(prose.node) if prose.node else None
        for fault, start, end in _faults(text, words, error):
            name = _UNDEFINED.match(str(fault))
            diagnostics.error(
                code,
                f"{what} cannot be filled: {fault}",
                place(start, end) if place else None,
                fix=(did_you_mean(name[1], words) if name else "")
                or f"known: {', '.join(f'<< {word} >>' for word in sorted(words)) or 'nothing'}.",
            )
        return ""


def _faults(text: str, words: Mapping[str, str], error: Exception) -> Iterator[tuple[Exception, int, int]]:
    """Every tag that cannot be filled by itself; where tags depend on each other, the first mistake."""
    tags = list(_TAG.finditer(text))
    found = [(fault, tag) for tag in tags if (fault := _alone(tag[0], words))] if "<%" not in text else []
    if not found:  # in tags that depend on each other
        line = _line_of(error)
        later = [tag for tag in tags if text.count("\n", 0, tag.end()) + 1 >= line]
        named = [tag for tag in later if _undefined_word(error, tag[0])]
        found = [(error, tag) for tag in (named or later)[:1]]
    for fault, tag in found:
        word = _undefined_word(fault, tag[0])
        yield (
            fault,
            tag.start() + (word.start() if word else 0),
            tag.start() + word.end() if word else tag.end(),
        )
    if not found:
        yield error, 0, len(text)


def _undefined_word(error: Exception, tag: str) -> re.Match[str] | None:
    """The name in a tag that an exception calls undefined."""
    name = _UNDEFINED.match(str(error))
    return re.search(rf"(?<![\w.]){name[1]}(?!\w)", tag) if name else None


def _alone(tag: str, words: Mapping[str, str]) -> Exception | None:
    try:
        _environment().from_string(tag).render(words)
    except Exception as error:  # noqa: BLE001  # as above
        return error
    return None


def _line_of(error: Exception) -> int:
    """The line of the text that an exception of Jinja2, or of what it ran, speaks of."""
    line = getattr(error, "lineno", None)
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _COMPILED:
            line = trace.tb_lineno
        trace = trace.tb_next
    return int(line or 1)


@lru_cache(maxsize=1024)
def _template(text: str) -> Template:
    """The compiled text: a pack's prose is filled for each of many services."""
    return _environment().from_string(text)


@cache
def _environment() -> SandboxedEnvironment:
    """Jinja2 without access to anything, with delimiters that neither Go templates nor Grafana use."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        autoescape=False,  # each caller escapes the values for where the text lands
    )
