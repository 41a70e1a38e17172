"""What is left when a run ends anywhere in the middle: whole files, and a next run that gets where it should.

Each case is repeated with a child that dies (or is refused by the system) at its first, second, third ... use
of the file system until one comes through. Children are forked: a thousand of them cost seconds.
"""

import errno
import os
import random
import shutil
import signal
import sys
import time
from functools import partial
from pathlib import Path

import filelock  # noqa: F401  # imported before the fork, so that no child dies while it imports
import pytest

from generator.diagnostics import Diagnostics
from generator.tree import apply, check
from tree.trees import (
    PROJECT,
    artifacts,
    codes,
    crash_at,
    fork,
    on_event,
    run,
    snapshot,
    stamps,
    visible,
    wait,
    write,
)

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

OLD = {
    "rules/changed.yaml": "old " * 50,
    "rules/same.yaml": "same\n",
    "stale/deep/gone.yaml": "gone\n",
    "dash/x": "x",
}
NEW = {
    "rules/changed.yaml": "new " * 60,
    "rules/same.yaml": "same\n",
    "fresh/deep/new.yaml": "n" * 90,
    "dash/x": "x",
}
OTHER = {"rules/changed.yaml": "other\n", "third/other.yaml": "other\n"}
FOREIGN = {"notes.txt": "mine\n", "stale/notes.txt": "mine\n", "fresh.txt": "mine\n"}
NEIGHBOUR = {"blog/rules.yaml": "blog\n"}

CASES = [
    pytest.param({}, NEW, id="first run"),
    pytest.param(OLD, NEW, id="change"),
    pytest.param(OLD, {}, id="remove all"),
]


def prepare(root: Path, *states: dict[str, str]) -> Path:
    """A tree that has foreign files, a second project, and went through `states` in turn."""
    write(root, FOREIGN)
    run(root, NEIGHBOUR, "blog")
    for files in states:
        run(root, files)
    return root


def assert_whole(root: Path, old: dict[str, str], new: dict[str, str]) -> None:
    """Each visible file has old or new content, and nothing is missing that belongs to both or to others."""
    found = visible(root)
    kept = FOREIGN | NEIGHBOUR
    assert {path: found.get(path) for path in kept} == kept
    for path, content in found.items():
        assert content in {kept.get(path), old.get(path), new.get(path)}, path
    assert old.keys() & new.keys() <= found.keys()


@pytest.fixture(params=["one by one", "all at once"])
def _syncing(request, monkeypatch):
    """Both ways of bringing files to the disk."""
    limit = {"one by one": 1000, "all at once": 0}[request.param]
    monkeypatch.setattr(sys.modules["generator.tree.commit"], "_SYNCED_ONE_BY_ONE", limit)


@pytest.mark.usefixtures("_syncing")
@pytest.mark.parametrize(("old", "new"), CASES)
def test_whenever_a_run_dies_the_next_one_completes_the_tree(tmp_path, old, new):
    start = prepare(tmp_path / "start", old)
    goals = [
        (files, snapshot(prepare(tmp_path / f"goal{n}", old, files)))
        for n, files in enumerate([new, OTHER, old])
    ]
    number = 1
    while True:
        root = shutil.copytree(start, tmp_path / "out")
        if not crash_at(number, partial(run, root, new)):
            break
        assert_whole(root, old, new)
        before = stamps(root)
        diagnostics = Diagnostics()
        check(root, PROJECT, artifacts(new), diagnostics)
        assert diagnostics.items == []
        assert stamps(root) == before
        for files, goal in goals:
            again = shutil.copytree(root, tmp_path / "again")
            run(again, files)
            assert snapshot(again) == goal
            shutil.rmtree(again)
        shutil.rmtree(root)
        number += 1
    assert snapshot(root) == goals[0][1]
    assert number > 30


def test_whenever_the_very_first_run_dies_the_next_one_completes_the_tree(tmp_path):
    run(tmp_path / "goal", NEW)
    goal = snapshot(tmp_path / "goal")
    root = tmp_path / "out"
    number = 1
    while crash_at(number, partial(run, root, NEW)):
        run(root, NEW)
        assert snapshot(root) == goal
        shutil.rmtree(root)
        number += 1
    assert snapshot(root) == goal
    assert number > 30


def test_runs_that_die_one_after_the_other_are_completed(tmp_path):
    start = prepare(tmp_path / "start", OLD)
    goal = snapshot(prepare(tmp_path / "goal", OLD, NEW))
    steps = random.Random(1)
    for _ in range(60):
        root = shutil.copytree(start, tmp_path / "out")
        for files in (NEW, OTHER, NEW, OLD):
            crash_at(steps.randrange(1, 60), partial(run, root, files))
        assert {path: visible(root)[path] for path in FOREIGN | NEIGHBOUR} == FOREIGN | NEIGHBOUR
        run(root, NEW)
        assert snapshot(root) == goal
        shutil.rmtree(root)


@pytest.mark.parametrize(("old", "new"), CASES)
@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_whatever_the_system_refuses_is_a_diagnostic_and_the_next_run_completes_the_tree(
    tmp_path, old, new, reason
):
    start = prepare(tmp_path / "start", old)
    goal = snapshot(prepare(tmp_path / "goal", old, new))
    number, refusals = 1, 0
    while True:
        root = shutil.copytree(start, tmp_path / "out")
        status = wait(fork(partial(refused_at, number, reason, root, new)))
        assert status in {COMPLETE, SURVIVED, REFUSED}
        assert_whole(root, old, new)
        if status == COMPLETE:
            break
        refusals += status == REFUSED
        run(root, new)
        assert snapshot(root) == goal
        shutil.rmtree(root)
        number += 1
    assert snapshot(root) == goal
    assert refusals > 20


COMPLETE, SURVIVED, REFUSED = range(3)


def refused_at(number: int, reason: int, root: Path, files: dict[str, str]) -> int:
    """In a child: apply while the `number`-th use of the file system is refused; what came of it."""
    happened: list[str] = []

    def refuse(event: str) -> None:
        happened.append(event)
        raise OSError(reason, os.strerror(reason))

    on_event(number, refuse)
    diagnostics = Diagnostics()
    apply(root, PROJECT, artifacts(files), diagnostics)
    if not diagnostics.items:
        return SURVIVED if happened else COMPLETE
    assert codes(diagnostics) == ["tree/io"], diagnostics.items
    assert os.strerror(reason) in diagnostics.items[0].message
    return REFUSED


def test_kill_at_any_time_leaves_whole_files(tmp_path):
    trees = [
        {f"{n % 7}/{n}.yaml": f"{part}{n}\n" * 200 for n in range(start, start + 60)}
        for start, part in ((0, "a"), (20, "b"))
    ]
    root = prepare(tmp_path / "out")
    goal = snapshot(prepare(tmp_path / "goal", trees[0]))
    pauses = random.Random(1)

    def child() -> int:
        while True:
            for files in trees:
                run(root, files)

    for _ in range(25):
        victim = fork(child)
        time.sleep(pauses.uniform(0.001, 0.06))
        os.kill(victim, signal.SIGKILL)
        assert wait(victim) == -signal.SIGKILL
        found = visible(root)
        for path, content in found.items():
            assert content in {files.get(path) for files in (*trees, FOREIGN, NEIGHBOUR)}, path
    run(root, trees[0])
    assert snapshot(root) == goal


def test_a_neighbour_works_on_while_a_dead_runs_files_wait(tmp_path):
    start = prepare(tmp_path / "start", OLD)
    goal = visible(prepare(tmp_path / "goal", OLD, NEW))
    number = 1
    while True:
        root = shutil.copytree(start, tmp_path / "out")
        crashed = crash_at(number, partial(run, root, NEW))
        run(root, {"blog/later.yaml": "later\n"}, "blog")
        run(root, NEW)
        assert visible(root) == {path: text for path, text in goal.items() if path not in NEIGHBOUR} | {
            "blog/later.yaml": "later\n"
        }
        assert {path.name for path in (root / ".sightline").iterdir()} == {
            "lock",
            ".gitignore",
            "blog.manifest",
            "shop.manifest",
        }
        shutil.rmtree(root)
        if not crashed:
            break
        number += 1
