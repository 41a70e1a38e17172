"""The registry of scenarios: a new one is a function and a line in its module's `SCENARIOS`."""

from __future__ import annotations

from collections.abc import Iterator

from generator.proof.model import Scenario, Subject, Trial
from generator.proof.scenarios import (
    burning,
    minutes,
    outages,
    period,
    quiet,
    series,
    telemetry,
    tickets,
    traffic,
)

SCENARIOS: tuple[Scenario, ...] = (
    *traffic.SCENARIOS,
    *minutes.SCENARIOS,
    *outages.SCENARIOS,
    *quiet.SCENARIOS,
    *series.SCENARIOS,
    *telemetry.SCENARIOS,
    *burning.SCENARIOS,
    *tickets.SCENARIOS,
    *period.SCENARIOS,
)


def trials(subject: Subject) -> Iterator[Trial]:
    """Every trial of an SLO, scenario by scenario."""
    for scenario in SCENARIOS:
        yield from scenario.trials(subject)
