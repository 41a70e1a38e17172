"""A project as it was at a revision of git: its files are read from the repository, never checked out.

`git` is asked for names and for the bytes of blobs, which no filter, hook or attribute of the repository
changes. A revision never becomes an option: it is resolved first, after `--end-of-options`.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from generator.diagnostics import Diagnostics
from generator.documents import Source
from generator.tree.inputs import FOLDERS, LARGEST, Inputs, decoded, too_large

_SECONDS = 120  # that one question to git may take
_TOTAL = 1_000_000_000  # bytes of all files that are read at once
_SYMLINK = "120000"
_FILES = ("100644", "100755")


class GitError(Exception):
    """Git could not answer: a message for people, and a way out."""

    def __init__(self, message: str, fix: str, cause: str = "") -> None:
        super().__init__(message)
        self.fix, self.cause = fix, cause


class _RefusedError(GitError):
    """Git ran, and ended with a failure."""


@dataclass(frozen=True, slots=True)
class _Blob:
    mode: str
    oid: str
    size: int


@dataclass(slots=True)
class RevisionInputs(Inputs):
    """The files of the project in the folder `root` as they were at the commit `commit`.

    `folder` is the project's folder in the repository, empty at its top.
    """

    commit: str = ""
    folder: str = ""
    _blobs: dict[str, _Blob] = field(default_factory=dict)
    _read_so_far: dict[str, bytes] = field(default_factory=dict)

    def documents(self, diagnostics: Diagnostics) -> list[Source]:
        """The platform file, then every YAML file of the project's folders; nothing where there was none."""
        self._list([self.config, *FOLDERS])
        if self.config not in self._blobs:
            return []
        self._fetch(path for path in self._blobs if path.endswith((".yaml", ".yml", ".py")))
        return Inputs.documents(self, diagnostics)

    @property
    def exists(self) -> bool:
        """Whether there was a project."""
        return self.config in self._blobs

    def _walk(self, folder: str, diagnostics: Diagnostics) -> Iterator[str]:
        del diagnostics
        hidden = (".", "__")
        for path in sorted(self._blobs, key=lambda path: path.split("/")):
            folders = path.split("/")[1:-1]
            if path.startswith(f"{folder}/") and not any(part.startswith(hidden) for part in folders):
                name = posixpath.basename(path)
                if not name.startswith("."):
                    yield path

    def _glob(self, pattern: str) -> list[str]:
        """The files that a glob names, by pathlib's rules."""
        parts = PurePosixPath(pattern).parts
        fixed: list[str] = []
        for part in parts[:-1]:
            if any(mark in part for mark in "*?["):
                break
            fixed.append(part)
        self._list(["/".join(fixed)] if fixed else [])
        found = [path for path in self._blobs if _matches(path.split("/"), parts)]
        self._fetch(found)
        return sorted(found)

    def _read(self, path: str, diagnostics: Diagnostics) -> Source | None:
        if self._blobs[path].size > LARGEST:
            too_large(path, diagnostics)
            return None
        return decoded(path, self._read_so_far[path], self.texts, diagnostics)

    def _list(self, paths: list[str]) -> None:
        """Learn of the files below some paths of the project, links followed one step inside of it."""
        where = f"{self.commit}:{self.folder}" if self.folder else self.commit
        if self.folder and not _exists(self.root, where):
            return
        listed = _git(self.root, "ls-tree", "-r", "-z", "-l", "--full-tree", where, "--", *paths)
        links = {}
        for entry in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
            about, _, path = entry.partition("\t")
            mode, _, oid, size = about.split()
            if mode in _FILES:
                self._blobs[path] = _Blob(mode, oid, int(size))
            elif mode == _SYMLINK:
                links[path] = oid
        targets = _contents(self.root, links.values())
        for path, oid in links.items():
            target = posixpath.join(posixpath.dirname(path), targets[oid].decode("utf-8", "surrogateescape"))
            target = posixpath.normpath(target)
            if target not in self._blobs and target not in paths and not target.startswith(("..", "/")):
                self._list([target])
            if target in self._blobs:
                self._blobs[path] = self._blobs[target]

    def _fetch(self, paths: Iterable[str]) -> None:
        wanted = {
            path: self._blobs[path].oid
            for path in paths
            if path not in self._read_so_far and self._blobs[path].size <= LARGEST
        }
        if sum(self._blobs[path].size for path in wanted) > _TOTAL:
            raise GitError(f"the project's files are larger than {_TOTAL} bytes", "compare a part of it.")
        contents = _contents(self.root, wanted.values())
        self._read_so_far |= {path: contents[oid] for path, oid in wanted.items()}


def at_revision(root: Path, config: str, revision: str) -> RevisionInputs:
    """The project in `root` as it was at `revision`; raises GitError."""
    if not root.is_dir():
        raise GitError(f"there is no folder {root}", "name one that exists.")
    try:
        folder = _git(root, "rev-parse", "--show-prefix").decode().strip("\n").rstrip("/")
    except _RefusedError as error:
        raise GitError(
            f"{root.resolve().name or root} is not in a git repository",
            "run it in a clone; `git init` and a first commit make one.",
            error.cause,
        ) from None
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        commit = _git(root, *asked).decode().strip()
    except _RefusedError:
        raise _unknown(root, revision) from None
    return RevisionInputs(root, config, commit=commit, folder=folder)


def _unknown(root: Path, revision: str) -> GitError:
    if not _exists(root, "HEAD"):
        return GitError("nothing has been committed yet", "commit the project first.")
    shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
    return GitError(
        f'there is no revision "{revision}" here',
        "fetch it: `git fetch --unshallow`, or fetch-depth: 0 where CI checks out."
        if shallow
        else "`git branch --all` and `git tag` list what there is.",
        "this clone is shallow: it has only the newest commits." if shallow else "",
    )


def _exists(root: Path, name: str) -> bool:
    try:
        _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    except _RefusedError:
        return False
    return True


def _contents(root: Path, oids: Iterable[str]) -> Mapping[str, bytes]:
    """The bytes of blobs by their ids, by one process."""
    wanted = sorted(set(oids))
    if not wanted:
        return {}
    answer = _git(root, "cat-file", "--batch", given="".join(f"{oid}\n" for oid in wanted).encode())
    found, start = {}, 0
    for oid in wanted:
        end = answer.index(b"\n", start)
        about = answer[start:end].split()
        if len(about) != 3:  # `<oid> missing`
            raise GitError(f"the repository lacks {oid}", "`git fsck` says what is wrong with it.")
        size = int(about[2])
        found[oid] = answer[end + 1 : end + 1 + size]
        start = end + 1 + size + 1
    return found


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    program = shutil.which("git")
    if program is None:
        raise GitError("git is not installed", "install it: the other revision is read from its repository.")
    try:
        done = subprocess.run(  # noqa: S603  # no shell, and no argument that a user wrote can be an option
            [program, "-C", str(root), *arguments],
            input=given,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env={**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"},
        )
    except subprocess.TimeoutExpired:
        raise GitError(f"git did not answer within {_SECONDS} s", "try again.") from None
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror or error}", "make it runnable.") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise _RefusedError("git refused", "see what it says.", f"git says: {said}" if said else "")
    return done.stdout


def _matches(path: list[str], pattern: tuple[str, ...]) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(_matches(path[skipped:], pattern[1:]) for skipped in range(len(path)))
    return bool(path) and fnmatch.fnmatchcase(path[0], pattern[0]) and _matches(path[1:], pattern[1:])
