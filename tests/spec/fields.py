"""The fields of the schema in the golden cases: which are used, what they do, and what is found at them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from test_cases import CASES, NAMES, arguments, read

from generator.diagnostics import Diagnostics, Span
from generator.documents import Document, Node, Scalar, Source, parse
from generator.documents import Mapping as MappingNode
from generator.documents import Sequence as SequenceNode
from generator.pipeline import compile_project
from generator.spec import structure
from generator.spec.schema import kinds
from spec.projects import Memory

_FINDING = re.compile(r"^(\S+?):(\d+):(\d+): (?:error|warning)\[([^\]]+)\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Use:
    """A field that a document uses: its path in the schema, key and value, and the values that it may have.

    `choices` is empty where any value of a form may stand.
    """

    path: str
    key: Scalar
    value: Node
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A golden case as far as fields are concerned: its texts by path, and their documents."""

    name: str
    texts: Mapping[str, str]
    documents: Mapping[str, tuple[Document, ...]]

    @property
    def passes(self) -> bool:
        """Whether it shows what is generated, and not a mistake."""
        return (CASES / self.name / "expected").is_dir()

    def uses(self) -> Iterator[Use]:
        """Every use of a field in it."""
        for documents in self.documents.values():
            for document in documents:
                yield from uses_in(document.root)


@cache
def cases() -> tuple[Case, ...]:
    """Every case, the smallest first."""
    found = [_case(name) for name in NAMES]
    return tuple(sorted(found, key=lambda case: sum(map(len, case.texts.values()))))


def _case(name: str) -> Case:
    folder = CASES / name
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    texts = {path.as_posix(): read(folder / path) for path in paths if path.parts[0] != "expected"}
    texts.setdefault("sightline.yaml", read(CASES / "platform.yaml"))
    documents = {
        path: tuple(parse(Source(path, text), Diagnostics()))
        for path, text in texts.items()
        if path.endswith(".yaml") and not path.startswith("fixtures/")
    }
    return Case(name, texts, documents)


def fields() -> dict[str, bool]:
    """Every field of the schema by its path, and whether it holds further fields."""
    found: dict[str, bool] = {}
    for kind, schema in kinds().items():
        for path, holds in _fields_in(schema):
            found[shared(kind + path)] = holds
    return found


def _fields_in(schema: structure.Schema, path: str = "") -> Iterator[tuple[str, bool]]:
    """The paths of all properties of a schema; items and free keys do not count as steps."""
    schema = structure.resolve(schema)
    for key, below in schema.get("properties", {}).items():
        inner = list(_fields_in(below, f"{path}.{key}"))
        yield f"{path}.{key}", bool(inner)
        yield from inner
    for below in (schema.get("items"), schema.get("additionalProperties"), *schema.get("anyOf", [])):
        if isinstance(below, dict):
            yield from _fields_in(below, path)


def shared(path: str) -> str:
    """One path for a field that stands in several places; they have its fragment in common."""
    path = re.sub(r"^\w+\.(apiVersion|kind)$", r"\1", path)
    path = re.sub(r"^Platform\.spec\.environments\.", "Platform.spec.", path)
    path = re.sub(r"^(Platform\.spec\.tiers\.slos\.\w+|Service\.spec\.slos)\b", "SLO.spec", path)
    path = re.sub(r"^Platform\.spec\.tiers\.tracing\b", "Service.spec.tracing", path)
    path = re.sub(r"^Platform\.spec\.tiers\.alerting\b", "SLO.spec.alerting", path)
    path = re.sub(r"^Platform\.spec\.tiers\.alertPacks\b", "Service.spec.alertPacks", path)
    return re.sub(r"(\.alerting)\.(page|ticket|absent)\.", r"\1.page.", path)


def uses_in(root: Node | None) -> Iterator[Use]:
    """The fields that a document uses, sound or not."""
    kind = root.get("kind") if isinstance(root, MappingNode) else None
    if root is None or not isinstance(kind, Scalar):
        return
    schema = kinds().get(kind.text)
    if schema is None:  # nothing else is known of a document of an unknown kind
        schema = {"properties": {"kind": {}}}
    for use in _uses(root, schema, ""):
        yield Use(shared(kind.text + use.path), use.key, use.value, use.choices)


def _uses(node: Node, schema: structure.Schema, path: str) -> Iterator[Use]:
    schema = structure.resolve(schema)
    for branch in schema.get("anyOf", []):
        yield from _uses(node, branch, path)
    if isinstance(node, SequenceNode) and "items" in schema:
        for item in node.items:
            yield from _uses(item, schema["items"], path)
    if isinstance(node, MappingNode):
        properties, free = schema.get("properties", {}), schema.get("additionalProperties")
        for key, value in node.entries:
            if key.text in properties:
                below = f"{path}.{key.text}"
                choices = structure.resolve(properties[key.text]).get("enum", ())
                yield Use(below, key, value, tuple(map(str, choices)))
                yield from _uses(value, properties[key.text], below)
            elif isinstance(free, dict):
                yield from _uses(value, free, path)


def fields_with_findings(case: Case) -> set[str]:
    """The fields at whose key, or in whose value, the case reports something.

    What a mapping lacks is reported at its first key, and says nothing of that one.
    """
    found: set[str] = set()
    for path, line, column, code in _FINDING.findall(read(CASES / case.name / "diagnostics.txt")):
        place = (int(line), int(column))
        for document in case.documents.get(path, ()):
            for use in uses_in(document.root):
                lacks = code in {"spec/missing-key", "spec/size"}
                if _holds(use.value.span, place) or (_holds(use.key.span, place) and not lacks):
                    found.add(use.path)
    return found


def _holds(span: Span, place: tuple[int, int]) -> bool:
    begin, end = (span.line, span.column), (span.end_line, span.end_column)
    return begin <= place < end or begin == place


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case shows: the files that it is about, and what is said, without the places."""

    files: Mapping[str, str]
    said: tuple[tuple[str, str], ...]

    @property
    def malformed(self) -> bool:
        """Whether the documents break the schema, so that nothing was made of them."""
        return any(code.startswith("spec/") for code, _ in self.said)


def outcome(case: Case, drop: Use | None = None, put: Node | None = None) -> Outcome:
    """What comes of the case when a field is left out, or another value is in its place."""
    texts = dict(case.texts)
    for path, documents in case.documents.items():
        if all(document.root for document in documents):
            texts[path] = "\n---\n".join(_written(document.root, drop, put) for document in documents)
    given, folder = arguments(CASES / case.name), CASES / case.name
    options = dict(zip(given[1::2], given[2::2], strict=False))
    diagnostics = Diagnostics()
    inputs = _Files(texts, options.get("--config", "sightline.yaml"))
    compilation = compile_project(inputs, diagnostics, options.get("--environment"))
    patterns = read(folder / "only.txt").splitlines() or ["*"]
    files = {
        artifact.path: artifact.text
        for artifact in compilation.artifacts
        if any(fnmatchcase(artifact.path, pattern) for pattern in patterns)
    }
    return Outcome(files, tuple(sorted((each.code, each.message) for each in diagnostics)))


def _written(node: Node | None, drop: Use | None, put: Node | None) -> str:
    """A node in flow style, with the key that shall be dropped gone or its value replaced."""
    if isinstance(node, MappingNode):
        entries = []
        for key, value in node.entries:
            changed = drop is not None and key is drop.key
            if not changed or put is not None:
                entries.append(f"{json.dumps(key.text)}: {_written(put if changed else value, drop, put)}")
        return "{" + ", ".join(entries) + "}"
    if isinstance(node, SequenceNode):
        return "[" + ", ".join(_written(item, drop, put) for item in node.items) + "]"
    assert isinstance(node, Scalar)
    return json.dumps(node.text) if isinstance(node.value, str) else node.text or "null"


class _Files(Memory):
    """A case's files, found by the rules for files on disk."""

    def documents(self, diagnostics: Diagnostics) -> list[Source]:
        below = ("slos/", "alerts/", "dashboards/")
        paths = [self.config, *(path for path in self.files if path.startswith(below))]
        return [Source(path, self.files[path]) for path in paths if path.endswith((".yaml", ".yml"))]

    def modules(self, diagnostics: Diagnostics) -> list[Source]:
        return [Source(path, text) for path, text in self.files.items() if path.endswith(".dashboard.py")]

    def matching(self, pattern: str, span: Span | None, diagnostics: Diagnostics) -> list[Source]:
        return [Source(path, text) for path, text in self.files.items() if fnmatchcase(path, pattern)]
