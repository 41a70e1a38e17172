"""Diagnostics for programs: one JSON object, described in docs/diagnostics.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from generator.diagnostics.model import Diagnostic
from generator.diagnostics.summary import Summary

SCHEMA_VERSION = 1


def render(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, str],
    *,
    colour: bool = False,
) -> str:
    """One object with sorted keys, in ASCII: safe in any terminal, log and encoding.

    `schema_version` grows when a field changes its meaning or goes away; new fields may come at any time.
    """
    items = list(diagnostics)
    report = {
        "schema_version": SCHEMA_VERSION,
        "diagnostics": [asdict(item) for item in items],
        "summary": asdict(Summary.of(items)),
    }
    text = json.dumps(report, indent=2, sort_keys=True)
    return text.replace("\x7f", "\\u007f") + "\n"  # the one ASCII control character that JSON lets through
