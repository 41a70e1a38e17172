"""The published schema of catalogues: valid, described, current, and at one with the reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator
from pages import ROOT, of, prose

from generator.diagnostics import Diagnostics
from generator.documents import Source, parse
from generator.scaffold import catalogue_schema_text
from generator.spec.read import plain
from promql.catalogues import HEADER, SHOP, load
from promql.test_catalogue import MISTAKES

SCHEMA = json.loads(catalogue_schema_text())
VALIDATOR = Draft7Validator(SCHEMA)


def records(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object with properties inside of a schema."""
    if isinstance(schema, dict):
        if "properties" in schema and "description" in schema:
            yield schema
        for below in schema.values():
            yield from records(below)
    elif isinstance(schema, list):
        for below in schema:
            yield from records(below)


def accepts(text: str) -> bool:
    (document,) = parse(Source("block.yaml", text), Diagnostics())
    assert document.root
    return VALIDATOR.is_valid(json.loads(json.dumps(plain(document.root), default=float)))


def test_it_is_a_schema_of_draft_7() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "$ref" not in json.dumps(SCHEMA)


def test_the_committed_schema_is_the_programs() -> None:
    committed = (ROOT / "catalogue.schema.json").read_text(encoding="utf-8")
    assert committed == catalogue_schema_text(), "make update rewrites it"


def test_every_key_is_described_in_the_schema_and_on_the_page() -> None:
    page = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    found = [(name, below) for record in records(SCHEMA) for name, below in record["properties"].items()]
    assert len(found) > 20
    for name, below in found:
        assert below.get("description", "").endswith("."), name
        assert f"`{name}`" in page or f"`{name}: " in page, name
    assert "catalogue.schema.json" in prose(ROOT / "CONTRIBUTING.md")


@pytest.mark.parametrize("path", sorted((ROOT / "tests/fixtures").glob("*.yaml")), ids=lambda path: path.name)
def test_it_accepts_our_fixtures(path: Any) -> None:
    assert accepts(path.read_text(encoding="utf-8"))


def test_it_accepts_the_pages_examples() -> None:
    examples = [block.text for block in of("yaml") if "kind: Catalogue" in block.text]
    assert len(examples) >= 2
    assert all(accepts(text) for text in (*examples, SHOP))


def test_it_refuses_what_the_reader_refuses() -> None:
    """But for what a schema cannot see: names that stand elsewhere in the file, and the order of a list."""
    beyond = [message for text, code, _, message, _ in MISTAKES if accepts(text) and "unused" not in code]
    assert beyond == ["b-c", "x has no label a", "not ascending", ""]


def test_it_accepts_what_the_reader_accepts_of_histograms() -> None:
    for metric in ("{type: histogram, native: true}", "{type: gaugehistogram, buckets: [-1, 0.5, 1e3]}"):
        text = f"{HEADER}metrics: {{x: {metric}}}\n"
        assert accepts(text)
        assert load(text)[1] == []
