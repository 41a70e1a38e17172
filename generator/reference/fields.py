"""Every field of every kind of document, from the schema fragments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.reference.markdown import code, table
from generator.sli import KINDS
from generator.spec import schema, slo
from generator.spec.alerting import ALERTING_SCHEMA

_Schema = Mapping[str, Any]


def kinds() -> Iterator[str]:
    """Write a section for each kind of document, and one for what several of them share."""
    for kind, document in schema.kinds().items():
        properties = document["properties"]
        spec = properties["spec"]
        yield f"## {kind}\n"
        yield _fields({"metadata": properties["metadata"]}, ("metadata",))
        yield _fields(spec["properties"], spec.get("required", ()))
    about = "The same keys stand in an SLO and, for all its SLOs, in a tier."
    yield f"## Alerting\n\n{ALERTING_SCHEMA['description']} {about}\n"
    yield _fields(ALERTING_SCHEMA["properties"], ())


def sli_kinds() -> Iterator[str]:
    """Write a section for each kind of SLI."""
    yield "## SLI kinds\n"
    for name, kind in KINDS.items():
        yield f"### {name}\n\n{kind.SCHEMA['description']}\n"
        yield _fields(kind.SCHEMA["properties"], kind.SCHEMA.get("required", ()))


def types() -> Iterator[str]:
    """Write the types that the tables of fields refer to."""
    yield "## Types\n"
    rows = [
        (code(name), definition["description"], code(definition.get("pattern", "")), _example(definition))
        for name, definition in sorted(schema.DEFINITIONS.items())
        if "description" in definition
    ]
    yield table(("type", "meaning", "pattern", "example"), rows)


def _fields(properties: _Schema, required: Iterable[str]) -> str:
    """Write one table of fields, nested ones under their dotted path."""
    rows = _rows(properties, frozenset(required), "")
    return table(("field", "type", "default", "meaning", "example"), rows)


def _rows(properties: _Schema, required: frozenset[str], prefix: str) -> Iterator[tuple[str, ...]]:
    for key, field in properties.items():
        path = f"{prefix}{key}"
        meaning = field.get("description") or _resolved(field).get("description", "")
        default = "required" if key in required else _default(field)
        yield (code(path), _type(field), default, meaning, _example(field))
        if not _elsewhere(field):
            for inner, suffix in _inside(field):
                needed = frozenset(inner.get("required", ()))
                yield from _rows(inner["properties"], needed, f"{path}{suffix}.")


def _inside(field: _Schema) -> Iterator[tuple[_Schema, str]]:
    """Find the mappings that a field holds, each with what stands between its name and theirs."""
    items = field.get("items", {})
    candidates = [(field, ""), (items, "[]"), *((choice, "[]") for choice in items.get("anyOf", ()))]
    below = field.get("additionalProperties")
    if isinstance(below, Mapping):
        candidates += [(below, ".<name>"), (below.get("items", {}), ".<name>[]")]
    return (
        (inner, suffix) for inner, suffix in candidates if "properties" in inner and not _elsewhere(inner)
    )


def _elsewhere(field: _Schema) -> str:
    """Name the section that describes a field's content once for all places where it stands."""
    if field is slo.PROPERTIES["sli"]:
        return "[SLI kind](#sli-kinds)"
    if field is ALERTING_SCHEMA:
        return "[alerting](#alerting)"
    if "x-of" in field:
        return f"the fields of a [{field['x-of']}](#{field['x-of'].lower()}), each in part"
    return "[SLO](#slo) without `service`, with `name` and `disabled`" if field is slo.INLINE else ""


def _resolved(field: _Schema) -> _Schema:
    target: _Schema = schema.DEFINITIONS[field["$ref"].rpartition("/")[2]] if "$ref" in field else field
    return target


def _type(field: _Schema) -> str:
    if _elsewhere(field):
        return _elsewhere(field)
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#types)" if "description" in _resolved(field) else name
    if "enum" in field:
        return ", ".join(map(code, field["enum"]))
    if "anyOf" in field:
        return " or ".join(map(_type, field["anyOf"]))
    if field["type"] == "array":
        return f"list of {_type(field['items'])}"
    return _mapping_or_value(field)


def _mapping_or_value(field: _Schema) -> str:
    kind = field["type"]
    if kind == "object":
        values = field.get("additionalProperties")
        return f"mapping of names to {_type(values)}" if isinstance(values, Mapping) else "mapping"
    if isinstance(kind, list):
        return " or ".join(kind)
    if "exclusiveMinimum" in field:
        above = f"{kind} above {field['exclusiveMinimum']}"
        return (
            f"{above}, up to {field['maximum']}"
            if "maximum" in field
            else (f"{above}, below {field['exclusiveMaximum']}")
        )
    return f"{kind}, {field['minimum']} to {field['maximum']}" if "minimum" in field else str(kind)


def _default(field: _Schema) -> str:
    if "default" not in field:
        return str(field.get("x-default", ""))
    value = field["default"]
    return code(str(value).lower() if isinstance(value, bool) else value)


def _example(field: _Schema) -> str:
    example = field.get("x-example", "")
    if not isinstance(example, list):
        return code(example)
    return code(f"[{', '.join(map(_as_written, example))}]")


def _as_written(text: str) -> str:
    """Quote a string as an author must: text with quotes in it, and what YAML would take for a number."""
    if '"' in text:
        return f"'{text}'"
    return f'"{text}"' if text.isdigit() else text
