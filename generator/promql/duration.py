"""Prometheus durations: exact, and printed one way only."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = {"y": 365 * 86_400_000, "w": 7 * 86_400_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_GRAMMAR = re.compile(
    r"(?:(?P<y>\d+)y)?(?:(?P<w>\d+)w)?(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?(?:(?P<ms>\d+)ms)?"
)
DURATION_PATTERN = r"^([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time in whole milliseconds."""

    milliseconds: int

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read Prometheus' grammar: whole numbers with descending units, such as `1h30m`.

        Raises ValueError for anything else, `0` included: no place in a spec means no time at all.
        """
        match = _GRAMMAR.fullmatch(text)
        total = sum(int(count) * _UNITS[unit] for unit, count in match.groupdict().items() if count) if match else 0
        if total <= 0:
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
