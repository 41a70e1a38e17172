"""The event that a counter begins with, which `rate` cannot see."""

from __future__ import annotations

from dataclasses import replace

from generator.promql.build import SECONDS, WINDOW, Binary, Expr, Number, Selector, either, rate
from generator.telemetry.profile import Births


def with_births(counters: Selector, told: Selector, births: Births) -> Expr:
    """Events per second of `counters`, the first events of new ones included.

    A counter that was not there one window ago, while its reporter told of the service already (`told`), has
    counted from zero: its value is its increase. A reporter that is new itself, or was not scraped then, is
    left to `rate`.
    """
    now = replace(counters, window=None)
    new = Binary(now, "unless", replace(now, offset=WINDOW), (*births.reporter, *births.labels))
    before = replace(told, window=None, offset=WINDOW)
    grown = Binary(Binary(new, "and", before, births.reporter), "/", Number(SECONDS))
    return either(grown, rate(counters))
