"""Two long texts, such as queries, by the few words in which they differ."""

from __future__ import annotations

import re

from generator.diff.model import Change, Sign

_WORDS = re.compile(r"\w[\w.]*|\s+|.", re.DOTALL)
_SHORT = 40  # characters of either side


def whole(sign: Sign, what: str, called: str, before: str, after: str) -> Change:
    """A change of a text: in its words where these are few, and else with both texts in full."""
    short = essence(before, after)
    if short:
        return Change(sign, what, f"{called}: {short}", before, after)
    return Change(sign, what, called, before, after, in_full=True)


def essence(before: str, after: str) -> str:
    """Where two texts differ, as `0.001 → 0.0005`; nothing where that would be long, or say too little."""
    left, right = _WORDS.findall(before), _WORDS.findall(after)
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    was, now = ("".join(words[start : len(words) - end]).strip() for words in (left, right))
    telling = all(re.search(r"\w", text) and len(text) <= _SHORT and "\n" not in text for text in (was, now))
    return f"{was} → {now}" if telling else ""
