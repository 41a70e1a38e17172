"""The two things that a reference is made of: code and tables."""

from __future__ import annotations

from collections.abc import Iterable


def code(text: object) -> str:
    """Write `text` as code; nothing stays nothing."""
    return f"`{text}`" if str(text) else ""


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write a table; columns without any content are left out."""
    listed = list(rows)
    kept = [index for index in range(len(head)) if any(row[index] for row in listed)]
    lines = [[row[index] for index in kept] for row in (head, ("---",) * len(head), *listed)]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)
