"""Which alert packs a service or a tier uses: a list of names, or of names with parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.diagnostics import Diagnostics, Related
from generator.documents import Mapping as MappingNode
from generator.documents import Node, Scalar, Sequence
from generator.spec.lookup import mapping_at, text_at
from generator.spec.model import PackUse
from generator.spec.read import places, plain

PACK_USES: Mapping[str, Any] = {
    "type": "array",
    "description": "Alert packs that apply.",
    "items": {
        "anyOf": [
            {"$ref": "#/definitions/slug"},
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": {"$ref": "#/definitions/slug", "description": "The pack."},
                    "parameters": {
                        "type": "object",
                        "additionalProperties": {"type": ["string", "number"]},
                        "description": "Values for the pack's parameters.",
                    },
                },
            },
        ]
    },
}


def read_uses(node: Node | None, diagnostics: Diagnostics) -> tuple[PackUse, ...]:
    """The uses in a sound list, each pack once; a repetition is reported."""
    uses: dict[str, PackUse] = {}
    for item in node.items if isinstance(node, Sequence) else ():
        use = _pack_use(item)
        first = uses.setdefault(use.name, use)
        if first is not use:
            diagnostics.error(
                "spec/duplicate-item",
                f'the alert pack "{use.name}" is used twice',
                use.at.get("name"),
                related=[Related(first.at["name"], "first here")],
                fix="remove one.",
            )
    return tuple(uses.values())


def _pack_use(node: Node) -> PackUse:
    """A pack by its name alone, or with parameters."""
    if not isinstance(node, MappingNode):
        name = node.text if isinstance(node, Scalar) else ""
        return PackUse(name=name, at={"name": node.span, "": node.span})
    parameters = mapping_at(node, "parameters")
    return PackUse(
        name=text_at(node, "name"), parameters=plain(parameters) if parameters else {}, at=places(node)
    )
