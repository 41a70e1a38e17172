"""`sightline init`: a first project that generates at once; and the JSON Schemas for editors."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from generator import names

SCHEMA_FILE = "sightline.schema.json"


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


def scaffold(folder: Path, project: str | None) -> tuple[list[Path], str]:
    """Write the first project into `folder`; returns what was written, or why nothing was.

    An existing file is never overwritten: if any of the files is there, nothing is written.
    """
    name = project or names.slug(folder.resolve().name)
    if not names.is_slug(name):
        return [], f'"{name}" cannot be a project\'s name: use 1 to 63 of a-z, 0-9 and -, with --project.'
    files = {folder / path: text for path, text in _files(name).items()}
    there = [path for path in files if path.exists() or path.is_symlink()]
    if there:
        return [], f"{there[0]} exists already; nothing was written."
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        return [], f"{error.filename} cannot be written: {error.strerror}."
    return sorted(files), ""


def _files(project: str) -> dict[str, str]:
    """The files of a first project by path; `@project@` stands for its name in their text."""
    template = resources.files("generator.library").joinpath("init")
    listed = {
        "sightline.yaml": "sightline.yaml",
        "slos/hello.yaml": "service.yaml",
        "tests/fixtures/istio.yaml": "fixtures/istio.yaml",
        ".github/workflows/sightline.yaml": "workflow.yaml",
        ".gitattributes": "gitattributes",
    }
    files = {
        path: template.joinpath(source).read_text(encoding="utf-8").replace("@project@", project)
        for path, source in listed.items()
    }
    return {**files, SCHEMA_FILE: schema_text()}
