"""Text: a few lines of Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from generator.grafana.model import Panel, Written
from generator.grafana.panels.fields import common
from generator.grafana.text import markdown

_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Panel):
    """Markdown; whatever a user wrote went through `generator.grafana.text.markdown` or `markdown_link`."""

    markdown: str


def written(panel: Written) -> Text:
    """The description as plain paragraphs."""
    return Text(
        **common(panel),
        markdown="\n\n".join(map(markdown, _PARAGRAPHS.split(panel.description.strip()))),
    )


def body(panel: Text) -> dict[str, Any]:
    """Grafana's JSON."""
    return {"type": "text", "options": {"content": panel.markdown, "mode": "markdown"}}
