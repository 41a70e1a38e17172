"""Generated Markdown as people see it: rendered like a Git host does, and shown by a real Chromium.

`python -m links.rendered`, in the folder of the tests, takes the picture that the documentation shows.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
INDEX = ROOT / "out" / "links" / "README.md"
PICTURE = ROOT / "docs" / "links.png"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_STYLE = """\
body { margin: 0; padding: 16px 32px; background: #fff }
body { color: #1f2328; font: 15px/1.5 "DejaVu Sans", sans-serif }
h1, h2 { border-bottom: 1px solid #d1d9e0; padding-bottom: 16px }
a { color: #0969da; text-decoration: none }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #d1d9e0; padding: 4px 10px; text-align: left; vertical-align: top }
tr:nth-child(even) { background: #f6f8fa }
"""


def html(markdown: str) -> str:
    """A page of its own, made of Markdown with tables."""
    body = MarkdownIt("commonmark").enable("table").render(markdown)
    return f'<!doctype html><meta charset="utf-8"><title>x</title><style>{_STYLE}</style>{body}'


def dom(page: str) -> str:
    """What Chromium makes of a page."""
    return _chromium(page, "--dump-dom")


def picture(page: str, size: tuple[int, int]) -> bytes:
    """The upper part of a page as PNG, in pixels."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        _chromium(page, f"--screenshot={path}", f"--window-size={size[0]},{size[1]}", "--hide-scrollbars")
        return path.read_bytes()


def _chromium(page: str, *arguments: str) -> str:
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    assert program, "Chromium is needed: apt-get install chromium"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page, encoding="utf-8")
        # Without its sandbox it runs as root too, as in CI; the page is ours, and holds no script.
        fixed = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile")
        run = subprocess.run(
            [program, *fixed, *arguments, file.as_uri()],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


@dataclass
class Rows(HTMLParser):
    """The links of a page: those of each row of its tables, and `others`."""

    rows: list[list[str]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    _inside: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
            self._inside = True
        elif tag == "a":
            (self.rows[-1] if self._inside else self.others).append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr":
            self._inside = False


def links(page: str) -> Rows:
    """The links of a page."""
    found = Rows()
    found.feed(page)
    return found


def pixels(png: bytes) -> tuple[tuple[int, int], bytes]:
    """The size of a PNG and its scan lines, as they are before they are filtered (RFC 2083)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks = dict(_joined(png))
    return struct.unpack(">II", chunks[b"IHDR"][:8]), zlib.decompress(chunks[b"IDAT"])


def _joined(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    position, data = 8, b""
    while position < len(png):
        (length,) = struct.unpack(">I", png[position : position + 4])
        kind, content = png[position + 4 : position + 8], png[position + 8 : position + 8 + length]
        if kind == b"IDAT":
            data += content
        else:
            yield kind, content
        position += 12 + length
    yield b"IDAT", data


if __name__ == "__main__":
    PICTURE.write_bytes(picture(html(INDEX.read_text("utf-8")), (1130, 560)))
