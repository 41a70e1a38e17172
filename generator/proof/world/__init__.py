"""The raw series of a service, by SLI kind. A kind of SLI has a line here, and what it needs in a module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generator.proof.model import Labels
from generator.proof.world import availability, counters, latency
from generator.proof.world.model import Event, World
from generator.sli import KINDS
from generator.spec.model import SLO, Service

WORLDS: Mapping[str, Callable[[Service, SLO, tuple[Labels, ...]], World | None]] = MappingProxyType(
    {
        "availability": availability.availability,
        "latency": latency.latency,
        "events": counters.events,
    }
)


def world(service: Service, slo: SLO, groups: tuple[Labels, ...]) -> World | None:
    """What can happen at a service as far as an SLO measures it; None where nobody can say."""
    kind = next(name for name, kind in KINDS.items() if isinstance(slo.sli, kind.Record))
    make = WORLDS.get(kind)
    return make(service, slo, groups) if make else None


__all__ = ["WORLDS", "Event", "World", "world"]
