"""`windows` of the platform: a project's own sets of burn-rate windows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.diagnostics import Diagnostics
from generator.documents import Mapping as MappingNode
from generator.documents import Sequence
from generator.spec.lookup import mapping_at
from generator.spec.model import BurnWindow
from generator.spec.read import read

_MOST = 4  # page and ticket, each fast and slow
_WINDOW: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tier", "speed", "budgetPercent", "long", "short"],
    "properties": {
        "tier": {"enum": ["page", "ticket"], "description": "Which tier it belongs to."},
        "speed": {"enum": ["fast", "slow"], "description": "Which of the tier's two alerts it is."},
        "budgetPercent": {
            "type": "number",
            "exclusiveMinimum": 0,
            "exclusiveMaximum": 100,
            "description": "Share of the budget that, spent within `long`, raises the alert.",
        },
        "long": {"$ref": "#/definitions/duration", "description": "The window that proves the burn."},
        "short": {
            "$ref": "#/definitions/duration",
            "description": "The window that ends the alert soon after the burn.",
        },
    },
}
WINDOWS: Mapping[str, Any] = {
    "type": "object",
    "propertyNames": {"pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},
    "additionalProperties": {"type": "array", "items": _WINDOW, "minItems": 1},
    "description": "Named sets of burn-rate windows for a 30-day period, beside the built-in `google-30d`.",
}


def read_windows(spec: MappingNode, diagnostics: Diagnostics) -> dict[str, tuple[BurnWindow, ...]]:
    """The sets in a platform's `spec` by name; windows that make no two alerts are reported."""
    node = mapping_at(spec, "windows")
    sets = {}
    for key, rows in node.entries if node else ():
        if not isinstance(rows, Sequence):
            continue
        windows = tuple(
            read(BurnWindow, row, diagnostics) for row in rows.items if isinstance(row, MappingNode)
        )
        seen: set[tuple[str, str]] = set()
        for row, window in zip(rows.items, windows, strict=True):
            if (window.tier, window.speed) in seen:
                diagnostics.error(
                    "platform/windows",
                    f'the set "{key.text}" has two {window.speed} {window.tier} windows',
                    row.span,
                    cause="each is one alert, and the alert's name is made of the two words.",
                    fix=f"a set has at most {_MOST}: page and ticket, each fast and slow.",
                )
            seen.add((window.tier, window.speed))
            if window.short >= window.long:
                diagnostics.error(
                    "platform/windows",
                    f"the short window {window.short} is not shorter than the long one, {window.long}",
                    row.span,
                    fix="the workbook takes a twelfth of the long window.",
                )
        sets[key.text] = windows
    return sets
