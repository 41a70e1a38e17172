"""A project in memory: sources given as text, compiled like those of a folder."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from generator.diagnostics import Diagnostics, Span
from generator.documents import Document, Source, parse
from generator.pipeline import Compilation, compile_project

ROOT = Path(__file__).resolve().parents[2]
_SUITE = ROOT / "tests" / "cases"


@dataclass
class Memory:
    """The files of a project by path; what `compile_project` reads in place of a folder."""

    files: dict[str, str]
    config: str = "sightline.yaml"
    texts: dict[str, str] = field(default_factory=dict)

    def documents(self, diagnostics: Diagnostics) -> list[Source]:
        return [Source(path, text) for path, text in self.files.items() if path.endswith(".yaml")]

    def modules(self, diagnostics: Diagnostics) -> list[Source]:
        return []

    def matching(self, pattern: str, span: Span | None, diagnostics: Diagnostics) -> list[Source]:
        return []


def compiled(files: dict[str, str]) -> tuple[Compilation, Diagnostics]:
    """The result of a run over `files`, and what was said about them."""
    diagnostics = Diagnostics()
    return compile_project(Memory(files), diagnostics), diagnostics


def compile_files(files: dict[str, str]) -> Compilation:
    """The result of a run over `files` that has nothing to say."""
    compilation, diagnostics = compiled(files)
    assert list(diagnostics) == []
    return compilation


def documents_of(path: Path) -> list[Document]:
    """The YAML documents of a file; the file must be sound."""
    diagnostics = Diagnostics()
    documents = list(parse(Source(path.name, path.read_text(encoding="utf-8")), diagnostics))
    assert list(diagnostics) == []
    return documents


def example_files() -> Iterator[Path]:
    """Every YAML file of the worked example."""
    yield ROOT / "sightline.yaml"
    for folder in ("slos", "alerts", "dashboards"):
        yield from sorted((ROOT / folder).glob("**/*.yaml"))


def example_documents() -> list[dict]:
    """The documents of the worked example as plain data."""
    return [data for path in example_files() for data in yaml.safe_load_all(path.read_text("utf-8")) if data]
