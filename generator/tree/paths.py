"""Which paths may exist in the output tree, and which two paths are one file on some disk.

Output is committed and checked out on Linux, macOS and Windows, so a path must mean the same file on all of
them: no separators or characters that one of them treats specially, no device names, and no two spellings
that differ only in case or Unicode normalisation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

_ASCII_NAME = re.compile(r"[A-Za-z0-9_.-]*")
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")}
)


def path_fault(path: str) -> str:
    """Say why `path` may not be written, as the end of a sentence; empty when it is safe.

    Safe paths are relative, use `/`, and every part is a slug-like name: letters, digits, `.`, `_` and `-`,
    starting with none of `.` and `-`.
    """
    if not path:
        return "is empty"
    if path.startswith("/"):
        return "is absolute"
    for part in path.split("/"):
        fault = _part_fault(part)
        if fault:
            return fault
    return ""


@lru_cache(maxsize=65_536)
def _part_fault(part: str) -> str:
    """Say why one part of a path is unsafe; empty when it is safe."""
    return next((words for is_faulty, words in _PART_FAULTS if is_faulty(part)), "")


def _has_strange(part: str) -> bool:
    """Whether a character is none that names are made of; combining marks belong to their letters."""
    return not _ASCII_NAME.fullmatch(part) and not all(
        char in "._-" or char.isalnum() or unicodedata.category(char).startswith("M") for char in part
    )


_PART_FAULTS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda part: not part, "has an empty part"),
    (lambda part: part in {".", ".."}, 'has a part "." or ".."'),
    (_has_strange, "has a character other than letters, digits, '.', '_' and '-'"),
    (lambda part: part[0] in ".-", "has a part that starts with '.' or '-'"),
    (lambda part: part.endswith("."), "has a part that ends with '.'"),
    (
        lambda part: part.split(".", 1)[0].casefold() in _DEVICES,
        "has a part that Windows reserves for a device",
    ),
    (lambda part: len(part.encode()) > 255, "has a part longer than 255 bytes"),
)


def fold(path: str) -> str:
    """Bring `path` into a form that is equal for two paths that some file system takes for one."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())  # Unicode, D145


def folders_of(path: str) -> Iterator[str]:
    """Yield the folders that `path` lies in, outermost first: `a`, `a/b` for `a/b/c`."""
    start = path.find("/")
    while start != -1:
        yield path[:start]
        start = path.find("/", start + 1)


@dataclass(slots=True)
class _Taken:
    """The files and folders that a tree holds so far, folded.

    `spelled` gives for each of them how it is spelled and the path that brought it.
    """

    files: set[str] = field(default_factory=set)
    spelled: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, path: str) -> None:
        """Add a file and its folders."""
        for name in (*folders_of(path), path):
            self.spelled.setdefault(fold(name), (name, path))
        self.files.add(fold(path))

    def clash(self, path: str) -> str | None:
        """Find the file that `path` collides with."""
        if fold(path) in self.spelled:
            return self.spelled[fold(path)][1]
        for folder in folders_of(path):
            spelling, origin = self.spelled.get(fold(folder), (folder, path))
            if spelling != folder or fold(folder) in self.files:
                return origin
        return None


def collisions(paths: Iterable[str], taken: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each of `paths` that cannot share a tree with an earlier one or one of `taken`, and that one.

    Two paths collide when they are one file, when their folders differ only in spelling, or when one is a
    folder of the other. A path that also stands in `taken`, spelled the same, is left to the caller.
    """
    theirs = set(taken)
    tree = _Taken()
    for path in sorted(theirs):
        tree.add(path)
    seen: set[str] = set()
    for path in paths:
        other = tree.clash(path)
        if other is None:
            tree.add(path)
        elif path not in theirs or path in seen:
            yield path, other
        seen.add(path)
