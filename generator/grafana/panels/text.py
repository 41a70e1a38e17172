"""Text: a few lines of Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.grafana.model import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Panel):
    """Markdown; whatever a user wrote went through `generator.grafana.text.markdown` or `markdown_link`."""

    markdown: str


def body(panel: Text) -> dict[str, Any]:
    """Grafana's JSON."""
    return {"type": "text", "options": {"content": panel.markdown, "mode": "markdown"}}
