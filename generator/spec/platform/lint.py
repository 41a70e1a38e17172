"""`lint`: warnings that a project does not want to hear, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.diagnostics import Diagnostics, Severity, did_you_mean
from generator.documents import Mapping as MappingNode
from generator.documents import Scalar, Sequence
from generator.spec.lookup import mapping_at
from generator.spec.model import Platform, Silenced

FRAGMENT: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "description": "Which warnings are not wanted.",
    "properties": {
        "disable": {
            "type": "array",
            "description": "Codes that are not reported. Errors always are.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["code", "reason"],
                "properties": {
                    "code": {
                        "type": "string",
                        "pattern": "^[a-z][a-z0-9]*/[a-z][a-z0-9-]*$",
                        "description": "The warning's code, as it stands in brackets.",
                        "x-example": "slo/retention",
                    },
                    "reason": {
                        "type": "string",
                        "minLength": 10,
                        "maxLength": 500,
                        "description": "Why it does not matter here, for whoever reads this later.",
                        "x-fix": "write a sentence.",
                    },
                },
            },
        },
    },
}


def read_lint(spec: MappingNode) -> tuple[Silenced, ...]:
    """The codes that are silenced, in the order of the file."""
    listed = (mapping_at(spec, "lint") or spec).get("disable")
    leaves = [
        item.get("code")
        for item in (listed.items if isinstance(listed, Sequence) else ())
        if isinstance(item, MappingNode)
    ]
    return tuple(
        Silenced(code=leaf.text, at={"code": leaf.span}) for leaf in leaves if isinstance(leaf, Scalar)
    )


def silence(platform: Platform, diagnostics: Diagnostics) -> None:
    """Take out the warnings that the platform silences, and report entries that silence none.

    After an error not everything has been looked at, so that nothing can be said of the entries.
    """
    codes = {one.code for one in platform.silenced}
    found = {item.code for item in diagnostics.items}
    refused = {item.code for item in diagnostics.items if item.severity is Severity.ERROR}
    diagnostics.items[:] = [
        item for item in diagnostics.items if item.severity is Severity.ERROR or item.code not in codes
    ]
    for one in platform.silenced:
        if one.code in refused:
            diagnostics.error(
                "platform/lint",
                f"{one.code} was reported as an error, which cannot be disabled",
                one.at["code"],
                cause="what it speaks of would be wrong in what is generated.",
                fix="mend it, and remove this entry.",
            )
        elif one.code not in found and not refused:
            diagnostics.warning(
                "platform/lint",
                f"nothing was reported as {one.code}",
                one.at["code"],
                cause="an entry that silences nothing would silence what comes later.",
                fix=did_you_mean(one.code, found) or "remove it.",
            )
