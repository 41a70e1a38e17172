"""Scenarios of SLIs that are weighted by time: gauges whose bad minutes are known from their raw samples."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.scenario import Objective, Scenario
from engine.series import DAY, HOUR, MINUTE, SCRAPE, START, Gauge

NAN = math.nan
Episodes = Sequence[tuple[int, int, float | None]]
"""Start and end in seconds since `START`, and the gauge's value from one to the other."""

FOCUS = (19 * HOUR, DAY)
EVENING = 20 * HOUR
"""When the two hours begin of which the gauges say least good: 20 minutes bad, 10 NaN, 15 missing."""

_EVERY_THREE_HOURS = [(hour * HOUR, hour * HOUR + 7 * MINUTE) for hour in range(1, 18, 3)]
_BAD = (EVENING + 10 * MINUTE, EVENING + 30 * MINUTE)
_NAN = (EVENING + 40 * MINUTE, EVENING + 50 * MINUTE)
_MISSING = (EVENING + 70 * MINUTE, EVENING + 85 * MINUTE)

AGES: Episodes = [
    *((start, end, math.inf) for start, end in _EVERY_THREE_HOURS),
    (*_BAD, 1200.0),
    (*_NAN, NAN),
    (*_MISSING, None),
]
# A quarter bad for twenty minutes is five; what is above 1 is 1.
SHARES: Episodes = [
    *((start, end, 0.5) for start, end in _EVERY_THREE_HOURS),
    (*_BAD, 0.25),
    (EVENING + 30 * MINUTE, EVENING + 36 * MINUTE, 1.7),
    (*_NAN, NAN),
    (*_MISSING, None),
]
ONE_MINUTE: Episodes = [(EVENING, EVENING + MINUTE, 1200.0)]
FOUR_MINUTES: Episodes = [(EVENING, EVENING + 4 * MINUTE, 1200.0)]

FRESH = "{threshold: {query: '%s', op: lt, value: 15m, missing: %s}}"


@dataclass(frozen=True, slots=True)
class Minutes:
    """The truth of an SLI from raw samples: how bad a value is, and whether a minute without one is bad."""

    gauges: Sequence[Gauge]
    badness: Callable[[float], float]
    missing_is_bad: bool = False

    def count(self, start: float, end: float) -> tuple[float, float]:
        """The bad and all minutes in (start, end], each sample standing for the time up to the next one."""
        bad = total = 0.0
        for index in range(len(self.gauges[0].values)):
            if start < self.gauges[0].time_ms(index) / 1000 <= end:
                values = [each.values[index] for each in self.gauges]
                judged = [
                    self.badness(value) for value in values if value is not None and not math.isnan(value)
                ]
                if judged or self.missing_is_bad:
                    bad += (sum(judged) / len(judged) if judged else 1) * SCRAPE / MINUTE
                    total += SCRAPE / MINUTE
        return bad, total

    def remaining(self, end: float, budget: float) -> float:
        """The share of the error budget that is left of everything up to `end`."""
        bad, total = self.count(START, end)
        return 1 - bad / total / budget


def gauge(metric: str, otherwise: float, episodes: Episodes, **labels: str) -> Gauge:
    """A gauge that has one value but for its episodes."""
    values: list[float | None] = []
    for time in range(-HOUR, DAY, SCRAPE):
        # The scrape is a few seconds later: an episode is seen from its first scrape on.
        inside = [value for start, end, value in episodes if start <= time < end]
        values.append(inside[0] if inside else otherwise)
    return Gauge({"__name__": metric, **labels}, values)


def too_old(value: float) -> float:
    """Whether fifteen minutes have passed, as 0 or 1."""
    return float(value >= 900)


def all_scenarios() -> tuple[list[Scenario], dict[tuple[str, str], Minutes]]:
    """Every scenario, and the truths by service and SLO."""
    age, share = gauge("age_seconds", 100, AGES), gauge("bad_ratio", 0, SHARES)
    success = Gauge(
        {"__name__": "good_ratio"}, [None if value is None else 1 - value for value in share.values]
    )
    pair = [gauge("pair_seconds", 100, AGES, pod="a"), gauge("pair_seconds", 100, [], pod="b")]
    blips = [gauge("blip_seconds", 100, ONE_MINUTE), gauge("burst_seconds", 100, FOUR_MINUTES)]
    truths = {
        ("gauges", "ignore"): Minutes([age], too_old),
        ("gauges", "bad"): Minutes([age], too_old, missing_is_bad=True),
        ("gauges", "ratio-bad"): Minutes([share], lambda value: min(1.0, value)),
        ("gauges", "ratio-good"): Minutes([share], lambda value: min(1.0, value)),
        ("gauges", "pair"): Minutes(pair, too_old),
        ("gauges", "blip"): Minutes(blips[:1], too_old),
        ("gauges", "burst"): Minutes(blips[1:], too_old),
    }
    objectives = [
        Objective("ignore", 99, FRESH % ("age_seconds", "ignore")),
        Objective("bad", 99, FRESH % ("age_seconds", "bad")),
        Objective("ratio-bad", 99, "{ratio: {bad: bad_ratio}}"),
        Objective("ratio-good", 99, "{ratio: {good: good_ratio}}"),
        Objective("pair", 99, FRESH % ("pair_seconds", "ignore")),
        Objective("blip", 99.9, FRESH % ("blip_seconds", "ignore")),
        Objective("burst", 99.9, FRESH % ("burst_seconds", "ignore")),
    ]
    series = [age, share, success, *pair, *blips]
    return [Scenario("gauges", series, {}, (0, DAY), [FOCUS], objectives=objectives)], truths
