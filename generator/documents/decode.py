"""Bytes of a file to text: UTF-8, with a line feed between lines."""

from __future__ import annotations

import codecs

from generator.diagnostics import Diagnostics, Span
from generator.documents.nodes import Source

MAX_FILE_BYTES = 5_000_000

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def decode(path: str, data: bytes, diagnostics: Diagnostics) -> Source | None:
    """Text of a file, without byte order mark and with CRLF as LF; None when it was refused.

    `path` is relative to the project's root with `/` between parts. Refused with a diagnostic: more than
    `MAX_FILE_BYTES`, UTF-16 and UTF-32, and bytes that are not UTF-8 (placed at the first such byte).
    """
    start_of_file = Span(path, 1, 1, 1, 1)
    if len(data) > MAX_FILE_BYTES:
        diagnostics.error(
            "yaml/file-too-large",
            f"the file has {len(data):,} bytes, more than the {MAX_FILE_BYTES:,} that are read",
            start_of_file,
            fix="split it into several files",
        )
        return None
    if _is_wide(data):
        diagnostics.error(
            "yaml/encoding",
            "the file is UTF-16 or UTF-32, not UTF-8",
            start_of_file,
            fix="save it as UTF-8 in your editor",
        )
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        diagnostics.error(
            "yaml/encoding",
            f"byte 0x{data[error.start]:02X} is not UTF-8 here",
            _byte_span(path, data, error.start),
            cause=f"{error.reason}; files from older editors are often Latin-1 or Windows-1252",
            fix="save the file as UTF-8 in your editor",
        )
        return None
    return Source(path, text.replace("\r\n", "\n"))


def _is_wide(data: bytes) -> bool:
    """Whether the file starts like UTF-16 or UTF-32, with a mark or with ASCII padded by zero bytes."""
    padded = len(data) >= 4 and (data[:4:2] == b"\0\0" or data[1:4:2] == b"\0\0")
    return padded or data.startswith(_WIDE_MARKS)


def _byte_span(path: str, data: bytes, offset: int) -> Span:
    """Place of a byte; everything before it is valid UTF-8."""
    line = data.count(b"\n", 0, offset) + 1
    column = len(data[data.rfind(b"\n", 0, offset) + 1 : offset].decode("utf-8")) + 1
    return Span(path, line, column, line, column + 1)
