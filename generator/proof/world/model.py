"""What happens at a service, and which raw series tell of it."""

from __future__ import annotations

from dataclasses import dataclass

from generator.promql.build import Selector
from generator.proof.model import Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One kind of event: each occurrence raises every one of `series` by one.

    `total` and `bad` say whether the SLI counts it and calls it a failure. `aside` are series of somebody
    else who saw it too. `group` is the SLO's group that it belongs to. `reached` says that the
    service itself knows of it.
    """

    name: str
    total: bool
    bad: bool
    series: tuple[Selector, ...]
    aside: tuple[Selector, ...] = ()
    group: Labels = ()
    reached: bool = True


@dataclass(frozen=True, slots=True)
class World:
    """All kinds of events of a service, those that an SLI must overlook among them.

    `fills` says that without a single failure ever there is none, as opposed to nothing to say. With
    `sees_loss` somebody else can tell that the service's own telemetry is lost. `essential` are series
    without which nothing may be said.
    """

    events: tuple[Event, ...]
    fills: bool
    sees_loss: bool
    essential: frozenset[Selector] = frozenset()

    def of(self, *, total: bool, bad: bool) -> tuple[Event, ...]:
        """The events with this verdict."""
        return tuple(event for event in self.events if (event.total, event.bad) == (total, bad))
