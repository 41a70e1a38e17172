"""The JSON Schemas for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def schema_text() -> str:
    """The JSON Schema of every kind of document, as a file's text."""
    import orjson

    from generator.spec.schema import project_schema

    text = orjson.dumps(_public(project_schema()), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    return text.decode() + "\n"


def catalogue_schema_text() -> str:
    """The JSON Schema of a catalogue, as a file's text."""
    import orjson

    from generator.promql.catalogue_schema import CATALOGUE

    text = orjson.dumps(dict(CATALOGUE), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    return text.decode() + "\n"


def _public(schema: Any) -> Any:
    """The schema in words that every validator knows: our own `x-` keywords become what editors show."""
    if isinstance(schema, list | tuple):
        return [_public(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    public = {key: _public(value) for key, value in schema.items() if not key.startswith("x-")}
    if "x-example" in schema:
        public["examples"] = [schema["x-example"]]
    return public
