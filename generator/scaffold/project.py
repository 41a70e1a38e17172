"""The files of a first project, and how they get into a folder."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from generator import names
from generator.scaffold.first_service import Choice, fixture, platform_lines, service_lines, slo_lines
from generator.scaffold.schemas import schema_text

SCHEMA_FILE = "sightline.schema.json"


def scaffold(folder: Path, project: str | None, choice: Choice) -> tuple[list[Path], str]:
    """Write the first project into `folder`; returns what was written, or why nothing was.

    An existing file is never overwritten: if any of the files is there, nothing is written.
    """
    name = project or names.slug(folder.resolve().name)
    if not names.is_slug(name):
        return [], f'"{name}" cannot be a project\'s name: use 1 to 63 of a-z, 0-9 and -, with --project.'
    files = {folder / path: text for path, text in _files(name, choice).items()}
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


def _files(project: str, choice: Choice) -> dict[str, str]:
    """The files of a first project by path; a line `@words@` in their text stands for what was chosen."""
    template = resources.files("generator.library").joinpath("init")
    fixture_name = fixture(choice)
    listed = {
        "sightline.yaml": "sightline.yaml",
        "slos/hello.yaml": "service.yaml",
        f"tests/fixtures/{fixture_name}.yaml": f"fixtures/{fixture_name}.yaml",
        ".github/workflows/sightline.yaml": "workflow.yaml",
        ".gitattributes": "gitattributes",
    }
    chosen = {
        "    @defaults@\n": platform_lines(choice),
        "        @slos@\n": slo_lines(choice),
        "  @telemetry@\n": service_lines(choice),
        "@project@": project,
    }
    files = {}
    for path, source in listed.items():
        text = template.joinpath(source).read_text(encoding="utf-8")
        for word, value in chosen.items():
            text = text.replace(word, value)
        files[path] = text
    return {**files, SCHEMA_FILE: schema_text()}
