"""Native histograms of durations: whole numbers per scrape, so that the truth is a sum of integers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine import remote_write
from engine.series import SCRAPE, START

SCHEMA = 3
"""Eight buckets for each power of two: each is 9 % wider than the one below."""


def bucket(value: float) -> int:
    """The number of the bucket that holds a positive value: its upper bound is 2^(number / 8)."""
    return math.ceil(math.log2(value) * 2**SCHEMA)


@dataclass(frozen=True, slots=True)
class Observed:
    """A native histogram of one process: per scrape how often each value (in seconds) was observed."""

    labels: Mapping[str, str]
    values: Mapping[float, Sequence[int]]
    phase_ms: int = 3_700

    def encoded(self) -> bytes:
        """The series as an element of a remote write request."""
        buckets = sorted({bucket(value) for value in self.values})
        counts = dict.fromkeys(buckets, 0)
        total = 0.0
        encoded = []
        for index in range(len(next(iter(self.values.values())))):
            for value, observed in self.values.items():
                counts[bucket(value)] += observed[index]
                total += value * observed[index]
            time = (START + SCRAPE * index) * 1000 + self.phase_ms
            encoded.append(remote_write.histogram(time, SCHEMA, counts, total))
        return remote_write.series(self.labels, b"".join(encoded))

    def count(self, start: float, end: float, slower_than: float = 0.0) -> int:
        """The observations scraped in (start, end] of values above a bound; seconds since the epoch."""
        return sum(
            count
            for value, observed in self.values.items()
            if value > slower_than
            for index, count in enumerate(observed)
            if start < START + SCRAPE * index + self.phase_ms / 1000 <= end
        )


@dataclass(frozen=True, slots=True)
class Latency:
    """What really happened, of several histograms."""

    histograms: Iterable[Observed]
    bound: float

    def remaining(self, end: float, budget: float) -> float:
        """The share of the error budget that is left of everything up to `end`."""
        slow = sum(each.count(START, end, self.bound) for each in self.histograms)
        return 1 - slow / sum(each.count(START, end) for each in self.histograms) / budget
