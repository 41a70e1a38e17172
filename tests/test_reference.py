"""The tables of docs/reference.md and the JSON Schema name the same fields, both ways.

Both are read as a user has them: the page's text, and the committed schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from pages import ROOT

_SCHEMA = json.loads((ROOT / "sightline.schema.json").read_text(encoding="utf-8"))
_KINDS = sorted(_SCHEMA["properties"]["kind"]["enum"])
_ROW = re.compile(r"\| `(?P<field>[^`]+)` \| (?P<type>.*?) \| ")
# Sections that a type leads to stand for the fields below, wherever the type is used.
_SHARED = {
    "[SLI kind](#sli-kinds)": "SLI kinds",
    "[alerting](#alerting)": "Alerting",
    "[SLO](#slo)": "SLO",
    "[Platform](#platform)": "Platform",
}
# What holds for the whole file of a platform, and cannot differ in an environment.
_FIXED = {"requires", "environments"}
# What an SLO has where it stands in a service or a tier, and has in its metadata otherwise.
_INLINE_ONLY = {"name", "disabled", "renamedFrom"}

Fields = Mapping[str, str]


@cache
def _section(heading: str) -> Fields:
    """The type of each field in the tables under a heading of any level."""
    text = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
    found = re.search(rf"^(##+) {re.escape(heading)}\n(.*?)(?=^## |^\1 |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, heading
    return {row["field"]: row["type"] for row in _ROW.finditer(found[2])}


def _resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return _SCHEMA["definitions"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node


def _mappings(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The mappings with fixed keys that a node may hold, each with the path that leads into it."""
    node = _resolved(node)
    if "properties" in node:
        yield f"{path}." if path else "", node
    if "items" in node:
        yield from _mappings(node["items"], f"{path}[]")
    if isinstance(node.get("additionalProperties"), dict):
        yield from _mappings(node["additionalProperties"], f"{path}.<name>")
    for choice in node.get("anyOf", ()):
        yield from _mappings(choice, path)


def _compare(node: Mapping[str, Any], path: str, fields: Fields, seen: set[str]) -> None:
    """Every field below `node` has its row; the rows are collected in `seen`."""
    for prefix, mapping in _mappings(node, path):
        for key, below in mapping["properties"].items():
            field = prefix + key
            assert field in fields, f"the reference lacks {field}"
            seen.add(field)
            shared = [section for link, section in _SHARED.items() if link in fields[field]]
            if shared:
                _compare_shared(below, shared[0])
            else:
                _compare(below, field, fields, seen)


def _compare_shared(node: Mapping[str, Any], section: str) -> None:
    """The fields below `node` are exactly those of the section that describes them."""
    if section == "SLI kinds":
        for kind, below in node["properties"].items():
            seen: set[str] = set()
            _compare(below, "", _section(kind), seen)
            assert seen == set(_section(kind))
        return
    expected, seen = dict(_section(section)), set()
    if section == "SLO":
        node = _resolved(node.get("items", node))
        expected = {field: cell for field, cell in expected.items() if not field.startswith("metadata")}
        expected |= dict.fromkeys(_INLINE_ONLY, "")
        assert set(node["properties"]) >= _INLINE_ONLY
        owners = {field for field in expected if field.partition(".")[0] in {"service", "journey"}}
        expected = {field: cell for field, cell in expected.items() if field not in owners}
    if section == "Platform":
        node = node["additionalProperties"]
        fixed = {field for field in expected if field.split(".")[0] in {*_FIXED, "metadata"}}
        expected = {field: cell for field, cell in expected.items() if field not in fixed}
    _compare(node, "", expected, seen)
    assert seen == set(expected)


@pytest.mark.parametrize("kind", _KINDS)
def test_the_tables_of_a_kind_are_its_schema(kind: str) -> None:
    document, fields = _SCHEMA["definitions"][kind]["properties"], _section(kind)
    seen = {"metadata"}
    _compare(document["metadata"], "metadata", fields, seen)
    _compare(document["spec"], "", fields, seen)
    assert seen == set(fields), "the reference has rows of fields that are not there"
