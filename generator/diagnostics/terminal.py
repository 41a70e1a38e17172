"""Foreign text on a terminal: nothing in it may act, and its width must be known.

File names, messages and source lines come from users. A terminal obeys escape sequences in them, and
bidirectional controls reorder a line; so every control and format character is shown as an escape.
"""

from __future__ import annotations

import unicodedata

_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MARK_CATEGORIES = frozenset({"Mn", "Me"})


def safe(text: str) -> str:
    r"""Make one line of harmless text: controls, format characters and surrogates as `\n`, `\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_SHORT_ESCAPES.get(c) or safe_character(c) for c in text)


def safe_character(character: str) -> str:
    """Show a character of a source line: a tab as four spaces, an unsafe one as its escape."""
    if character == "\t":
        return "    "
    if unicodedata.category(character) not in _UNSAFE_CATEGORIES:
        return character
    number = ord(character)
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def width(text: str) -> int:
    """Columns that harmless text takes on a terminal.

    Wide and fullwidth characters take two (Unicode Standard Annex 11), combining marks and the vowels and
    final consonants of decomposed Hangul none.
    """
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in _MARK_CATEGORIES or _is_hangul_tail(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _is_hangul_tail(character: str) -> bool:
    """Whether a conjoining jamo is drawn into the syllable before it."""
    return "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb"
