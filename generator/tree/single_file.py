"""One file that a user names: read within a bound, and replaced whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from generator.diagnostics import Diagnostics
from generator.documents import Source, decode
from generator.documents.decode import MAX_FILE_BYTES

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def read(path: Path, largest: int, diagnostics: Diagnostics) -> bytes | None:
    """The bytes of a file of at most `largest` bytes, or None after a report."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        diagnostics.error("input/unreadable", message, None, fix="make it readable.")
        return None
    if len(data) > largest:
        diagnostics.error("input/too-large", f"{path} is larger than {largest} bytes", None, fix="split it.")
        return None
    return data


def source(path: Path, texts: dict[str, str], diagnostics: Diagnostics) -> Source | None:
    """A YAML file, or None after a report; its text goes to `texts`, for reports."""
    data = read(path, MAX_FILE_BYTES, diagnostics)
    found = decode(str(path), data, diagnostics) if data is not None else None
    if found:
        texts[found.path] = found.text
    return found


def replace(path: Path, text: str, diagnostics: Diagnostics) -> bool:
    """Make `text` the content of a file; False if it is already, or after a report.

    The text goes to a new file beside it, which then takes its place: nobody ever sees a part of it. A link
    is not followed, and nothing but a regular file is replaced.
    """
    data = text.encode()
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            message = f"{path} is not a regular file"
            diagnostics.error("tree/not-a-file", message, None, fix="name another file, or move it away")
            return False
        if path.exists() and path.read_bytes() == data:
            return False
        try:
            _write(beside, data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}"
        diagnostics.error("tree/io", message, None, fix="make room for it, or make its folder writable")
        return False
    return True


def _write(path: Path, data: bytes) -> None:
    """Create a file with exactly `data` and bring it to the disk."""
    with os.fdopen(os.open(path, _NEW_FILE, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
