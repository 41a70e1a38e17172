"""The report for programs."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from generator.diff.model import SIGNS, Difference

SCHEMA_VERSION = 1


def report(differences: Sequence[Difference], revision: str) -> str:
    """Every difference with its changes; fields may be added at any time."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "revision": revision,
        "differences": [
            {
                "kind": each.kind,
                "name": each.name,
                "title": each.title,
                "change": SIGNS[each.sign],
                "changes": [
                    {
                        "change": SIGNS[change.sign],
                        "what": change.what,
                        "words": change.words,
                        "before": change.before,
                        "after": change.after,
                    }
                    for change in each.changes
                ],
            }
            for each in differences
        ],
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"
