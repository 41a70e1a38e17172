"""The time that a link shows, in the units and spellings of the systems it leads to.

A link in a file knows no clock. It can name a fixed time, take over the range of the Grafana page it stands
on, let Prometheus compute the time at which an alert fires, or say "recently" and leave the clock to the
reader's browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from generator.links.url import GoTemplate, GrafanaVariable, Value
from generator.promql.duration import Duration

Bounds = tuple[Value, Value]


class Unit(Enum):
    """A unit of time since the epoch; its value is the zeros that it appends to milliseconds."""

    MILLISECONDS = ""
    MICROSECONDS = "000"


_HOUR = Duration(3_600_000)


@dataclass(frozen=True, slots=True)
class FixedWindow:
    """From `start` to `end`, both in milliseconds since the epoch."""

    start: int
    end: int

    @property
    def length(self) -> Duration:
        """How long it is."""
        return Duration(self.end - self.start)

    def bounds(self, unit: Unit) -> Bounds:
        """Start and end in `unit`."""
        return f"{self.start}{unit.value}", f"{self.end}{unit.value}"


@dataclass(frozen=True, slots=True)
class DashboardWindow:
    """The range of the Grafana page that holds the link.

    `length` stands in where a system takes a length only, because Grafana has no variable for it in seconds.
    """

    length: Duration = _HOUR

    def bounds(self, unit: Unit) -> Bounds:
        """Start and end in `unit`, as Grafana variables."""
        return (GrafanaVariable("__from"), unit.value), (GrafanaVariable("__to"), unit.value)


@dataclass(frozen=True, slots=True)
class AlertWindow:
    """The time of `length` up to the evaluation that fires an alert.

    Prometheus' templates have no clock, but they can query: `time()` is the time of the evaluation in
    seconds.
    """

    length: Duration

    def bounds(self, unit: Unit) -> Bounds:
        """Start and end in `unit`, as Go template actions."""
        return _at(f"time() - {self.length.seconds}", unit), _at("time()", unit)


@dataclass(frozen=True, slots=True)
class RecentWindow:
    """The time of `length` up to whenever the link is followed; it has no bounds."""

    length: Duration


Window = FixedWindow | DashboardWindow | AlertWindow | RecentWindow


def _at(query: str, unit: Unit) -> Value:
    action = GoTemplate(f'query "{query}" | first | value | printf "%.0f"')
    return action, "000" + unit.value
