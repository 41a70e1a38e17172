"""`environments`: what differs between one project's places, laid over the platform by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.diagnostics import Diagnostics, did_you_mean
from generator.documents import Mapping as MappingNode
from generator.documents import Scalar
from generator.spec.lookup import mapping_at
from generator.spec.merge import merge

_NOT_IN_PART = frozenset({"required", "minProperties", "default", "x-default"})
# What no environment may change: it holds for the whole file.
_FIXED = frozenset({"requires", "environments"})


def fragment(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of `environments`: by name, any of the platform's `properties`, in part."""
    changeable = {key: _in_part(value) for key, value in properties.items() if key not in _FIXED}
    return {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},
        "additionalProperties": {
            "type": "object",
            "additionalProperties": False,
            "x-of": "Platform",
            "properties": changeable,
        },
        "description": "What is different where `--environment` names one: any of these fields, laid over "
        "the others field by field. Lists of things with a `name` are merged by it, other lists replaced.",
    }


def in_environment(root: MappingNode, name: str, diagnostics: Diagnostics) -> MappingNode | None:
    """The Platform document as it is in the environment `name`; None where there is none, which is reported.

    Its `environment` is that name unless the overrides give another.
    """
    spec = root.get("spec")
    assert isinstance(spec, MappingNode)  # noqa: S101  # the structure says so
    known = mapping_at(spec, "environments")
    chosen = known.get(name) if known else None
    if not isinstance(chosen, MappingNode):
        names = [key.text for key, _ in known.entries] if known else []
        diagnostics.error(
            "platform/unknown-environment",
            f'no environment is called "{name}"',
            known.entries[0][0].span if known and known.entries else root.entries[0][0].span,
            cause="--environment asks for it.",
            fix=did_you_mean(name, names) or f"known: {', '.join(sorted(names)) or 'none'}.",
        )
        return None
    key = known.key(name) if known else None
    place = key.span if key else chosen.span
    named = MappingNode(((Scalar("environment", "environment", place), Scalar(name, name, place)),), place)
    merged = merge(merge(spec, named), chosen, named=True)
    entries = tuple((key, merged if key.text == "spec" else value) for key, value in root.entries)
    return MappingNode(entries, root.span)


def _in_part(field: Mapping[str, Any]) -> dict[str, Any]:
    """A fragment of which any part may be left out; what stands in a list is replaced whole."""
    part = {key: value for key, value in field.items() if key not in _NOT_IN_PART}
    if "properties" in field:
        part["properties"] = {key: _in_part(value) for key, value in field["properties"].items()}
    if isinstance(field.get("additionalProperties"), Mapping):
        part["additionalProperties"] = _in_part(field["additionalProperties"])
    return part
