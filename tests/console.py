"""Console blocks of the documentation, run as a reader would run them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What a reader of this repository has before him; the pages' commands read and write a copy.
_CONTENT = (
    "sightline.yaml",
    "sightline.schema.json",
    "slos",
    "alerts",
    "dashboards",
    "out",
    "tests/fixtures",
)


@dataclass(frozen=True)
class Step:
    """A command and what the page says that it prints."""

    command: str
    expected: str


def steps(text: str) -> list[Step]:
    """The commands of a console block; raises ValueError when it starts with output."""
    head, *parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    if head or not parts:
        raise ValueError("a console block starts with a command: $ ...")
    return [Step(command, rest) for command, _, rest in (part.partition("\n") for part in parts)]


def matches(expected: str, printed: str) -> bool:
    """Whether `printed` is `expected`, where a line of `...` stands for any lines."""
    pieces = re.split(r"^\.\.\.\n", expected, flags=re.MULTILINE)
    return re.fullmatch("(?s:.*)".join(map(re.escape, pieces)), printed) is not None


class Console:
    """A shell in one folder; every block continues where the one before ended."""

    def __init__(self, folder: Path, *, empty: bool) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        if not empty:
            _copy_content(self.folder)
            _commit(self.folder)
        self._here = str(self.folder)
        self._environment = _environment(folder)

    def run(self, commands: list[str]) -> list[str]:
        """What each command prints, on either stream."""
        script = [f"cd {self._here!r}"]
        for command in commands:
            script += [command, r"__status=$?; printf '\0'; (exit $__status)"]
        done = subprocess.run(
            ["bash", "-c", "\n".join([*script, "pwd"])],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        *printed, here = done.stdout.split("\0")
        self._here = here.strip()
        return printed

    def write(self, path: str, text: str) -> None:
        """Save a file that a page asks its reader to save, relative to where the shell is."""
        target = Path(self._here) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _commit(folder: Path) -> None:
    """Make the folder a repository, as the reader's is a clone."""
    somebody = (
        "-c",
        "user.name=somebody",
        "-c",
        "user.email=somebody@example.com",
        "-c",
        "commit.gpgsign=false",
    )
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "First")):
        subprocess.run(["git", *somebody, *command], cwd=folder, check=True, timeout=60)


def _copy_content(folder: Path) -> None:
    for name in _CONTENT:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "lock"))
        else:
            shutil.copy(source, target)


def _environment(folder: Path) -> dict[str, str]:
    """A reader's environment: the program under its name, no colours, an own home."""
    programs, home = folder / "bin", folder / "home"
    programs.mkdir()
    home.mkdir()
    _program(programs / "sightline", f"#!{sys.executable}\nfrom generator.cli import main\n\nmain()\n")
    # A link would lose the virtual environment that Python finds beside its own path.
    _program(programs / "python", f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    who = {"NAME": "Reader", "EMAIL": "reader@example.com"}
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "COLUMNS": "80",
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()},
    }


def _program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
