"""Reading a project's files: the platform, the documents, fixtures, and the team's dashboard modules.

Folders are walked in bytewise order of names; links to folders are not followed, so that a walk ends and
stays inside the project.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from generator.diagnostics import Diagnostics, Span
from generator.documents import Source, decode

FOLDERS = ("slos", "alerts", "dashboards")
MODULE_SUFFIX = ".dashboard.py"
_YAML = (".yaml", ".yml")
LARGEST = 5_000_000  # bytes; larger files are refused before they are decoded


@dataclass(slots=True)
class Inputs:
    """The files of the project in the folder `root`, whose platform is the file `config` (relative to it).

    `texts` holds every file read so far, by path: what reporters draw source lines from.
    """

    root: Path
    config: str = "sightline.yaml"
    texts: dict[str, str] = field(default_factory=dict)

    def documents(self, diagnostics: Diagnostics) -> list[Source]:
        """The platform file, then every YAML file of the project's folders."""
        paths = [self.config]
        for folder in FOLDERS:
            paths += [
                path
                for path in self._walk(folder, diagnostics)
                if path.endswith(_YAML) and path != self.config
            ]
        return [source for path in paths if (source := self._read(path, diagnostics))]

    def modules(self, diagnostics: Diagnostics) -> list[Source]:
        """The team's dashboard modules, as text."""
        paths = [path for path in self._walk("dashboards", diagnostics) if path.endswith(MODULE_SUFFIX)]
        return [source for path in paths if (source := self._read(path, diagnostics))]

    def matching(self, pattern: str, span: Span | None, diagnostics: Diagnostics) -> list[Source]:
        """The files that a path or glob names below the root; to find none is a mistake."""
        pure = PurePosixPath(pattern)
        if pure.is_absolute() or ".." in pure.parts or "\\" in pattern or not pure.parts:
            diagnostics.error(
                "platform/fixture-path",
                f'"{pattern}" is not a path inside the project',
                span,
                fix="write it relative to this file, without .. in it.",
            )
            return []
        found = self._glob(pattern)
        if not found:
            diagnostics.error(
                "platform/fixture-path", f'no file matches "{pattern}"', span, fix="correct it or remove it."
            )
        return [source for path in found if (source := self._read(path, diagnostics))]

    def _glob(self, pattern: str) -> list[str]:
        return sorted(
            path.relative_to(self.root).as_posix() for path in self.root.glob(pattern) if path.is_file()
        )

    def given(self, path: str, suffixes: tuple[str, ...], diagnostics: Diagnostics) -> list[Source]:
        """The file at `path`, whatever its name, or the files with these suffixes in the folder there."""
        if (self.root / path).is_dir():
            found = [name for name in self._walk(path, diagnostics) if name.endswith(suffixes)]
            if not found:
                diagnostics.error(
                    "input/none",
                    f"{path} holds no {' or '.join(suffixes)} file",
                    None,
                    fix="correct the path.",
                )
        else:
            found = [path]
        return [source for name in found if (source := self._read(name, diagnostics))]

    def _walk(self, folder: str, diagnostics: Diagnostics) -> Iterator[str]:
        top = self.root / folder
        if not top.is_dir():
            return
        refused: list[OSError] = []
        for here, folders, files in os.walk(top, onerror=refused.append):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
            place = Path(here) if Path(folder).is_absolute() else Path(here).relative_to(self.root)
            yield from ((place / name).as_posix() for name in sorted(files) if not name.startswith("."))
        for error in refused:
            _unreadable(folder, error, diagnostics)

    def _read(self, path: str, diagnostics: Diagnostics) -> Source | None:
        try:
            file = self.root / path
            if file.stat().st_size > LARGEST:
                too_large(path, diagnostics)
                return None
            if not file.is_file():
                diagnostics.error("input/unreadable", f"{path} is not a regular file", None, fix="remove it.")
                return None
            data = file.read_bytes()
        except OSError as error:
            _unreadable(path, error, diagnostics)
            return None
        return decoded(path, data, self.texts, diagnostics)


def decoded(path: str, data: bytes, texts: dict[str, str], diagnostics: Diagnostics) -> Source | None:
    """The text of a file, kept in `texts`; None after a report."""
    source = decode(path, data, diagnostics)
    if source:
        texts[path] = source.text
    return source


def too_large(path: str, diagnostics: Diagnostics) -> None:
    """Report a file that is not read because of its size."""
    diagnostics.error(
        "input/too-large", f"{path} is larger than {LARGEST} bytes", Span(path, 1, 1, 1, 1), fix="split it."
    )


def _unreadable(path: str, error: OSError, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "input/unreadable", f"{path} cannot be read: {error.strerror or error}", None, fix="make it readable."
    )
