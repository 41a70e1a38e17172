"""The documentation as the tests see it: pages, their fenced blocks, links and headings."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/*.md")])

_FENCE = re.compile(r"^([ ]*)(`{3,})(.*)$")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`\n]*`")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the word after it, its text, and the number of the line it starts on."""

    page: Path
    line: int
    language: str
    argument: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page, in order; raises ValueError for one that is not closed."""
    found: list[Block] = []
    opened: tuple[int, str, str] | None = None
    held: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        match = _FENCE.match(line)
        if opened and match and match[2] == opened[1] and not match[3]:
            language, _, argument = opened[2].strip().partition(" ")
            text = textwrap.dedent("".join(f"{part}\n" for part in held))
            found.append(Block(page, opened[0], language, argument.strip(), text))
            opened, held = None, []
        elif opened:
            held.append(line)
        elif match:
            opened = (number, match[2], match[3])
    if opened:
        raise ValueError(f"{page.name}:{opened[0]}: this block is not closed")
    return found


ALL_BLOCKS = [block for page in PAGES for block in blocks(page)]


def of(*languages: str) -> list[Block]:
    """The blocks of all pages in one of these languages."""
    return [block for block in ALL_BLOCKS if block.language in languages]


def prose(page: Path) -> str:
    """The text of a page without its fenced blocks and without code."""
    lines: list[str] = []
    fence = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        match = _FENCE.match(line)
        if match and not fence:
            fence = match[2]
        elif match and match[2] == fence:
            fence = ""
        elif not fence:
            lines.append(line)
    return "\n".join(lines)


def links(page: Path) -> list[str]:
    """The targets of a page's links into the repository."""
    targets = _LINK.findall(_CODE.sub("code", prose(page)))
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE):
        base = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        number = 0
        while (anchor := f"{base}-{number}" if number else base) in found:
            number += 1
        found.add(anchor)
    return found
