"""What really happened, from the raw increments alone: no query, no rule, nothing of the generator."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Sequence

from engine.series import DAY, SCRAPE, START, Counter

_Samples = list[tuple[float, float]]


class Events:
    """The events of some counters, to be counted over any window. Times are seconds since the epoch."""

    def __init__(self, counters: Iterable[Counter]) -> None:
        self.counters = tuple(counters)
        self._sums = [list(itertools.accumulate(each.increments, initial=0)) for each in self.counters]
        self._samples: list[_Samples] = []

    def count(self, start: float, end: float) -> int:
        """The events in (start, end]; an event counts at the scrape that saw it first, even as a birth."""
        return sum(
            sums[_scraped(counter, end)] - sums[_scraped(counter, start)]
            for counter, sums in zip(self.counters, self._sums, strict=True)
        )

    def two_scrapes(self, start: float, end: float) -> int:
        """The most events that two scrapes of each series in (start, end] saw: one for each end."""
        return sum(2 * max(_window(counter, start, end), default=0) for counter in self.counters)

    def rate(self, at: float, window: float) -> float:
        """What `sum(rate(counter[window]))` is by Prometheus' documented extrapolation, per second."""
        if not self._samples:
            self._samples = [_samples(counter) for counter in self.counters]
        return sum(_extrapolated(samples, at, window) for samples in self._samples)


class Truth:
    """The good and bad events of one SLO."""

    def __init__(self, good: Iterable[Counter], bad: Iterable[Counter]) -> None:
        good, bad = tuple(good), tuple(bad)
        self.bad = Events(bad)
        self.total = Events((*good, *bad))

    def ratio(self, at: float, window: float) -> float:
        """The share of bad events in the window that ends at `at`."""
        return self.bad.count(at - window, at) / self.total.count(at - window, at)

    def remaining(self, at: float, budget: float, period: float = 30 * DAY) -> float:
        """The share of the error budget that is left: 1 - (bad / total) / budget."""
        return 1 - self.ratio(at, period) / budget


def _scraped(counter: Counter, until: float) -> int:
    """How many increments were scraped at or before `until`."""
    scrape = ((until - START) * 1000 - counter.phase_ms) // (SCRAPE * 1000)
    return int(min(max(scrape - counter.first + 1, 0), len(counter.increments)))


def _window(counter: Counter, start: float, end: float) -> Sequence[int]:
    return counter.increments[_scraped(counter, start) : _scraped(counter, end)]


def _samples(counter: Counter) -> _Samples:
    times, values = counter.samples()
    return [(time / 1000, value) for time, value in zip(times, values, strict=True) if value is not None]


def _extrapolated(samples: _Samples, at: float, window: float) -> float:
    """`rate()` as https://prometheus.io/docs/prometheus/latest/querying/functions/#rate describes it.

    The increase between the first and the last sample is extended towards the ends of the window: up to the
    end if that is nearer than 1.1 sample distances, else by half a distance, and never to where the counter
    was below zero.
    """
    low = bisect.bisect_left(samples, (at - window, float("-inf")))
    high = bisect.bisect_right(samples, (at, float("inf")))
    seen = samples[low:high]
    if len(seen) < 2:
        return 0.0
    increase = sum(new if new < old else new - old for (_, old), (_, new) in itertools.pairwise(seen))
    covered = seen[-1][0] - seen[0][0]
    distance = covered / (len(seen) - 1)
    before, after = seen[0][0] - (at - window), at - seen[-1][0]
    if increase > 0:
        before = min(before, covered * seen[0][1] / increase)
    extended = covered + sum(gap if gap < 1.1 * distance else distance / 2 for gap in (before, after))
    return increase * extended / covered / window
