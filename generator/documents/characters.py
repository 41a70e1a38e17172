"""Characters that a reader cannot see or that change the order of what is seen.

A name with a zero-width space in it looks like another name; a bidirectional override makes a reviewer read
a line that is not the line in the file (CVE-2021-42574). Both are refused, and so is everything that YAML
1.1 takes for a line break although no editor numbers lines by it (NEL, U+2028, U+2029).

What prose needs stays: joiners between letters of scripts that join and inside emoji, direction marks on a
line with right-to-left letters, the tag characters of flag emoji.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_SUSPECT = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1 with NEL
    "\u00ad\u034f\u061c\u180e"  # soft hyphen, grapheme joiner, Arabic mark, vowel separator
    "\u200b-\u200f"  # zero-width space and joiners, direction marks
    "\u2028-\u202e"  # line and paragraph separator, embeddings and overrides
    "\u2060-\u206f"  # word joiner, invisible operators, isolates, deprecated format characters
    "\ud800-\udfff"  # lone surrogates
    "\ufeff\ufff9-\ufffb\ufffe\uffff"  # byte order mark, interlinear annotation, noncharacters
    "\U000e0000-\U000e007f"  # tag characters
    "]"
)
_JOINERS = "\u200c\u200d"
_DIRECTION_MARKS = "\u200e\u200f\u061c"
_BLACK_FLAG = "\U0001f3f4"
_REACH = 200  # bounds the search on a long line full of marks


def hidden_characters(text: str, start: int = 0) -> Iterator[int]:
    """Offsets in `text`, from `start` on, of the characters that may not stand where they stand."""
    for match in _SUSPECT.finditer(text, start):
        if not _is_prose(text, match.start()):
            yield match.start()


def describe(character: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`; control characters and surrogates have a number only."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()


def _is_prose(text: str, offset: int) -> bool:
    """Whether a suspect character does honest work in its surroundings."""
    character = text[offset]
    before, after = text[offset - 1 : offset], text[offset + 1 : offset + 2]
    if character in _JOINERS:
        return not before.isascii() and not after.isascii()
    if character in _DIRECTION_MARKS:
        return _has_right_to_left_letter(text, offset)
    if "\U000e0020" <= character <= "\U000e007f":
        return before == _BLACK_FLAG or "\U000e0020" <= before <= "\U000e007f"
    return False


def _has_right_to_left_letter(text: str, offset: int) -> bool:
    """Whether a letter written from right to left stands near `offset`, on the same line."""
    before = text[max(0, offset - _REACH) : offset].rpartition("\n")[2]
    after = text[offset + 1 : offset + _REACH].partition("\n")[0]
    return any(c.isalpha() and unicodedata.bidirectional(c) in ("R", "AL") for c in before + after)
