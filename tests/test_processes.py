"""The same done in several processes gives what it gives in one, whatever becomes of these."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from test_cases import CASES, NAMES, copy_inputs

from generator.cli import processes
from generator.cli.processes import WORTH_A_PROCESS, spread
from generator.diagnostics import Diagnostics
from generator.pipeline import compile_project
from generator.tree.inputs import Inputs

# What is about dashboards, whose findings and comparisons stand on what was found in several of them.
ABOUT_DASHBOARDS = [
    name
    for name in NAMES
    if (CASES / name / "diagnostics.txt").exists() and not (CASES / name / "args.txt").exists()
    if "dashboard" in (CASES / name / "diagnostics.txt").read_text(encoding="utf-8")
]
# The tests' own process has threads, which have nothing to do with what is spread.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


@pytest.fixture
def three(monkeypatch):
    """Every number of things is worth three processes."""
    monkeypatch.setattr(processes, "_processes", lambda items: min(3, max(1, items)))


@pytest.fixture(autouse=True)
def nothing_left():
    """No process is left behind, nor a pipe open."""
    before = _open()
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert _open() <= before


def _open() -> set[Path]:
    return set(Path("/dev/fd").iterdir())


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


@pytest.mark.parametrize("number", range(9))
def test_results_come_in_order_from_several_processes(three, number):
    results = list(spread(square, range(number)))
    assert [result for result, _ in results] == [item * item for item in range(number)]
    assert len({process for _, process in results}) == min(3, number)


def test_more_than_a_pipe_holds_is_handed_back(three):
    assert list(spread(lambda item: str(item) * 1_000_000, range(6))) == [
        str(item) * 1_000_000 for item in range(6)
    ]


@pytest.mark.parametrize(
    "end", [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(0), lambda: int("no number")]
)
def test_what_a_process_did_not_do_is_done_here(three, end):
    here = os.getpid()

    def done(item):
        return square(item) if os.getpid() == here else end()

    assert list(spread(done, range(7))) == [(item * item, here) for item in range(7)]


def test_results_that_cannot_be_handed_back_are_made_here(three):
    assert [result() for result in spread(lambda item: lambda: item, range(7))] == list(range(7))


def test_where_no_process_may_be_started_all_is_done_here(three, monkeypatch):
    def refused():
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refused)
    assert list(spread(square, range(7))) == [(item * item, os.getpid()) for item in range(7)]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
@pytest.mark.parametrize("culprit", range(4))
def test_what_is_raised_is_raised_here_and_once(three, capfd, error, culprit):
    def raising(item):
        if item == culprit:
            raise error
        return item

    with pytest.raises(error):
        spread(raising, range(7))
    assert capfd.readouterr() == ("", "")


def test_few_things_are_not_worth_a_process(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    numbers = [processes._processes(items) for items in (0, 1, 199, 200, 350, 10_000)]
    assert numbers == [1, 1, 1, 2, 3, 8]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert processes._processes(100 * WORTH_A_PROCESS) == 1


@pytest.mark.parametrize("name", ABOUT_DASHBOARDS)
def test_a_run_says_and_makes_the_same_in_several_processes(three, tmp_path: Path, monkeypatch, name):
    copy_inputs(CASES / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    runs = []
    for how in (map, spread):
        diagnostics = Diagnostics()
        compilation = compile_project(Inputs(Path(), "sightline.yaml"), diagnostics, None, how)
        runs.append((compilation.artifacts, list(diagnostics)))
    assert runs[0] == runs[1]
    assert runs[0][1]


def test_the_example_is_the_same_in_several_processes(three):
    root = CASES.parent.parent
    results = []
    for how in (map, spread):
        diagnostics = Diagnostics()
        results.append(compile_project(Inputs(root, "sightline.yaml"), diagnostics, None, how).artifacts)
    assert results[0] == results[1]
    assert any("/dashboards/" in artifact.path for artifact in results[0])
