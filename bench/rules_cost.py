"""What the generated rules cost a Prometheus, beside the budgets.

Run `python bench/rules_cost.py [--without-live]`. First one SLO's whole rule set against the classical
raw-window recordings alone, on the same raw data: samples that the engine reads (`stats=all`) and its own
execution time, each per second of operation. Then 200 SLOs on one server that scrapes and evaluates live, by
its own metrics.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from engine import classical, remote_write, rules
from engine.generated import generated_rules
from engine.rules import Rule
from engine.scenario import NAMESPACE, Scenario
from engine.series import DAY, HOUR, SCRAPE, START, Pod, constant, requests
from engine.server import Prometheus

REPEATS = 5
BUDGETS = {72: (50, 5), 8: (30, 2)}
"""By the number of raw series: how many times fewer samples, how many times less time."""

LIVE_SLOS = 200
LIVE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Cost:
    """Samples read and seconds spent, each per second of operation."""

    samples: float
    seconds: float


def main() -> None:
    """Measure and print Markdown tables."""
    with tempfile.TemporaryDirectory() as directory:
        sys.stdout.write(one_slo_table(Path(directory) / "one"))
        if "--without-live" not in sys.argv:
            sys.stdout.write("\n" + live_table(Path(directory) / "live"))


def one_slo_table(directory: Path) -> str:
    """The cost of one SLO, for both sizes, with a month and with three days of data."""
    lines = [
        "| raw series | data | rules | classical samples/s, ms/s | ours | samples | budget | time | budget |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    services = {size: f"cost-{size}" for size in BUDGETS}
    generated = generated_rules(directory / "project", documents(services.values()))
    own = {size: rules.load(generated / NAMESPACE / f"{service}.yaml") for size, service in services.items()}
    ends = [START + 3 * DAY, START + 31 * DAY]
    with Prometheus(directory / "written") as server:
        for size, service in services.items():
            write_month(server, service, size)
            rules.evaluate(server, own[size], (START, ends[-1]), [(end - HOUR, end) for end in ends])
        blocks = server.snapshot()
    with Prometheus(directory / "measured", blocks) as server:
        for size, service in services.items():
            for end in ends:
                ours = cost(server, own[size], end)
                theirs = cost(server, classical.recordings(service), end)
                samples, seconds = BUDGETS[size]
                lines.append(
                    f"| {size} | {(end - START) // DAY} d | {len(own[size])} "
                    f"| {theirs.samples:,.0f} · {theirs.seconds * 1000:.2f} "
                    f"| {ours.samples:,.0f} · {ours.seconds * 1000:.2f} "
                    f"| {verdict(theirs.samples / ours.samples, samples)} | 1/{samples} "
                    f"| {verdict(theirs.seconds / ours.seconds, seconds)} | 1/{seconds} |"
                )
    return "\n".join(lines) + "\n"


def cost(server: Prometheus, evaluated: Sequence[Rule], at: int) -> Cost:
    """What these rules cost at a time, each evaluated as often as its group is; the best of five runs."""
    samples = seconds = 0.0
    for rule in evaluated:
        answers = [
            server.get("query", query=rule.expression, time=at, stats="all")["stats"] for _ in range(REPEATS)
        ]
        samples += answers[0]["samples"]["totalQueryableSamples"] / rule.interval
        seconds += min(each["timings"]["execTotalTime"] for each in answers) / rule.interval
    return Cost(samples, seconds)


def verdict(factor: float, budget: float) -> str:
    """A saving as a fraction, marked when it misses its budget."""
    return f"1/{factor:.1f}" + ("" if factor >= budget else " (missed)")


def documents(services: Iterable[str]) -> str:
    """Services with one availability SLO each."""
    return "---\n".join(Scenario(service, (), {}, (0, 0), ()).document("bench") for service in services)


def write_month(server: Prometheus, service: str, size: int) -> None:
    """31 days of `size` series, a third of which (a quarter for the small service) count failures."""
    codes = ("200", "201", "404", "429", "500", "503") if size > 8 else ("200", "201", "404", "500")
    made = requests(0, 31 * DAY, constant(5), constant(0.0005))
    samples = {
        bad: remote_write.samples(*Pod(service).counter(made.bad if bad else made.good, 0, "").samples())
        for bad in (False, True)
    }
    for number in range(size // len(codes)):
        for code in codes:
            labels = Pod(service, f"{number}").labels("istio_requests_total", code)
            server.write([remote_write.series(labels, samples[code.startswith("5")])])


def live_table(directory: Path) -> str:
    """200 SLOs evaluated by a server for five minutes, by its own metrics."""
    services = [f"live-{number}" for number in range(LIVE_SLOS)]
    generated = generated_rules(directory / "project", documents(services))
    with exporter(services) as port, Prometheus(directory / "prometheus") as server:
        write_recent(server, services, f"127.0.0.1:{port}")
        server.reload(
            "global: {scrape_interval: 15s, evaluation_interval: 30s}\n"
            f"rule_files: ['{generated}/{NAMESPACE}/*.yaml']\n"
            "scrape_configs:\n"
            "  - job_name: mesh\n    honor_labels: true\n"
            f"    static_configs: [{{targets: ['127.0.0.1:{port}']}}]\n"
        )
        spent, began = metric(server, "process_cpu_seconds_total"), time.monotonic()
        durations: dict[str, list[float]] = {}
        while time.monotonic() - began < LIVE_SECONDS:
            time.sleep(10)
            for group, seconds in series_of(server, "prometheus_rule_group_last_duration_seconds"):
                if seconds:
                    durations.setdefault(group, []).append(seconds)
        elapsed = time.monotonic() - began
        intervals = dict(series_of(server, "prometheus_rule_group_interval_seconds"))
        load = sum(sum(each) / len(each) / intervals[group] for group, each in durations.items())
        rows = [
            ("rule groups that ran, of all", f"{len(durations)} of {len(intervals)}"),
            ("failed evaluations", f"{metric(server, 'prometheus_rule_evaluation_failures_total'):.0f}"),
            ("missed iterations", f"{metric(server, 'prometheus_rule_group_iterations_missed_total'):.0f}"),
            ("slowest group, seconds", f"{max(max(each) for each in durations.values()):.3f}"),
            ("seconds of rule evaluation per second", f"{load:.4f}"),
            (
                "cores used by the whole server, scraping included",
                f"{(metric(server, 'process_cpu_seconds_total') - spent) / elapsed:.3f}",
            ),
        ]
    lines = [f"| {LIVE_SLOS} SLOs on one server, {LIVE_SECONDS} s | |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {value} |" for name, value in rows)]) + "\n"


def write_recent(server: Prometheus, services: Sequence[str], instance: str) -> None:
    """The past that the rules will read: an hour of raw series, 6 hours and 30 days of their records."""
    now = int(time.time())
    raw = range(now - HOUR, now - SCRAPE, SCRAPE)
    spans = {
        "rate5m": range((now - 6 * HOUR) // 30 * 30, now - 60, 30),
        "rate5m_sum2m": range((now - 30 * DAY) // 120 * 120, now - 180, 120),
    }
    history = {
        (outcome, window): remote_write.samples([at * 1000 for at in span], [value] * len(span))
        for window, span in spans.items()
        for outcome, value in (("total", 40.0), ("bad", 0.02))
    }
    grown = remote_write.samples([at * 1000 for at in raw], [count_at(at) for at in raw])
    for service in services:
        identity = {"namespace": NAMESPACE, "service": service, "slo": "availability"}
        encoded = [
            remote_write.series({**identity, "__name__": f"slo:events_{outcome}:{window}"}, samples)
            for (outcome, window), samples in history.items()
        ]
        encoded += [
            remote_write.series({**labels, "job": "mesh", "instance": instance}, grown)
            for labels in exposed(service)
        ]
        server.write(encoded)


def exposed(service: str) -> Iterator[dict[str, str]]:
    """The labels of a service's 8 series."""
    for name in "ab":
        for code in ("200", "201", "404", "500"):
            yield Pod(service, name).labels("istio_requests_total", code)


def count_at(at: float) -> float:
    """The value of every exposed counter at a time: five requests per second since a fixed day."""
    return float(int(at - START) * 5)


@contextmanager
def exporter(services: Sequence[str]) -> Iterator[int]:
    """A mesh's metrics over HTTP on a free port, which is yielded."""
    names = []
    for service in services:
        for labels in exposed(service):
            pairs = ",".join(f'{name}="{value}"' for name, value in labels.items() if name != "__name__")
            names.append(f"istio_requests_total{{{pairs}}}")

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            value = f" {count_at(time.time()):.0f}\n"
            body = "".join(name + value for name in names).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    web = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=web.serve_forever)
    thread.start()
    try:
        yield web.server_address[1]
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


def series_of(server: Prometheus, name: str) -> list[tuple[str, float]]:
    """The server's own series of this name: labels as text, and value."""
    lines = (line.rpartition(" ") for line in server.metrics().splitlines())
    return [
        (series.removeprefix(name), float(value))
        for series, _, value in lines
        if series.split("{")[0] == name
    ]


def metric(server: Prometheus, name: str) -> float:
    """The sum over the server's own series of this name."""
    return sum(value for _, value in series_of(server, name))


if __name__ == "__main__":
    main()
