"""Objectives exactly on each threshold and just below it: a moment for each.

Only records: what they mean for requests is told by other scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator.pipeline import Compilation
from grafana.scenarios.records import Records
from grafana.scenarios.scenario import HOUR, NOW, Scenario

BRINKS = Scenario("brinks", covered=0.9)
# Budgets spent at which something changes, and a little less: a quarter is left, nothing is left; then the
# burn rates of the alerts. Ten minutes apart, so that no moment sees the one before.
SPENT = tuple(at + less for at in (0.75, 1.0, 3.0, 6.0, 14.4) for less in (-1e-6, 0.0, 1e-6))
MOMENTS = {spent: NOW - 4 * HOUR + index * 600 for index, spent in enumerate(SPENT)}


def on_the_brinks(compilation: Compilation) -> Iterator[bytes]:
    """Encoded records, by objective and then by time."""
    for spent, moment in MOMENTS.items():
        records = Records(replace(BRINKS, errors=spent))
        for service in compilation.services:
            for compiled in service.slos:
                yield from records.of(compiled, range(moment, moment + 1))
