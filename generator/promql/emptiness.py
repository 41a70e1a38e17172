"""Whether a regular expression can match anything at all.

`5..$^` is a sound RE2 that matches no text: nothing can stand behind the end or before the beginning. A walk
over the pattern keeps what may have happened so far: whether a character was read, and whether the end was
demanded.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_State = tuple[bool, bool]  # a character was read; the end was demanded
_States = frozenset[_State]
_START: Final[_States] = frozenset({(False, False)})
_WITHOUT_WIDTH: Final = frozenset("bBQE")
_CODED: Final = frozenset("pPx")


@lru_cache(maxsize=10_000)
def matches_nothing(pattern: str) -> bool:
    """Whether no text matches; False where the pattern holds what this walk does not know, such as flags."""
    if "(?" in pattern.replace("(?:", "").replace("(?P<", "") or "\\Q" in pattern:
        return False
    states, end = _alternation(pattern, 0, _START)
    return end == len(pattern) and not states


def _alternation(pattern: str, at: int, states: _States) -> tuple[_States, int]:
    found, branch = frozenset[_State](), states
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            found, branch, at = found | branch, states, at + 1
        else:
            branch, at = _repeated(pattern, at, branch)
    return found | branch, at


def _repeated(pattern: str, at: int, states: _States) -> tuple[_States, int]:
    """One atom with its quantifiers."""
    once, end = _atom(pattern, at, states)
    while end < len(pattern) and pattern[end] in "*+?{":
        least = pattern[end] in "*?"
        stop = end + 1
        if pattern[end] == "{":
            close = pattern.find("}", end)
            count = pattern[end + 1 : close].split(",", maxsplit=1)[0]
            if close < 0 or not count.isdigit():
                return once, end  # a brace that stands for itself: the next atom
            least, stop = int(count) == 0, close + 1
        again, _ = _atom(pattern, at, once)
        once = once | again | (states if least else frozenset())
        end = stop
    return once, end


def _atom(pattern: str, at: int, states: _States) -> tuple[_States, int]:
    character = pattern[at]
    if character == "(":
        inside = at + 1
        if pattern.startswith("(?:", at):
            inside = at + 3
        elif pattern.startswith("(?P<", at):
            inside = pattern.index(">", at) + 1
        found, end = _alternation(pattern, inside, states)
        return found, end + 1
    if character == "^":
        return frozenset(state for state in states if not state[0]), at + 1
    if character == "$":
        return frozenset((read, True) for read, _ in states), at + 1
    read: _States = frozenset({(True, False)}) if any(not ended for _, ended in states) else frozenset()
    if character == "[":
        return read, _class_end(pattern, at)
    if character == "\\":
        return _escaped(pattern, at, states, read)
    return read, at + 1


def _escaped(pattern: str, at: int, states: _States, read: _States) -> tuple[_States, int]:
    letter = pattern[at + 1 : at + 2]
    if letter == "A":
        return frozenset(state for state in states if not state[0]), at + 2
    if letter == "z":
        return frozenset((was_read, True) for was_read, _ in states), at + 2
    if letter in _WITHOUT_WIDTH:
        return states, at + 2
    if letter in _CODED and pattern[at + 2 : at + 3] == "{":
        return read, pattern.find("}", at) + 1
    return read, at + (4 if letter == "x" else 3 if letter in {"p", "P"} else 2)


def _class_end(pattern: str, at: int) -> int:
    """The offset behind a character class."""
    at += 1
    if pattern[at : at + 1] == "^":
        at += 1
    first = at
    while at < len(pattern) and (pattern[at] != "]" or at == first):
        if pattern.startswith("[:", at) and ":]" in pattern[at:]:
            at = pattern.index(":]", at) + 2
        else:
            at += 2 if pattern[at] == "\\" else 1
    return at + 1
