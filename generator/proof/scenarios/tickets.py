"""A burn of all windows at once, from injected recordings: which of all alerts it is that fire."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from generator.promql.duration import Duration
from generator.proof import claims, records
from generator.proof.injection import Injection
from generator.proof.model import Subject, Trial, scenario
from generator.proof.notation import decimal
from generator.proof.records import minutes
from generator.proof.truth import Alarm

_TICK, _STEP = minutes(30), minutes(15)
_BELOW = Fraction(98, 100)
_PLENTY = 1_000_000  # failures: no guard holds an alert back
_DIGITS = 12


@scenario("a slow burn that only tickets")
def only_tickets(subject: Subject) -> Iterator[Trial]:
    """Every window is just below what a page asks for: the tickets that ask for less fire, and no page."""
    pages = [alarm for alarm in subject.alarms if alarm.tier == "page"]
    level = min((alarm.threshold for alarm in pages), default=Fraction(0)) * _BELOW
    tickets = [alarm for alarm in subject.alarms if alarm.tier == "ticket" and alarm.threshold < level]
    if not tickets:
        return
    settled = max(map(_settled, tickets))
    at = Duration(settled * _TICK.milliseconds)
    given = _given(subject, level, 2 * settled)
    yield Trial(
        evaluation=_TICK,
        step=_STEP,
        series=tuple(given.series),
        claims=(
            *(claims.fires(subject, alarm, at) for alarm in tickets),
            *(claims.silent(subject, alarm.name, at) for alarm in pages),
        ),
        injected=tuple(given.selectors),
    )


def _settled(alarm: Alarm) -> int:
    return max(2, -(-alarm.wait.milliseconds // _TICK.milliseconds) + 1 if alarm.wait else 2)


def _given(subject: Subject, level: Fraction, steps: int) -> Injection:
    """All ratios at a level, and failures enough for every guard."""
    given = Injection(subject, f"0.9999x{steps}")
    seconds = subject.platform.interval.seconds
    failed = decimal(Fraction(_PLENTY) / seconds, _DIGITS)
    for window in (*records.raw_windows(subject), *records.fast_windows(subject)):
        given.give(records.ratio(window), f"{decimal(level, _DIGITS)}x{steps}")
    for window in records.raw_windows(subject):
        # The shortest only between two evaluations: at none of them a sum is made of it.
        between = " ".join([f"_ {failed}"] * (steps // 2))
        given.give(
            records.events("bad", window), between if window == records.SHORTEST else f"{failed}x{steps}"
        )
    if records.long_windows(subject):
        given.give(records.sums(subject, "bad"), failed)
        given.give(records.sums(subject, "total"), decimal(Fraction(_PLENTY) / seconds / level, _DIGITS))
    return given


SCENARIOS = (only_tickets,)
