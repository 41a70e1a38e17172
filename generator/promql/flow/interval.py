"""The values that a result can have: interval arithmetic, with NaN told apart."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

_INFINITY: Final = math.inf


class Interval(NamedTuple):
    """All values from `low` to `high`, both included, and NaN where `nan` says so. Empty where low > high."""

    low: float = -_INFINITY
    high: float = _INFINITY
    nan: bool = True

    @property
    def empty(self) -> bool:
        """Whether no number is in it."""
        return self.low > self.high

    @property
    def point(self) -> float | None:
        """The only value, where there is one."""
        return self.low if self.low == self.high and not self.nan else None

    def hull(self, other: Interval) -> Interval:
        """Whatever is in one of the two."""
        return Interval(min(self.low, other.low), max(self.high, other.high), nan=self.nan or other.nan)

    def meet(self, other: Interval) -> Interval:
        """Whatever is in both."""
        return Interval(max(self.low, other.low), min(self.high, other.high), nan=self.nan and other.nan)


ANYTHING: Final = Interval()
NOT_NEGATIVE: Final = Interval(0, nan=False)
SHARE: Final = Interval(0, 1, nan=False)
ONE: Final = Interval(1, 1, nan=False)


def exactly(value: float | None) -> Interval:
    """The interval of a literal; anything where it is not known."""
    if value is None or math.isnan(value):
        return ANYTHING
    return Interval(value, value, nan=False)


def _times(left: float, right: float) -> float:
    return 0.0 if left == 0 or right == 0 else left * right


def _sum(left: float, right: float, fallback: float) -> float:
    total = left + right
    return fallback if math.isnan(total) else total


def _maybe_nan(left: Interval, right: Interval) -> bool:
    """Whether an operation may give NaN because an operand is, or is infinite for certain."""
    infinite = any(side.low == _INFINITY or side.high == -_INFINITY for side in (left, right))
    return left.nan or right.nan or infinite


def add(left: Interval, right: Interval) -> Interval:
    """Of `left + right`."""
    low = _sum(left.low, right.low, -_INFINITY)
    return Interval(low, _sum(left.high, right.high, _INFINITY), nan=_maybe_nan(left, right))


def negate(operand: Interval) -> Interval:
    """Of `-operand`."""
    return Interval(-operand.high, -operand.low, nan=operand.nan)


def multiply(left: Interval, right: Interval) -> Interval:
    """Of `left * right`."""
    products = [_times(a, b) for a in left[:2] for b in right[:2]]
    return Interval(min(products), max(products), nan=_maybe_nan(left, right))


def divide(left: Interval, right: Interval) -> Interval:
    """Of `left / right`; 0/0 is NaN."""
    nan = _maybe_nan(left, right)
    if right.low <= 0 <= right.high:
        nan = nan or left.low <= 0 <= left.high
        if left.low >= 0 and right.low >= 0:
            return Interval(
                0 if right.high == _INFINITY else left.low / right.high if right.high else 0, nan=nan
            )
        return Interval(nan=nan)
    quotients = []
    for a in left[:2]:
        for b in right[:2]:
            quotient = 0.0 if math.isinf(b) and not math.isinf(a) else a / b
            quotients.append(quotient)
    if any(math.isnan(quotient) for quotient in quotients):
        return Interval(0 if left.low >= 0 and right.low > 0 else -_INFINITY, nan=nan)
    return Interval(min(quotients), max(quotients), nan=nan)


def modulo(left: Interval, right: Interval) -> Interval:
    """Of `left % right`: it has the sign of the left side and is smaller than the right."""
    size = max(abs(right.low), abs(right.high))
    low = max(-size, left.low) if left.low < 0 else 0.0
    high = min(size, left.high) if left.high > 0 else 0.0
    return Interval(low, high, nan=True)


def power(left: Interval, right: Interval) -> Interval:
    """Of `left ^ right`."""
    exponent = right.point
    if exponent is not None and exponent >= 0 and left.low >= 0:
        try:
            return Interval(left.low**exponent, left.high**exponent, nan=left.nan)
        except OverflowError:
            return Interval(0, nan=left.nan)
    return Interval(0 if left.low >= 0 else -_INFINITY, nan=True)


def compare(operator: str, left: Interval, right: Interval) -> bool | None:
    """Whether `left operator right` holds for all numbers in them (True), for none (False), or for some.

    NaN fulfils `!=` alone.
    """
    if left.empty or right.empty:
        return None
    match operator:
        case ">":
            always, never = left.low > right.high, left.high <= right.low
        case ">=":
            always, never = left.low >= right.high, left.high < right.low
        case "<":
            always, never = left.high < right.low, left.low >= right.high
        case "<=":
            always, never = left.high <= right.low, left.low > right.high
        case "==":
            apart = left.high < right.low or left.low > right.high
            always, never = left.low == left.high == right.low == right.high, apart
        case _:
            apart = left.high < right.low or left.low > right.high
            always, never = apart, left.low == left.high == right.low == right.high
    nan = left.nan or right.nan
    if always and (operator == "!=" or not nan):
        return True
    if never and (operator != "!=" or not nan):
        return False
    return None


def restrict(operator: str, left: Interval, right: Interval) -> Interval:
    """What `left operator right` lets pass of `left`."""
    below, above = math.nextafter(right.high, -_INFINITY), math.nextafter(right.low, _INFINITY)
    match operator:
        case ">":
            passed = left.meet(Interval(above, nan=False))
        case ">=":
            passed = left.meet(Interval(right.low, nan=False))
        case "<":
            passed = left.meet(Interval(high=below, nan=False))
        case "<=":
            passed = left.meet(Interval(high=right.high, nan=False))
        case "==":
            passed = left.meet(Interval(right.low, right.high, nan=False))
        case _:
            passed = left
    return passed
