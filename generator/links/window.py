"""The time that a link shows, in the units and spellings of the systems it leads to.

A link in a file knows no clock. It can name a fixed time, take over the range of the Grafana page it stands
on, let Prometheus compute the time at which an alert fires, or say "recently" and leave the clock to the
reader's browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from generator.links.url import GoTemplate, GrafanaVariable, Value
from generator.promql.duration import Duration

Bounds = tuple[Value, Value]


class Unit(Enum):
    """How a time is written: since the epoch, or as a date of ISO 8601 in UTC."""

    MILLISECONDS = "ms"
    MICROSECONDS = "us"
    ISO = "iso"


_HOUR = Duration(3_600_000)
_ZEROS = {Unit.MILLISECONDS: "", Unit.MICROSECONDS: "000"}  # what turns milliseconds into the unit
_GO_ISO = "2006-01-02T15:04:05.000Z"  # Go writes layouts as a date of its own


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
        return _written(self.start, unit), _written(self.end, unit)


@dataclass(frozen=True, slots=True)
class DashboardWindow:
    """The range of the Grafana page that holds the link.

    `length` stands in where a system takes a length only, because Grafana has no variable for it in seconds.
    """

    length: Duration = _HOUR

    def bounds(self, unit: Unit) -> Bounds:
        """Start and end in `unit`, as Grafana variables."""
        return _variable("__from", unit), _variable("__to", unit)


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

    @property
    def relative(self) -> tuple[str, str]:
        """Start and end as Grafana and Kibana write them: `now-1h` and `now`."""
        length = Duration(self.length.seconds * 1000)  # they know no shorter unit than seconds
        return f"now-{length}", "now"


Window = FixedWindow | DashboardWindow | AlertWindow | RecentWindow


def _written(milliseconds: int, unit: Unit) -> str:
    if unit is Unit.ISO:
        moment = datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{milliseconds}{_ZEROS[unit]}"


def _variable(name: str, unit: Unit) -> Value:
    if unit is Unit.ISO:
        return (GrafanaVariable(f"{name}:date:iso"),)
    return GrafanaVariable(name), _ZEROS[unit]


def _at(query: str, unit: Unit) -> Value:
    if unit is Unit.ISO:
        return (GoTemplate(f'(query "{query}" | first | value | toTime).Format "{_GO_ISO}"'),)
    action = GoTemplate(f'query "{query}" | first | value | printf "%.0f"')
    return action, "000" + _ZEROS[unit]
