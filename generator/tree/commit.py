"""Carrying out a plan so that no moment of it can leave a damaged file.

1. Everything is written into `.sightline/stage` and brought to the disk. 2. The journal is renamed into
place: a manifest of all that this run may create, change or remove. 3. Files are renamed from the stage to
where they belong; then what is no longer generated is deleted. 4. The manifest is renamed into place, and the
journal deleted.

A rename replaces a file whole or not at all, so every visible file holds its old or its new bytes. Nothing
has to be repaired after an interruption: whatever state the tree is in, manifest and journal together list
all files that may be ours, and the next run plans from there, whatever the interruption was.

Bringing data to the disk matters only when the machine itself stops: a rename that outlives the data it moves
would show an empty file. One `fsync` per file costs 0.2 ms on a fast disk and 5 ms or more on a slow one, so
that 4,000 files take one to twenty seconds; one `sync` of the whole system takes 30 ms on that fast disk, but
also writes what others have left to write. So a few files are synced each, many all at once. That renames
reach the disk in order is left to the file system; if some are lost, the next run repeats them.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from generator.tree.manifest import render_manifest
from generator.tree.model import Claims, Plan
from generator.tree.observe import JOURNAL, LOCK, MANIFEST, STAGE, STATE
from generator.tree.paths import folders_of

_SYNCED_ONE_BY_ONE = 32
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

# What a run needs beside the manifests must never be committed, not even after it was killed.
_GITIGNORE = f"/{LOCK}\n/{STAGE}/\n/*{JOURNAL}\n"


def commit(root: Path, plan: Plan, claims: Claims) -> None:
    """Carry out `plan` below `root`, where the caller holds the lock.

    `claims` are those that the plan was made from. Raises OSError with the path of the tree that could not be
    written; the tree is then partly new, and the next run completes it.
    """
    state = root / STATE
    stage = state / STAGE
    if stage.exists():
        shutil.rmtree(stage)
    stage.mkdir()
    try:
        _stage(root, plan, claims)
        if (stage / "gitignore").exists():
            _rename(stage / "gitignore", state / ".gitignore")
        _rename(stage / "journal", state / (claims.project + JOURNAL))
        _write_tree(root, plan)
        manifest = state / (claims.project + MANIFEST)
        if plan.manifest is None:
            manifest.unlink(missing_ok=True)
        else:
            _rename(stage / "manifest", manifest)
        (state / (claims.project + JOURNAL)).unlink()
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _stage(root: Path, plan: Plan, claims: Claims) -> None:
    """Write every file of the run into the stage, under its number in the plan, and sync them."""
    state = root / STATE
    stage = state / STAGE
    journal = render_manifest([*claims.own, *(item.line for item in plan.writes)])
    files = [
        (stage / str(number), root / item.artifact.path, item.data) for number, item in enumerate(plan.writes)
    ]
    files.append((stage / "journal", state / (claims.project + JOURNAL), journal.encode()))
    if plan.manifest is not None:
        files.append((stage / "manifest", state / (claims.project + MANIFEST), plan.manifest.encode()))
    if not os.path.lexists(state / ".gitignore"):
        files.append((stage / "gitignore", state / ".gitignore", _GITIGNORE.encode()))
    at_once = hasattr(os, "sync") and len(files) > _SYNCED_ONE_BY_ONE
    for staged, target, data in files:
        try:
            _write(staged, data, sync=not at_once)
        except OSError as error:
            error.filename = str(target)
            raise
    if at_once:
        os.sync()


def _write(path: Path, data: bytes, *, sync: bool) -> None:
    """Create the file `path` with exactly `data`."""
    descriptor = os.open(path, _NEW_FILE, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rename(staged: Path, target: Path) -> None:
    """Move a staged file into place; an error names the target."""
    try:
        staged.replace(target)
    except OSError as error:
        error.filename = str(target)
        raise


def _write_tree(root: Path, plan: Plan) -> None:
    """Move staged files into place, delete what is no longer generated, then the folders this empties."""
    made: set[Path] = set()
    for number, item in enumerate(plan.writes):
        target = root / item.artifact.path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        _rename(root / STATE / STAGE / str(number), target)
    for path in plan.changes.removed:
        (root / path).unlink(missing_ok=True)
    _remove_empty_folders(root, [*plan.changes.removed, *plan.gone])


def _remove_empty_folders(root: Path, paths: Sequence[str]) -> None:
    """Delete the folders that only the files at `paths` kept from being empty."""
    folders = {folder for path in paths for folder in folders_of(path)}
    for folder in sorted(folders, key=lambda name: name.count("/"), reverse=True):
        try:
            (root / folder).rmdir()
        except FileNotFoundError:
            continue  # an interrupted run came this far
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}:
                raise
