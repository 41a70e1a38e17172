"""Output trees for the tests: making, running and comparing them, and children that end in the middle."""

import os
import resource
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from generator.delivery.artifact import Artifact
from generator.diagnostics import Diagnostics, Severity
from generator.tree import Changes, apply

PROJECT = "shop"
LOCK = ".sightline/lock"


def artifacts(files: Mapping[str, str], source: str = "slos/shop.yaml") -> list[Artifact]:
    """One artifact per path and text."""
    return [Artifact(path, text, source) for path, text in files.items()]


def run(root: Path, files: Mapping[str, str], project: str = PROJECT) -> Changes:
    """Apply; no diagnostic may come of it."""
    diagnostics = Diagnostics()
    changes = apply(root, project, artifacts(files), diagnostics)
    assert diagnostics.items == []
    return changes


def codes(diagnostics: Diagnostics, severity: Severity = Severity.ERROR) -> list[str]:
    """The codes of one severity, in the order of printing."""
    return [item.code for item in diagnostics if item.severity is severity]


def write(root: Path, files: Mapping[str, str]) -> None:
    """Put files there by hand."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())


def snapshot(root: Path) -> dict[str, str]:
    """Everything below `root` with its content; without the lock, which may come and stay."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = f"link to {path.readlink()}"
        elif path.is_dir():
            found[name] = "folder"
        elif name != LOCK:
            found[name] = path.read_bytes().decode()
    return found


def visible(root: Path) -> dict[str, str]:
    """The files that a reader of the tree sees, with their content."""
    return {
        name: content
        for name, content in snapshot(root).items()
        if content != "folder" and not name.startswith(".sightline")
    }


def stamps(root: Path) -> dict[str, tuple[int, int, int]]:
    """Inode, time of modification and of change of everything, the root included."""
    return {
        str(path): (stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns)
        for path in (root, *root.rglob("*"))
        for stat in [path.lstat()]
    }


def fork(work: Callable[[], int]) -> int:
    """Start a child that exits with the result of `work`, or with 99 and a traceback; its process id."""
    child = os.fork()
    if child:
        return child
    status = 99
    try:
        status = work()
    except BaseException:  # noqa: BLE001  # a child must never return into the test
        traceback.print_exc()
    finally:
        os._exit(status)


def wait(child: int) -> int:
    """The exit status of a child; minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


CRASHED = 42
_WATCHED = ("open", "os.", "shutil.", "fcntl.")


def on_event(number: int, act: Callable[[str], None]) -> None:
    """In a child: call `act` with the name of the event at its `number`-th use of the file system.

    Renaming, opening, deleting and the like announce themselves to audit hooks before they happen. Writing
    and syncing do not, so they are wrapped; a write is interrupted when half of the data is out.
    """
    left = [number]

    def count(event: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            act(event)

    def hook(event: str, _args: tuple[object, ...]) -> None:
        if event.startswith(_WATCHED):
            count(event)

    write_for_real = os.write

    def write(descriptor: int, data: memoryview) -> int:
        if left[0] == 1:
            write_for_real(descriptor, data[: len(data) // 2])
        count("write")
        return write_for_real(descriptor, data)

    def wrapped(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def call(*args: object) -> object:
            count(name)
            return real(*args)

        return call

    for name in ("fsync", "sync"):
        setattr(os, name, wrapped(name))
    os.write = write
    sys.addaudithook(hook)


def crash_at(number: int, work: Callable[[], object]) -> bool:
    """Do `work` in a child that dies at its `number`-th event; whether it died before it was done."""

    def child() -> int:
        on_event(number, lambda _event: os._exit(CRASHED))
        work()
        return 0

    status = wait(fork(child))
    assert status in {0, CRASHED}
    return status == CRASHED


def limit_file_size(size: int) -> None:
    """In a child: let every write beyond `size` bytes of a file fail with EFBIG, like a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
