"""Synthetic counters: whole numbers of events per scrape, so that the truth is a sum of integers.

Time is counted in scrapes of 15 seconds from `START`; each pod is scraped at its own phase, as a real server
does.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine import remote_write

START = 1_609_718_400
"""2021-01-04T00:00:00Z: a multiple of every evaluation interval, so that rules are evaluated at round times.
"""

SCRAPE = 15
MINUTE = 60
HOUR = 3600
DAY = 86_400

Per = Callable[[float], float]
"""A quantity per scrape: from the scrape's time in seconds since `START` to the mean since the scrape before.
"""


def constant(value: float) -> Per:
    """The same value always."""
    return lambda _: value


def between(start: float, end: float, value: float, otherwise: float = 0.0) -> Per:
    """A value from `start` to `end`, exact to the second even for a scrape that saw only a part of it."""

    def mean(time: float) -> float:
        inside = max(0.0, min(time, end) - max(time - SCRAPE, start)) / SCRAPE
        return value * inside + otherwise * (1 - inside)

    return mean


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of one pod.

    `increments[i]` events happened between scrape `first + i - 1` and scrape `first + i`; those of
    `increments[0]` are in the value with which the series is born, where no rate can see them. At the scrapes
    of `resets` the process had just restarted. At those of `unscraped` Prometheus was down. `ended` says that
    the series went away after its last scrape, for which Prometheus writes a stale marker. `base` is what the
    process had counted already when the series began under these labels.
    """

    labels: Mapping[str, str]
    increments: Sequence[int]
    first: int = 0
    phase_ms: int = 3_700
    resets: frozenset[int] = frozenset()
    unscraped: range = range(0)
    ended: bool = False
    base: int = 0

    def time_ms(self, index: int) -> int:
        """When `increments[index]` was scraped."""
        return (START + SCRAPE * (self.first + index)) * 1000 + self.phase_ms

    def samples(self) -> tuple[list[int], list[float | None]]:
        """The samples a server has: times in milliseconds and values."""
        times: list[int] = []
        values: list[float | None] = []
        value = self.base
        for index, increment in enumerate(self.increments):
            value = increment if self.first + index in self.resets else value + increment
            if self.first + index not in self.unscraped:
                times.append(self.time_ms(index))
                values.append(float(value))
        if self.ended:
            times.append(self.time_ms(len(self.increments)))
            values.append(None)
        return times, values

    def encoded(self) -> bytes:
        """The series as an element of a remote write request."""
        return remote_write.series(self.labels, remote_write.samples(*self.samples()))


@dataclass(frozen=True, slots=True)
class Gauge:
    """A gauge from an hour before `START` on, one value per scrape.

    None is a scrape that did not find it, for which Prometheus writes a stale marker; NaN is a value.
    """

    labels: Mapping[str, str]
    values: Sequence[float | None]
    phase_ms: int = 3_700

    def time_ms(self, index: int) -> int:
        """When `values[index]` was scraped."""
        return (START - HOUR + SCRAPE * index) * 1000 + self.phase_ms

    def encoded(self) -> bytes:
        """The series as an element of a remote write request."""
        before = [None, *self.values]
        kept = [index for index, value in enumerate(self.values) if (value, before[index]) != (None, None)]
        times = [self.time_ms(index) for index in kept]
        return remote_write.series(
            self.labels, remote_write.samples(times, [self.values[index] for index in kept])
        )


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of one pod, scrape by scrape from scrape `first`: the good and the bad ones."""

    first: int
    good: Sequence[int]
    bad: Sequence[int]


def requests(start: int, end: int, rate: Per, failing: Per, seed: int = 1, phase_ms: int = 3_700) -> Requests:
    """Requests from `start` to `end` (seconds since `START`) of a pod scraped at this phase.

    `rate` is their mean number per second, varied by up to a half from scrape to scrape; `failing` is the
    mean share of bad ones. Rounding is random and unbiased, so that one request a minute comes at irregular
    times.
    """
    draw = random.Random(seed).random
    good, bad = [], []
    for scrape in range(start // SCRAPE, end // SCRAPE):
        time = scrape * SCRAPE + phase_ms / 1000
        count = int(rate(time) * SCRAPE * (0.5 + draw()) + draw())
        share = failing(time)
        failed = min(count, int(count * share + draw())) if share else 0
        good.append(count - failed)
        bad.append(failed)
    return Requests(start // SCRAPE, good, bad)


@dataclass(frozen=True, slots=True)
class Pod:
    """Where a series of the mesh comes from: a proxy's labels, and the phase at which it is scraped."""

    service: str
    name: str = "a"
    namespace: str = "shop"
    reporter: str = "destination"
    extra: Mapping[str, str] = field(default_factory=dict)
    phase_ms: int = 3_700

    def labels(self, metric: str, code: str, flags: str = "-") -> dict[str, str]:
        """The labels of Istio's standard metrics, and those that a scrape adds."""
        return {
            "__name__": metric,
            "reporter": self.reporter,
            "source_workload": "caller",
            "source_workload_namespace": self.namespace,
            "source_canonical_service": "caller",
            "destination_workload": self.service,
            "destination_workload_namespace": self.namespace,
            "destination_service": f"{self.service}.{self.namespace}.svc.cluster.local",
            "destination_service_name": self.service,
            "destination_service_namespace": self.namespace,
            "destination_canonical_service": self.service,
            "destination_canonical_revision": "v1",
            "request_protocol": "http",
            "response_code": code,
            "response_flags": flags,
            "connection_security_policy": "mutual_tls" if self.reporter == "destination" else "unknown",
            "namespace": self.namespace,
            "pod": f"{self.service if self.reporter == 'destination' else 'caller'}-{self.name}",
            **self.extra,
        }

    def counter(self, increments: Sequence[int], first: int, code: str, flags: str = "-") -> Counter:
        """A series of `istio_requests_total`."""
        return Counter(self.labels("istio_requests_total", code, flags), increments, first, self.phase_ms)

    def counters(self, made: Requests, code: str = "500", flags: str = "-") -> tuple[Counter, Counter]:
        """The good and the bad requests of a pod; the bad series is born with its first error."""
        good = self.counter(made.good, made.first, "200")
        bad = born(self.counter(made.bad, made.first, code, flags))
        return good, bad


def born(counter: Counter) -> Counter:
    """The counter as a process without zero values shows it: there is no series before its first event."""
    zeros = sum(1 for _ in itertools.takewhile(lambda count: count == 0, counter.increments))
    return replace(counter, increments=counter.increments[zeros:], first=counter.first + zeros)


def gone(counter: Counter) -> Counter:
    """The counter of a pod that goes away after the last scrape."""
    return replace(counter, ended=True)
