"""What every SLI kind must offer, and what it yields: two event expressions and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from generator.diagnostics import Diagnostics, Span
from generator.promql.build import Expr, Matcher
from generator.promql.duration import Duration
from generator.telemetry import Subject


@dataclass(frozen=True, slots=True)
class PromQL:
    """PromQL that a user wrote, with the node that it stands in."""

    text: str
    node: Any = None  # documents.Scalar; not compared, so that equal SLOs are equal wherever they stand

    @property
    def probe(self) -> str:
        """The text with a window in place of `$window`, as long as that: places in it stay right."""
        return self.text.replace("$window", "000005m")

    @property
    def on_one_line(self) -> str:
        """The text for prose."""
        return " ".join(self.text.split())

    def __eq__(self, other: object) -> bool:
        """Equality of the text alone."""
        return isinstance(other, PromQL) and other.text == self.text

    def __hash__(self) -> int:
        """Hash of the text alone."""
        return hash(self.text)


Unit = Literal["events", "minutes"]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Matchers of an SLI's own, and where they were written."""

    matchers: tuple[Matcher, ...]
    span: Span | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A vector with the labels `by` that has a result while the SLI should have telemetry.

    With `of_traffic` somebody else counts the same events: an SLI that counts none is blind, even if its
    series are there. Without it, somebody knows that there should be series, and an SLI that counts none is
    idle.
    """

    seen: Expr
    by: tuple[str, ...]
    of_traffic: bool


@dataclass(frozen=True, slots=True)
class Events:
    """An SLI as events per second over the slot `window`, already summed by the SLO's groups.

    The slot `seconds` may stand for the window's length in seconds. `bad` may be absent while `total` exists
    (no failure was ever counted); `zero_fill` says that this means no failure. A latency SLI must not be
    filled: an absent bucket would be green for ever. `evidence` is None where nobody can tell whether there
    should be events. `ever_present` says that `total` cannot be absent, whatever is lost. `written` are
    queries that the user wrote out, to be pointed at when they are wrong. `unit` says what an event is:
    something that happened, or a minute, where the SLI is weighted by time. `slow` is the duration from
    which an event is bad; None where bad events are no slow ones. `failing` are the status codes of bad
    events as pairs of protocol and regular expression, where all of a service's requests are counted; a digit
    that may be any is an X. `narrowing` are the SLI's own matchers. `meaning` says in a sentence what is
    counted and what of it is bad.
    """

    total: Expr
    bad: Expr
    zero_fill: bool
    evidence: Evidence | None = None
    ever_present: bool = False
    written: tuple[PromQL, ...] = ()
    unit: Unit = "events"
    slow: Duration | None = None
    failing: tuple[tuple[str, str], ...] = ()
    narrowing: Narrowing | None = None
    meaning: str = ""


class SLI(Protocol):
    """A kind of SLI: a frozen record with its schema fragment as `SCHEMA` in its module."""

    def events(self, subject: Subject | None, by: tuple[str, ...], diagnostics: Diagnostics) -> Events | None:
        """The event expressions for a service (`subject` is None where it has no telemetry profile).

        None when the SLI cannot be measured there; then the reason has been reported.
        """


class Kind(Protocol):
    """The module of an SLI kind.

    `READS_PROFILE` says whether it measures what the telemetry profile describes, or queries of the user's.
    """

    SCHEMA: Mapping[str, Any]
    READS_PROFILE: bool
    Record: type[Any]
