"""Reading the output tree: what is there, and who owns it. Writes nothing and follows no symbolic link."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from generator.diagnostics import Diagnostics
from generator.tree.manifest import Line, parse_manifest
from generator.tree.model import Claims, Entry, Kind
from generator.tree.paths import folders_of, path_fault

STATE = ".sightline"
MANIFEST = ".manifest"
JOURNAL = ".journal"
LOCK = "lock"
STAGE = "stage"

# O_NONBLOCK: a FIFO that appears after the check must not hang the run. Neither flag exists on Windows.
_READ_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


def report_os_error(action: str, path: Path, error: OSError, diagnostics: Diagnostics) -> None:
    """Record as `tree/io` that the system refused `action` for the path that it names, else for `path`."""
    where = shown(Path(error.filename) if isinstance(error.filename, str | Path) else path)
    diagnostics.error(
        "tree/io",
        f"cannot {action} {where}: {error.strerror or error}",
        None,
        fix="run again when the reason is gone; no file is left half-written",
    )


def is_safe(root: Path, project: str, diagnostics: Diagnostics) -> bool:
    """Whether the output folder and its `.sightline` may be read and written; reports why not.

    The output folder, and each folder between the working directory and it, must be a real folder or absent.
    What lies above the working directory is the user's own system, where links are normal.
    """
    fault = path_fault(project)
    if fault or "/" in project:
        diagnostics.error(
            "tree/unsafe-path", f"the project's name {project!a} {fault or 'has several parts'}", None
        )
        return False
    here = Path.cwd()
    between = [here / part for part in root.relative_to(here).parents] if root.is_relative_to(here) else []
    folders = [*reversed(between), root, root / STATE, root / STATE / STAGE]
    return all(_is_kind(folder, Kind.FOLDER, diagnostics) for folder in folders) and _is_kind(
        root / STATE / LOCK, Kind.FILE, diagnostics
    )


def has_leftovers(root: Path, project: str) -> bool:
    """Whether an earlier run ended before it could clean up."""
    state = root / STATE
    return any(_kind(state / name) is not Kind.ABSENT for name in (STAGE, project + JOURNAL))


def read_claims(root: Path, project: str, diagnostics: Diagnostics) -> Claims:
    """Read all manifests and journals.

    Journals are read before manifests: a run writes its manifest before it deletes its journal, so that a
    reader without the lock misses neither. For the same reason a folder is listed once for each.
    """
    own: set[Line] = set()
    others: dict[str, str] = {}
    manifest = None
    for suffix in (JOURNAL, MANIFEST):
        for path in _listed(root / STATE, suffix):
            text = _read_text(path, diagnostics)
            if text is None:
                continue
            lines = parse_manifest(text, shown(path), diagnostics)
            owner = path.name.removesuffix(suffix)
            if owner != project:
                others |= {line.path: owner for line in lines}
                continue
            own |= set(lines)
            manifest = text if suffix == MANIFEST else manifest
    return Claims(project, tuple(sorted(own)), others, manifest)


def _listed(state: Path, suffix: str) -> list[Path]:
    """Find the manifests or journals; unlike `glob`, an unreadable folder is an error."""
    try:
        return sorted(path for path in state.iterdir() if path.name.endswith(suffix))
    except FileNotFoundError:
        return []


def observe(root: Path, paths: Iterable[str], diagnostics: Diagnostics) -> dict[str, Entry]:
    """Look at each of `paths`; what cannot be read is reported as `tree/io` and left out."""
    entries: dict[str, Entry] = {}
    folders: dict[str, Kind] = {}
    for path in paths:
        try:
            entries[path] = _observe(root, path, folders)
        except FileNotFoundError:  # it went between two looks at it
            entries[path] = Entry(Kind.ABSENT, path)
        except OSError as error:
            report_os_error("read", root / path, error, diagnostics)
    return entries


def _observe(root: Path, path: str, folders: dict[str, Kind]) -> Entry:
    """Look at every folder on the way (`folders` remembers them), then at the path itself."""
    for folder in folders_of(path):
        if folder not in folders:
            folders[folder] = _kind(root / folder)
        if folders[folder] is Kind.ABSENT:
            return Entry(Kind.ABSENT, path)
        if folders[folder] is not Kind.FOLDER:
            return Entry(folders[folder], folder)
    kind = _kind(root / path)
    if kind is not Kind.FILE:
        return Entry(kind, path)
    with os.fdopen(os.open(root / path, _READ_FLAGS), "rb") as file:
        return Entry(kind, path, hashlib.file_digest(file, "sha256").hexdigest())


def _kind(path: Path) -> Kind:
    """Look at `path` without following a link there."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return Kind.ABSENT
    if stat.S_ISREG(mode):
        return Kind.FILE
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.SYMLINK if stat.S_ISLNK(mode) else Kind.SPECIAL


def _is_kind(path: Path, wanted: Kind, diagnostics: Diagnostics) -> bool:
    """Whether `wanted` or nothing is at `path`; reports what else is there."""
    try:
        kind = _kind(path)
    except OSError as error:
        report_os_error("read", path, error, diagnostics)
        return False
    if kind in {wanted, Kind.ABSENT}:
        return True
    if kind is Kind.SYMLINK:
        diagnostics.error(
            "tree/symlink",
            f"{shown(path)} is a symbolic link",
            None,
            cause="Links are not followed: they could lead out of the project.",
            fix="name the real folder with --out, or delete the link",
        )
        return False
    diagnostics.error(
        "tree/not-a-folder" if wanted is Kind.FOLDER else "tree/not-a-file",
        f"{shown(path)} must be a {wanted}, but is a {kind}",
        None,
        fix=f"move the {kind} away",
    )
    return False


def _read_text(path: Path, diagnostics: Diagnostics) -> str | None:
    """Read a manifest; None when it is gone, or cannot be read, which is reported.

    Bytes that are no UTF-8 spoil their line, not the file.
    """
    if not _is_kind(path, Kind.FILE, diagnostics):
        return None
    try:
        with os.fdopen(os.open(path, _READ_FLAGS), "rb") as file:
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        report_os_error("read", path, error, diagnostics)
        return None


def shown(path: Path) -> str:
    """Write an absolute path as the user knows it: from the working directory when it lies there."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()
