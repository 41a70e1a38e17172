"""Series of a scenario as Prometheus takes them: counters that grow or stand still, and gauges."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from engine.remote_write import samples, series
from engine.server import Prometheus

from grafana.scenarios.scenario import HOUR, NOW, WEEK, Scenario

STEP = 60
# The last hours for trends, and the same moments a week before for comparisons.
RECENT = range(NOW - 6 * HOUR, NOW + 1, 5 * STEP)
LAST_WEEK = range(NOW - WEEK - HOUR // 2, NOW - WEEK + 1, STEP)
SHORT = range(NOW - HOUR - 5 * STEP, NOW + 1, STEP)
POD = "7d9f8b6c5d-abcd{}"

Labels = dict[str, str]


@dataclass(frozen=True)
class Writer:
    """What makes series of a scenario."""

    scenario: Scenario

    def counter(self, name: str, labels: Labels, rate: float, *times: range) -> bytes:
        """A counter that grows by `rate` a second, or stands still where nothing moves."""
        rate = rate if self.scenario.moving else 0
        start = NOW - 2 * WEEK
        return self.gauge(name, labels, lambda at: 1_000 + rate * (at - start), *times)

    def changed(self, name: str, labels: Labels, rate: float, before: float) -> bytes:
        """A counter that grows by `rate` now, and a week ago grew by `before`."""
        then = NOW - WEEK

        def value(at: int) -> float:
            return 1_000 + (before * (at - then + HOUR) if at <= then else rate * (at - then) + 1e6)

        return self.gauge(name, labels, value, SHORT, LAST_WEEK)

    def gauge(self, name: str, labels: Labels, value: float | Callable[[int], float], *times: range) -> bytes:
        """A series with a value, or a function of the time."""
        at = sorted({moment for each in times or (SHORT,) for moment in each})
        values = [float(value(moment) if callable(value) else value) for moment in at]
        return series({"__name__": name, **labels}, samples([moment * 1000 for moment in at], values))


def write(server: Prometheus, encoded: Iterable[bytes]) -> None:
    """Store series, some hundreds at a time."""
    rest = iter(encoded)
    while batch := list(islice(rest, 500)):
        server.write(batch)
