"""Units of results, as far as metrics and arithmetic tell them."""

from __future__ import annotations

from typing import Final, NamedTuple

# Suffixes of metric names that say what is measured (Prometheus documentation, "Metric and label naming").
_SUFFIXES: Final = {
    "seconds": "seconds",
    "milliseconds": "milliseconds",
    "ms": "milliseconds",
    "microseconds": "microseconds",
    "us": "microseconds",
    "nanoseconds": "nanoseconds",
    "ns": "nanoseconds",
    "minutes": "minutes",
    "hours": "hours",
    "days": "days",
    "bytes": "bytes",
    "ratio": "ratio",
}
_SPELLED: Final = {
    **_SUFFIXES,
    "s": "seconds",
    "byte": "bytes",
    "second": "seconds",
    "millisecond": "milliseconds",
}
TIMES: Final = {
    "nanoseconds": 1e-9,
    "microseconds": 1e-6,
    "milliseconds": 1e-3,
    "seconds": 1.0,
    "minutes": 60.0,
    "hours": 3600.0,
    "days": 86_400.0,
}
_MEASURES: Final = frozenset({*TIMES, "bytes"})
_PARTS: Final = frozenset({"total", "sum", "bucket"})


class Unit(NamedTuple):
    """What a number counts or measures, by the second where it is a rate; `1` is a plain number or count."""

    name: str
    by_second: bool = False

    def __str__(self) -> str:
        """In words."""
        return f"{self.name} a second" if self.by_second else self.name


PLAIN: Final = Unit("1")
SECONDS: Final = Unit("seconds")


def unit_of(told: str, metric: str) -> Unit | None:
    """The unit that a catalogue tells or that a metric's name ends with; None where it is not known.

    A count of things, such as requests, is a plain number.
    """
    if told:
        name = _SPELLED.get(told.casefold(), told)
        return Unit(name if name in _MEASURES else "1")
    words = metric.split("_")
    while len(words) > 1 and words[-1] in _PARTS:
        words.pop()
    if words[-1] == "count":
        return PLAIN
    name = _SUFFIXES.get(words[-1], "")
    return Unit(name if name in _MEASURES else "1") if name else None


def mixed(left: Unit | None, right: Unit | None) -> bool:
    """Whether two measures cannot be compared or added: seconds with milliseconds, seconds with bytes."""
    if left is None or right is None or left.by_second != right.by_second:
        return False
    return left.name != right.name and {left.name, right.name} <= _MEASURES


def by_second(unit: Unit | None) -> Unit | None:
    """Of a rate."""
    return None if unit is None or unit.by_second else Unit(unit.name, by_second=True)


def product(left: Unit | None, right: Unit | None) -> Unit | None:
    """Of `left * right`."""
    if left == PLAIN:
        return right
    return left if right == PLAIN else None


def quotient(left: Unit | None, right: Unit | None) -> Unit | None:
    """Of `left / right`: a sum's rate by a count's rate is what one of them measures."""
    if left is None or right is None:
        return None
    if right == PLAIN:
        return left
    if left.by_second == right.by_second:
        if left.name == right.name:
            return PLAIN
        return Unit(left.name) if right.name == "1" else None
    return None


def scaled(unit: Unit | None, factor: float | None) -> Unit | None:
    """After multiplication with a literal: 1000 makes milliseconds of seconds, 0.8 leaves them seconds."""
    if unit is None or factor is None:
        return None
    if unit.name in TIMES:
        for name, size in TIMES.items():
            if name != unit.name and _near(factor * size, TIMES[unit.name]):
                return Unit(name, unit.by_second)
        return unit if abs(factor) < 20 else None
    powers = (1024.0, 1000.0, 8.0)
    if unit.name == "bytes" and any(
        _near(factor, power**sign) for power in powers for sign in (1, 2, 3, -1, -2, -3)
    ):
        return None
    return unit


def _near(left: float, right: float) -> bool:
    return abs(left - right) <= 1e-9 * max(abs(left), abs(right))
