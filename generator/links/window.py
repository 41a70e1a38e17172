"""The time that a link shows, in the units and spellings of the systems it leads to.

A link in a file knows no clock. It can name a fixed time, take over the range of the Grafana page it stands
on, let Prometheus compute the time at which an alert fires, or say "recently" and leave the clock to the
reader's browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from generator.links.url import GoTemplate, GrafanaVariable, JaegerVariable, Value
from generator.promql.duration import Duration

Bounds = tuple[Value, Value]


class Unit(Enum):
    """How a time is written: since the epoch, or as a date of ISO 8601 in UTC."""

    MILLISECONDS = "ms"
    MICROSECONDS = "us"
    ISO = "iso"


_HOUR = Duration(3_600_000)
_ZEROS = {Unit.MILLISECONDS: "", Unit.MICROSECONDS: "000"}  # what turns milliseconds into the unit
_FIRST, _LAST = 10**12, 10**13 - 1  # what has 13 digits
_SECOND = Duration(1000)
_MARGIN = 300_000_000  # microseconds: five minutes
_GO_ISO = "2006-01-02T15:04:05.000Z"  # Go writes layouts as a date of its own


@dataclass(frozen=True, slots=True)
class FixedWindow:
    """From `start` to `end`, both in milliseconds since the epoch."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse a time before 2001 or after 2286, which is rather in another unit, and an end before it."""
        if not _FIRST <= self.start < self.end <= _LAST:
            msg = f"{self.start} to {self.end} is no time in milliseconds"
            raise ValueError(msg)

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

    def __post_init__(self) -> None:
        """Refuse less than a second, for which no system has a word."""
        if self.length < _SECOND:
            msg = f"{self.length} is less than a second"
            raise ValueError(msg)

    @property
    def relative(self) -> tuple[str, str]:
        """Start and end as Grafana and Kibana write them: `now-1h` and `now`."""
        length = Duration(self.length.seconds * 1000)  # they know no shorter unit than seconds
        return f"now-{length}", "now"


@dataclass(frozen=True, slots=True)
class TraceWindow:
    """The time of a trace in Jaeger's UI, with `_MARGIN` before and after it, for links out of it.

    Jaeger writes dates only; Grafana reads them, too. `prefix` is `trace.` in links of spans and tags.
    """

    prefix: str = ""
    length: Duration = _HOUR

    def bounds(self, unit: Unit) -> Bounds:
        """Start and end as variables of Jaeger; there is no unit but a date."""
        del unit
        return _of_trace(f"{self.prefix}startTime", -_MARGIN), _of_trace(f"{self.prefix}endTime", _MARGIN)


Window = FixedWindow | DashboardWindow | AlertWindow | RecentWindow | TraceWindow


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


def _of_trace(name: str, margin: int) -> Value:
    return (JaegerVariable(f"{name} | add {margin} | epoch_micros_to_date_iso"),)
