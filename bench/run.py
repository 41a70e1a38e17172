"""`make bench`: what the design's budgets ask for, measured here and printed beside them as Markdown.

Times are the best of several runs of a fresh process, wall clock; memory is the peak resident set of that
process. Byte code is cached, as where the program is installed. Times depend on the machine: compare ratios.
Sizes 100, 1,000 and 10,000 give the growth exponent, the slope of log time over log size.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import projects


class Cost(NamedTuple):
    """What a process took: wall clock and processor time in seconds, peak resident memory in megabytes.

    The processor time is that of the process and of those that it started, the memory that of the largest.
    """

    seconds: float
    megabytes: float
    processor: float


_CACHE = tempfile.TemporaryDirectory(prefix="sightline-bytecode-")


def environment() -> dict[str, str]:
    """The environment of a measured process: this source, with its byte code cached."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return inherited | {"PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONPYCACHEPREFIX": _CACHE.name}


def run(arguments: list[str], folder: Path) -> Cost:
    """Run `sightline` once in `folder`."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"sightline {' '.join(arguments)} failed with {process.returncode}")
    return Cost(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def best(measure: Callable[[], Cost], repeat: int) -> Cost:
    """The least of several measurements, of each figure apart."""
    costs = [measure() for _ in range(repeat)]
    return Cost(*map(min, zip(*costs, strict=True)))


def generation(write: Callable[[Path], None], *, repeat: int) -> tuple[Cost, Cost]:
    """Cost of a first `generate` of the project that `write` makes, and of one that finds all up to date."""
    firsts, seconds = [], []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "project"
            write(root)
            firsts.append(run(["generate"], root))
            seconds.append(run(["generate"], root))
    return best(iter(firsts).__next__, repeat), best(iter(seconds).__next__, repeat)


def catalogue_load(repeat: int) -> float:
    """Seconds to read a catalogue of 100 kB, in this process."""
    from generator.diagnostics import Diagnostics
    from generator.documents import Source
    from generator.promql.catalogue_file import load_catalogue

    source = Source("large.yaml", projects.catalogue(100_000))
    seconds = []
    for _ in range(repeat):
        diagnostics = Diagnostics()
        start = time.perf_counter()
        load_catalogue([source], diagnostics)
        seconds.append(time.perf_counter() - start)
        assert not list(diagnostics)
    return min(seconds)


def exponent(sizes: list[int], times: list[float]) -> float:
    """The slope of log time over log size between the first and the last size."""
    return math.log(times[-1] / times[0]) / math.log(sizes[-1] / sizes[0])


def row(work: str, budget: str, measured: str, *, met: bool) -> None:
    print(f"| {work} | {budget} | {measured} | {'yes' if met else '**no**'} |", flush=True)


def generator_table(*, largest: int, repeat: int) -> None:
    print("| work | budget | measured | met |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        version = best(lambda: run(["--version"], Path(folder)), 5 * repeat)
    row("`sightline --version`", "100 ms", f"{version.seconds * 1000:.0f} ms", met=version.seconds <= 0.1)
    load = catalogue_load(5 * repeat)
    row("a fixture of 100 kB loaded", "100 ms", f"{load * 1000:.0f} ms", met=load <= 0.1)
    for work, formats in (("rules, alerts, links, checks", ()), ("with its five dashboards", ("grafana",))):
        one, again = generation(partial(projects.plain, services=1, formats=formats), repeat=3 * repeat)
        measured = f"{one.seconds * 1000:.0f} ms; again {again.seconds * 1000:.0f} ms"
        budget, met = ("-", True) if formats else ("300 ms", one.seconds <= 0.3)
        row(f"`generate`, one service, cold: {work}", budget, measured, met=met)
    cost, again = generation(projects.example, repeat=repeat)
    measured = f"{cost.seconds * 1000:.0f} ms, {cost.megabytes:.0f} MB; again {again.seconds * 1000:.0f} ms"
    row("both examples: Bookinfo and Online Boutique", "-", measured, met=True)
    sizes = [size for size in (100, 1_000, 10_000) if size <= largest]
    times = []
    for size in sizes:
        write = partial(projects.plain, services=size)
        cost, again = generation(write, repeat=repeat if size < 10_000 else 1)
        times.append(cost.seconds)
        budget, met = (
            ("5 s, 250 MB", cost.seconds <= 5 and cost.megabytes <= 250) if size == 1_000 else ("-", True)
        )
        measured = f"{cost.seconds:.2f} s, {cost.megabytes:.0f} MB; again {again.seconds:.2f} s"
        row(f"{size:,} services, {2 * size:,} SLOs: rules, alerts, links, checks", budget, measured, met=met)
    if len(sizes) > 1:
        growth = exponent(sizes, times)
        work = f"growth from {sizes[0]:,} to {sizes[-1]:,} services"
        row(work, "exponent 1.05", f"{growth:.3f}", met=growth <= 1.05)
    many = min(1_000, largest)
    cost, _ = generation(partial(projects.mixed, services=many), repeat=repeat)
    measured = f"{cost.seconds:.2f} s, {cost.megabytes:.0f} MB"
    met = cost.seconds <= 5 and cost.megabytes <= 250
    row(f"{many:,} services of mixed kinds: rules, alerts, links, checks", "5 s, 250 MB", measured, met=met)
    for work, write, format_, budget in (
        ("HTTP services with a dashboard each", projects.plain, "grafana", 10),
        ("services of mixed kinds with a dashboard each", projects.mixed, "grafana", 10),
        ("HTTP services with a runbook each", projects.plain, "runbooks", None),
    ):
        cost, _ = generation(partial(write, services=many, formats=(format_,)), repeat=repeat)
        measured = f"{cost.seconds:.2f} s, {cost.processor:.2f} s of processor time, {cost.megabytes:.0f} MB"
        allowed = "-" if budget is None else f"{budget} s on two cores"
        row(f"{many:,} {work}", allowed, measured, met=budget is None or cost.seconds <= budget)


def proof_table() -> None:
    """`sightline test` of both examples, and of a thousand SLOs of twenty forms of rules."""
    print("| work | budget | measured | met |\n|---|---|---|---|")
    for work, write in (
        ("`test`: all SLOs of both examples", projects.example),
        ("`test`: 1,000 SLOs of 20 forms of rules", partial(projects.forms, services=1_000)),
    ):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "project"
            write(root)
            cost = run(["test"], root)
        measured = f"{cost.seconds:.0f} s, {cost.processor:.0f} s of processor time"
        row(work, "60 s on two cores", measured, met=cost.seconds <= 60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=10_000, help="largest number of services")
    parser.add_argument("--repeat", type=int, default=2, help="runs of each measurement")
    parser.add_argument("--skip-rules", action="store_true", help="leave out Prometheus' cost of the rules")
    arguments = parser.parse_args()
    print("## Generator\n")
    generator_table(largest=arguments.largest, repeat=arguments.repeat)
    print("\n## Proof\n", flush=True)
    proof_table()
    if not arguments.skip_rules:
        import rules_cost

        print("\n## Prometheus' cost of the rules\n", flush=True)
        rules_cost.main()


if __name__ == "__main__":
    main()
