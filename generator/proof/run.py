"""Running trials: promtool, on as many files at a time as there are cores."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from generator.proof import answer
from generator.proof.notation import histograms
from generator.proof.suite import RULES, Job, Suite
from generator.proof.verdict import Outcome, judge

_TESTS = "trials_test.yaml"
PROMTOOL = "promtool"
_NATIVE = f"""\
rule_files: [{RULES}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series: [{{series: x, values: "{histograms("0+60x10", 1)}"}}]
    promql_expr_test:
      - {{expr: histogram_count(x), eval_time: 5m, exp_samples: [{{labels: "{{}}", value: 300}}]}}
"""
HOW_TO_GET = (
    "promtool is not there. It comes with Prometheus: on Debian and Ubuntu `apt-get install prometheus`, "
    "elsewhere with every download of Prometheus; put it on the PATH or name it with --promtool."
)


class NoPromtoolError(Exception):
    """There is no promtool to be run; the message says how to get it."""


def find(program: str = PROMTOOL) -> str:
    """The path of promtool; raises NoPromtoolError."""
    path = shutil.which(program)
    if path is None:
        raise NoPromtoolError(HOW_TO_GET)
    return path


def knows_native(promtool: str) -> bool:
    """Whether a promtool has native histograms: it is asked to count one."""
    with tempfile.TemporaryDirectory(prefix="sightline-") as folder:
        Path(folder, RULES).write_text("groups: []\n", encoding="utf-8")
        tests = Path(folder, _TESTS)
        tests.write_text(_NATIVE, encoding="utf-8")
        command = [promtool, "test", "rules", str(tests)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603  # as below


def run(
    suites: Iterable[Suite], promtool: str, done: Callable[[int], None] = lambda _: None
) -> list[Outcome]:
    """The outcomes of all trials, in the order of the suites; `done` is told how many trials have ended."""
    jobs = [job for suite in suites for job in suite.jobs()]
    # The longest first, so that no core waits for a last long one.
    order = sorted(range(len(jobs)), key=lambda number: -len(jobs[number].trials))
    found: dict[int, list[Outcome]] = {}
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        running = {pool.submit(run_job, jobs[number], promtool): number for number in order}
        for future in as_completed(running):
            found[running[future]] = future.result()
            done(len(jobs[running[future]].trials))
    return [outcome for number in range(len(jobs)) for outcome in found[number]]


def run_job(job: Job, promtool: str) -> list[Outcome]:
    """The outcomes of one file.

    promtool stops at a rule that cannot be evaluated and does not say in which test; then each runs apart.
    """
    code, said = _ask(job, promtool)
    if said.broken and len(job.trials) > 1:
        return [outcome for one in job.apart() for outcome in run_job(one, promtool)]
    return list(judge(job, code, said))


def _ask(job: Job, promtool: str) -> tuple[int, answer.Answer]:
    with tempfile.TemporaryDirectory(prefix="sightline-") as folder:
        rules, tests = Path(folder) / RULES, Path(folder) / _TESTS
        rules.write_text(job.rules(), encoding="utf-8")
        tests.write_text(job.text(_TESTS), encoding="utf-8")
        done = subprocess.run(  # noqa: S603  # the program is the user's choice, the arguments are ours
            [promtool, "test", "rules", str(tests)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    words = (done.stdout + done.stderr).replace(f"{folder}{os.sep}", "")
    return done.returncode, answer.read(words)
