"""A compiled project as suites of trials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from generator.proof.scenarios import trials
from generator.proof.subjects import subject
from generator.proof.suite import Suite
from generator.proof.world.queries import says_without_series
from generator.rules.slo import CompiledSLO
from generator.spec.model import Platform, Service


class Compiled(Protocol):
    """A service with the rules of its SLOs."""

    @property
    def service(self) -> Service:
        """The service."""

    @property
    def slos(self) -> tuple[CompiledSLO, ...]:
        """Its SLOs with their rule groups."""


def suites(platform: Platform, services: Iterable[Compiled]) -> Iterator[Suite]:
    """What is to be proven of each SLO."""
    for one in services:
        for compiled in one.slos:
            known = subject(platform, one.service, compiled.slo)
            yield Suite(
                owner=known.key,
                source=one.service.source,
                span=compiled.slo.at.get(""),
                groups=compiled.groups,
                trials=tuple(trials(known)),
                apart=says_without_series(compiled.slo),
            )
