"""Counters and gauges in promtool's notation, and numbers as it compares them.

promtool compares floats to the last bit. Values are therefore rounded to nine digits in the query; where a
window's edge cuts between two samples, which Prometheus 2 and 3 do differently, the value is divided by what
it should be and must round to 1, within 5 %.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Context
from fractions import Fraction

from generator.promql.build import number

_DIGITS = 9
_EXACT = Context(prec=17)
SCHEMA = 3
"""Of native histograms: eight buckets for each power of two."""
_COUNTS = re.compile(r"(\d+)(?:\+(\d+)x(\d+))?")


def decimal(value: Fraction, digits: int = _DIGITS) -> str:
    """A number with at most `digits` behind the point."""
    scaled = round(value * 10**digits)
    return number(_EXACT.divide(scaled, 10**digits))


def rounded(query: str) -> str:
    """The query with its values rounded as `decimal` does."""
    return f"round({query} * 1e{_DIGITS}) / 1e{_DIGITS}"


def relative(query: str, truth: Fraction) -> str:
    """The query as a multiple of `truth`: 1 if it is within 5 % of it."""
    return f"round({query} / {decimal(truth, 15)}, 0.1)"


class Counter:
    """The samples of one series, written step by step.

    One that is there from the beginning holds `start` then; one that is born later (None) begins with what
    happened first.
    """

    def __init__(self, start: int | None) -> None:
        self._value = start or 0
        self._words: list[str] = []
        self._counts = start is None  # whether the next sample holds what happened before it
        self._alive = False

    def rise(self, steps: int, increment: int) -> None:
        """`steps` more samples, each higher than the one before by `increment`."""
        if steps < 1:
            return
        first = self._value + (increment if self._counts else 0)
        self._value = first + increment * (steps - 1)
        self._words.append(f"{first}+{increment}x{steps - 1}" if steps > 1 else f"{first}")
        self._alive = self._counts = True

    def reset(self) -> None:
        """Begin again at 0, as a process does that was restarted."""
        self._value = 0

    def hide(self, steps: int, increment: int) -> None:
        """`steps` samples that nobody scraped, while the counter went on."""
        self._value += increment * steps
        self._words.append(f"_x{steps}")

    def gone(self, steps: int) -> None:
        """No series for `steps`: a stale marker if there was one before."""
        if steps < 1:
            return
        if self._alive:
            self._words.append("stale")
            self._value = 0
            steps -= 1
        self._alive = False
        if steps:
            self._words.append(f"_x{steps}")

    def text(self) -> str:
        """Promtool's notation."""
        return " ".join(self._words)


def histograms(counts: str, bucket: int) -> str:
    """A counter's samples as those of a native histogram that holds them in one bucket."""
    return " ".join(_histogram(word, bucket) for word in counts.split(" "))


def _histogram(word: str, bucket: int) -> str:
    found = _COUNTS.fullmatch(word)
    if found is None:
        return word
    first, step, times = found.groups()
    made = _held(first, bucket)
    return made if step is None else f"{made}+{_held(step, bucket)}x{times}"


def _held(count: str, bucket: int) -> str:
    return f"{{{{schema:{SCHEMA} count:{count} sum:{count} buckets:[{count}] offset:{bucket}}}}}"


def levels(values: Iterable[tuple[str, int]]) -> str:
    """A gauge: each value as often as it says."""
    return " ".join(f"{value}x{count - 1}" if count > 1 else value for value, count in values)
