"""Prometheus durations: exact, and printed one way only."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = {
    "y": 365 * 86_400_000,
    "w": 7 * 86_400_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1_000,
    "ms": 1,
}
_MAX_MILLISECONDS = 9_223_372_036_854  # Prometheus keeps 64 bits of nanoseconds
_GRAMMAR = re.compile("".join(f"(?:(?P<{unit}>[0-9]{{1,18}}){unit})?" for unit in _UNITS))
DURATION_PATTERN = r"^([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time in whole milliseconds."""

    milliseconds: int

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read Prometheus' grammar: whole numbers with descending units, such as `1h30m`.

        Raises ValueError for anything else, `0` included: no place in a spec means no time at all, and none
        more than the 292 years that Prometheus can hold.
        """
        match = _GRAMMAR.fullmatch(text)
        counts = match.groupdict() if match else {}
        total = sum(int(count) * _UNITS[unit] for unit, count in counts.items() if count)
        if not 0 < total <= _MAX_MILLISECONDS:
            msg = f'"{text}" is not a duration such as 30s, 5m, 1h30m or 30d'
            raise ValueError(msg)
        return cls(total)

    @property
    def seconds(self) -> int:
        """Whole seconds, rounded down."""
        return self.milliseconds // 1_000

    def __str__(self) -> str:
        """The number of the largest unit up to days that divides it: `30d`, never `4w2d`."""
        for unit in ("d", "h", "m", "s", "ms"):
            if self.milliseconds % _UNITS[unit] == 0:
                return f"{self.milliseconds // _UNITS[unit]}{unit}"
        raise AssertionError  # every whole number of milliseconds is divisible by 1 ms


def window(text: str) -> Duration:
    """A duration written in our own code."""
    return Duration.parse(text)
