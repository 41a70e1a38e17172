"""Checks located nodes against a schema fragment: the part of JSON Schema that our fragments use.

Its verdicts are those of the jsonschema package (a property test compares them); it is here because it points
at lines, goes on after a mistake, and costs a fiftieth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from generator.diagnostics import Diagnostics, Related, did_you_mean
from generator.documents import Mapping as MappingNode
from generator.documents import Node, Scalar, Sequence
from generator.spec.schema import DEFINITIONS

Schema = Mapping[str, Any]
_TYPE_NAMES = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
_TYPE_NAMES |= {"array": "a list", "object": "a mapping", "null": "nothing"}
_YAML_1_1_BOOLEANS = frozenset({"yes", "no", "on", "off", "y", "n"})


def resolve(schema: Schema) -> Schema:
    """The schema with a `$ref` to our definitions followed; annotations beside the `$ref` win."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    return {**DEFINITIONS[reference.removeprefix("#/definitions/")], **schema}


def check(node: Node, schema: Schema, what: str, diagnostics: Diagnostics, *, partial: bool = False) -> bool:
    """Report every way in which `node` breaks `schema`; `what` names the node in messages.

    With `partial`, missing keys are no mistake: the node is merged over another one later. Returns whether
    nothing was reported.
    """
    before = len(diagnostics.items)
    _Checker(diagnostics, partial).check(node, schema, what)
    return len(diagnostics.items) == before


def json_type(node: Node) -> str:  # noqa: PLR0911  # one line for each type
    """The node's JSON type."""
    if isinstance(node, MappingNode):
        return "object"
    if isinstance(node, Sequence):
        return "array"
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, Decimal):
        return "integer" if value == value.to_integral_value() else "number"
    return "string"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # `$` of a JSON Schema pattern matches at the very end only; Python's also before a final line break.
    return re.compile(pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern)


class _Checker:
    def __init__(self, diagnostics: Diagnostics, partial: bool) -> None:  # noqa: FBT001  # private
        self.diagnostics = diagnostics
        self.partial = partial

    def check(self, node: Node, schema: Schema, what: str) -> None:
        schema = resolve(schema)
        if "anyOf" in schema:
            schema = self._branch(node, schema)
        if not self._type(node, schema, what) or not self._values(node, schema, what):
            return
        if isinstance(node, MappingNode):
            self._mapping(node, schema, what)
        elif isinstance(node, Sequence):
            self._sequence(node, schema, what)
        else:
            self._scalar(node, schema, what)

    def _branch(self, node: Node, schema: Schema) -> Schema:
        """The alternative for the node's type; our fragments give each alternative its own type."""
        found = json_type(node)
        branches = [resolve(branch) for branch in schema["anyOf"]]
        for branch in branches:
            if found in _types(branch):
                return branch
        return {**schema, "type": [name for branch in branches for name in _types(branch)]}

    def _type(self, node: Node, schema: Schema, what: str) -> bool:
        allowed = _types(schema)
        found = json_type(node)
        if not allowed or found in allowed or (found == "integer" and "number" in allowed):
            return True
        wanted = " or ".join(_TYPE_NAMES[name] for name in allowed)
        given = f"{_TYPE_NAMES[found]}" if isinstance(node, MappingNode | Sequence) else _shown(node)
        fix = schema.get("x-fix", "")
        if "boolean" in allowed and isinstance(node, Scalar) and node.text.casefold() in _YAML_1_1_BOOLEANS:
            fix = "write true or false: this is YAML 1.2."
        elif allowed == ["string"] and found in {"integer", "number", "boolean", "null"}:
            fix = fix or (
                f'quote it: "{node.text}".' if isinstance(node, Scalar) and node.text else "give it a value."
            )
        cause = schema.get("x-cause", "")
        self.diagnostics.error(
            "spec/type", f"{what} must be {wanted}, not {given}", node.span, cause=cause, fix=fix
        )
        return False

    def _values(self, node: Node, schema: Schema, what: str) -> bool:
        choices = [schema["const"]] if "const" in schema else schema.get("enum")
        if choices is None or (isinstance(node, Scalar) and node.value in choices):
            return True
        names = [str(choice) for choice in choices]
        text = node.text if isinstance(node, Scalar) else ""
        self.diagnostics.error(
            "spec/value",
            f"{what} must be {_listed(names)}, not {_shown(node)}",
            node.span,
            cause=schema.get("x-cause", ""),
            fix=_instead(text, schema) or did_you_mean(text, names) or schema.get("x-fix", ""),
        )
        return False

    def _mapping(self, node: MappingNode, schema: Schema, what: str) -> None:
        properties: Mapping[str, Any] = schema.get("properties", {})
        extra = schema.get("additionalProperties", True)
        names = schema.get("propertyNames")
        for key, value in node.entries:
            if key.text in properties:
                self.check(value, properties[key.text], key.text)
                continue
            if extra is False:
                self.diagnostics.error(
                    "spec/unknown-key",
                    f'unknown key "{key.text}" in {what}',
                    key.span,
                    cause=schema.get("x-refused", {}).get(key.text, ""),
                    fix=did_you_mean(key.text, properties) or f"known here: {', '.join(sorted(properties))}.",
                )
                continue
            if names and not _may_be_called(key.text, names):
                known = names.get("enum", ())
                self.diagnostics.error(
                    "spec/key",
                    f'"{key.text}" cannot be a key of {what}',
                    key.span,
                    fix=did_you_mean(key.text, known) or (f"use {', '.join(known)}." if known else ""),
                )
            if isinstance(extra, Mapping):
                self.check(value, extra, key.text)
        missing = [] if self.partial else [key for key in schema.get("required", ()) if node.get(key) is None]
        for key in missing:
            described = resolve(properties.get(key, {})).get("description", "")
            self.diagnostics.error(
                "spec/missing-key", f'{what} lacks "{key}"', _head(node), cause=described, fix=f"add {key}."
            )
        size = len(node.entries)
        if size < schema.get("minProperties", 0) or size > schema.get("maxProperties", size):
            expected = (
                "exactly one"
                if schema.get("maxProperties") == 1
                else f"at least {schema.get('minProperties')}"
            )
            self.diagnostics.error(
                "spec/size", f"{what} must have {expected} of {_listed(sorted(properties))}", _head(node)
            )

    def _sequence(self, node: Sequence, schema: Schema, what: str) -> None:
        if "items" in schema:
            for item in node.items:
                self.check(item, schema["items"], f"an item of {what}")
        if len(node.items) < schema.get("minItems", 0):
            self.diagnostics.error("spec/size", f"{what} must not be empty", node.span)
        if schema.get("uniqueItems"):
            seen: dict[object, Node] = {}
            for item in node.items:
                first = seen.setdefault(_comparable(item), item)
                if first is not item:
                    self.diagnostics.error(
                        "spec/duplicate-item",
                        f"{_shown(item)} stands twice in {what}",
                        item.span,
                        related=[Related(first.span, "first here")],
                        fix="remove one.",
                    )

    def _scalar(self, node: Scalar, schema: Schema, what: str) -> None:
        value = node.value
        problem = ""
        if isinstance(value, str):
            refused = "pattern" in schema and not _compiled(schema["pattern"]).search(value)
            if not value and (refused or schema.get("minLength")):
                problem = "is empty"
            elif len(value) < schema.get("minLength", 0):
                problem = "is too short"
            elif len(value) > schema.get("maxLength", len(value)):
                problem = f"is longer than {schema['maxLength']} characters"
            elif refused:
                problem = f"has the wrong form: {_shown(node)}"
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            problem = _out_of_range(value, schema)
        if problem:
            self.diagnostics.error(
                "spec/value",
                f"{what} {problem}",
                node.span,
                cause=schema.get("x-cause", ""),
                fix=schema.get("x-fix", ""),
            )


def _may_be_called(name: str, names: Schema) -> bool:
    return name in names["enum"] if "enum" in names else bool(_compiled(names["pattern"]).search(name))


def _out_of_range(value: int | Decimal, schema: Schema) -> str:
    if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
        return f"must be more than {schema['exclusiveMinimum']}, not {value}"
    if "exclusiveMaximum" in schema and value >= schema["exclusiveMaximum"]:
        return f"must be less than {schema['exclusiveMaximum']}, not {value}"
    if "minimum" in schema and value < schema["minimum"]:
        return f"must be at least {schema['minimum']}, not {value}"
    if "maximum" in schema and value > schema["maximum"]:
        return f"must be at most {schema['maximum']}, not {value}"
    return ""


def _comparable(node: Node) -> object:
    """A value that is equal for equal JSON: 1 and 1.0 are the same number, 1 and true are not the same."""
    if isinstance(node, MappingNode):
        return frozenset((key.text, _comparable(value)) for key, value in node.entries)
    if isinstance(node, Sequence):
        return tuple(_comparable(item) for item in node.items)
    return (isinstance(node.value, bool), node.value)


def _instead(text: str, schema: Schema) -> str:
    """What to write in place of a value that people know from elsewhere."""
    instead = schema.get("x-instead", {}).get(text)
    return f"write {instead}." if instead else ""


def _types(schema: Schema) -> list[str]:
    declared = schema.get("type", [])
    return [declared] if isinstance(declared, str) else list(declared)


def _shown(node: Node) -> str:
    if not isinstance(node, Scalar):
        return _TYPE_NAMES[json_type(node)]
    return f'"{node.text[:60]}"' if node.text else "nothing"


def _listed(names: list[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _head(node: MappingNode) -> Any:
    """The place that stands for a whole mapping: its first key, so that carets do not cover a page."""
    return node.entries[0][0].span if node.entries else node.span
