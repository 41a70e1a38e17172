"""The records that an SLO's rules promise, as docs/reference.md names them, and their windows."""

from __future__ import annotations

from generator.promql.duration import Duration
from generator.proof.model import Subject

# Up to an hour a window reads raw series, up to six hours the records of 5m, beyond that their sums
# (docs/maths.md, "Windows are staged").
SHORTEST = Duration.parse("5m")
LONGEST_RAW = Duration.parse("1h")
LONGEST_FAST = Duration.parse("6h")


def ratio(window: Duration) -> str:
    """Bad events over all events in `window`."""
    return f"slo:sli_error:ratio_rate{window}"


def events(outcome: str, window: Duration) -> str:
    """Events a second in `window`; `outcome` is `bad` or `total`."""
    return f"slo:events_{outcome}:rate{window}"


def sums(subject: Subject, outcome: str) -> str:
    """The sums of the 5m records that windows beyond six hours read."""
    return f"slo:events_{outcome}:rate5m_sum{subject.platform.long_interval}"


def raw_windows(subject: Subject) -> tuple[Duration, ...]:
    """The windows for which events are recorded."""
    return tuple(sorted({SHORTEST, *(window for window in subject.windows if window <= LONGEST_RAW)}))


def fast_windows(subject: Subject) -> tuple[Duration, ...]:
    """The windows up to six hours whose ratio is made of the 5m records."""
    return tuple(window for window in _ratios(subject) if LONGEST_RAW < window <= LONGEST_FAST)


def long_windows(subject: Subject) -> tuple[Duration, ...]:
    """The windows whose ratio is made of the sums, the period among them."""
    return (
        tuple(window for window in _ratios(subject) if window > LONGEST_FAST)
        if subject.slo.has_budget
        else ()
    )


def _ratios(subject: Subject) -> list[Duration]:
    return sorted({*subject.windows, subject.slo.period})


def minutes(count: float) -> Duration:
    """So many minutes."""
    return Duration(round(count * 60_000))
