"""What happens at a service, and which raw series tell of it."""

from __future__ import annotations

from dataclasses import dataclass

from generator.promql.build import Selector
from generator.proof.model import Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One kind of event: each occurrence raises every one of `series` by one.

    `total` and `bad` say whether the SLI counts it and calls it a failure. `aside` are series of somebody
    else who saw it too. `group` is the SLO's group that it belongs to.
    """

    name: str
    total: bool
    bad: bool
    series: tuple[Selector, ...]
    aside: tuple[Selector, ...] = ()
    group: Labels = ()


@dataclass(frozen=True, slots=True)
class World:
    """All kinds of events of a service, those that an SLI must overlook among them.

    `fills` says whether an SLI without a single failure ever has none, as opposed to nothing to say.
    `vanishing` are events of which nobody but `aside` would tell if the service had no pod.
    """

    events: tuple[Event, ...]
    fills: bool
    sees_loss: bool

    def of(self, *, total: bool, bad: bool) -> tuple[Event, ...]:
        """The events with this verdict."""
        return tuple(event for event in self.events if (event.total, event.bad) == (total, bad))
