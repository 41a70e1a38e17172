"""The report for a pull request: nothing in it but our own words can be markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generator.delivery import markdown
from generator.diagnostics.terminal import safe
from generator.diff.model import Change, Difference
from generator.diff.words import Section, lines_of, sections, summary

# GitHub looks for people and issues in what Markdown made of a comment, in which no backslash is left: a
# space without width in between keeps `@team` and `#1` from being any.
_REFERENCE = re.compile(r"\\([@#])(?=\w)")
_MOST_NAMES = 10
_SHOWN = 60_000  # characters: a comment on GitHub holds 65,536


def text(plain: str) -> str:
    """A text of users, shown as it is: nothing in it acts, here or on a terminal, and nobody is called."""
    return _REFERENCE.sub(r"\1&#8203;", markdown.text(safe(plain)))


def report(differences: Sequence[Difference], revision: str) -> str:
    """A heading for each thing, a list of its changes, queries as a block of differences.

    What a comment cannot hold is left out, and said to be.
    """
    parts = [f"### What changes since {text(revision)}\n\n{summary(differences)}\n"]
    size = len(parts[0])
    listed = list(sections(differences))
    for number, section in enumerate(listed):
        part = "\n" + "\n".join(_section(section)) + "\n"
        size += len(part)
        if size > _SHOWN:
            left = sum(len(each.names) for each in listed[number:])
            parts.append(f"\n… and {left} more, which `sightline diff` shows.\n")
            break
        parts.append(part)
    return "".join(parts)


def _section(section: Section) -> Iterator[str]:
    shown, more = section.names[:_MOST_NAMES], len(section.names) - _MOST_NAMES
    listed = ", ".join(map(text, shown)) + (f" and {more} more" if more > 0 else "")
    yield f"#### {section.kind} {listed}" + (f": {section.state}" if section.state else "")
    if section.changes:
        yield ""
    for change in section.changes:
        yield from _change(change)


def _change(change: Change) -> Iterator[str]:
    mark = {"+": "**new**: ", "-": "**removed**: ", "!": "⚠️ "}.get(change.sign, "")
    yield f"- {mark}{text(change.words)}"
    if not change.in_full:
        return
    lines = [f"- {safe(line)}" for line in lines_of(change.before)]
    lines += [f"+ {safe(line)}" for line in lines_of(change.after)]
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", "\n".join(lines))), default=0))
    yield ""
    yield from (f"  {line}" for line in (f"{fence}diff", *lines, fence))
    yield ""
