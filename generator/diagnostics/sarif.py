"""Diagnostics as SARIF 2.1.0 (OASIS), which code scanning services and editors show beside the lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from generator.diagnostics.model import Diagnostic, Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def render(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, str],
    *,
    colour: bool = False,
) -> str:
    """One run with a result for each diagnostic; paths are relative to the project's root, in ASCII."""
    del sources, colour  # whoever shows the report has the files
    items = list(diagnostics)
    codes = sorted({item.code for item in items})
    run = {
        "tool": {"driver": {"name": "sightline", "rules": [{"id": code} for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"PROJECT": {"description": {"text": "The project's root"}}},
        "results": [_result(item, codes.index(item.code)) for item in items],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, sort_keys=True).replace("\x7f", "\\u007f") + "\n"


def _result(item: Diagnostic, rule: int) -> dict[str, Any]:
    words = [item.message]
    words += [f"{name}: {text}" for name, text in (("cause", item.cause), ("fix", item.fix)) if text]
    result: dict[str, Any] = {
        "ruleId": item.code,
        "ruleIndex": rule,
        "level": str(item.severity),
        "message": {"text": _plain("\n".join(words))},
    }
    if item.span:
        result["locations"] = [{"physicalLocation": _place(item.span)}]
    if item.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": _plain(other.message)}, "physicalLocation": _place(other.span)}
            for number, other in enumerate(item.related)
        ]
    return result


def _place(span: Span) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(span.path), "uriBaseId": "PROJECT"},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def _plain(text: str) -> str:
    """A message that is no template: braces would be placeholders (SARIF 3.11.5), brackets links (3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("[", "\\[").replace("]", "\\]")
