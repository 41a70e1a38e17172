"""The types of the output tree: what is wanted, what is there, who owns it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from generator.delivery.artifact import Artifact
from generator.diagnostics import Diagnostics, Span
from generator.tree.manifest import Line
from generator.tree.paths import path_fault

Selection = Callable[[Artifact], bool]


class Kind(StrEnum):
    """What stands at a path; a link is a symlink whatever it points to."""

    ABSENT = "nothing"
    FILE = "file"
    FOLDER = "folder"
    SYMLINK = "symlink"
    SPECIAL = "special file"


@dataclass(frozen=True, slots=True)
class Entry:
    """What was found for a path: at the path itself, or at a folder `at` of it that is none and hides it.

    `sha256` is the hex digest of a file's bytes, empty for everything else.
    """

    kind: Kind
    at: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Encoded:
    """An artifact as bytes, with their hex SHA-256."""

    artifact: Artifact
    data: bytes
    sha256: str

    @property
    def line(self) -> Line:
        """Its line of the manifest."""
        return Line(self.artifact.path, self.sha256, self.artifact.source)


@dataclass(frozen=True, slots=True)
class Claims:
    """Who owns what: the lines of this project, and the project that owns each path of the others.

    The lines hold those of an interrupted run's journal too. `manifest` is the text of this project's
    manifest, None when there is none.
    """

    project: str
    own: tuple[Line, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)
    manifest: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run did, or with `check` would do, to the tree: sorted paths below the output folder.

    `overwritten_edits` are those of `changed` and `removed` whose content was not what an earlier run had
    written. `manifest_changed` is true as well when only a source or the ownership of a file differs.
    """

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    overwritten_edits: tuple[str, ...] = ()
    manifest_changed: bool = False

    @property
    def differs(self) -> bool:
        """Whether the tree is not what the artifacts say."""
        return bool(self.created or self.changed or self.removed or self.manifest_changed)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write, what to delete, and the manifest afterwards (None: none, as nothing is owned).

    `gone` are listed paths that are no longer generated and not there either; at most their folders remain.
    """

    changes: Changes
    writes: tuple[Encoded, ...]
    gone: tuple[str, ...]
    manifest: str | None


def encode(artifacts: Sequence[Artifact], diagnostics: Diagnostics) -> list[Encoded]:
    """Turn artifacts into bytes, sorted by path, without those that cannot be written.

    Errors: `tree/unsafe-path`, and `tree/bad-text` for text with a lone surrogate.
    """
    encoded = []
    for artifact in sorted(artifacts):
        fault = path_fault(artifact.path)
        if fault:
            diagnostics.error(
                "tree/unsafe-path",
                f"the output path {artifact.path!a} {fault}",
                start_of(artifact.source),
                fix="choose a name of letters, digits, '-' and '_'",
            )
            continue
        try:
            data = artifact.text.encode()
        except UnicodeEncodeError as error:
            diagnostics.error(
                "tree/bad-text",
                f"{artifact.path} would hold half of a surrogate pair, {error.object[error.start]!a}",
                start_of(artifact.source),
                fix="remove the escape from the text that is quoted in this file",
            )
            continue
        encoded.append(Encoded(artifact, data, sha256(data).hexdigest()))
    return encoded


def start_of(source: str) -> Span | None:
    """Give the first character of a source file as a place; None when the source is not known."""
    return Span(source, 1, 1, 1, 1) if source else None
