"""Traffic over time: how often each event happens, phase by phase; the raw series it makes, and the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from generator.promql.build import Selector
from generator.promql.duration import Duration
from generator.proof.notation import Counter, histograms
from generator.proof.world.model import Event
from generator.proof.world.native import bucket_of, plain

Rates = Mapping[Event, int]
"""Occurrences a minute of each event; an event that is not in it has not begun."""

_START = 100_000  # what the counters of the beginning hold: rates must not depend on where zero is
_MINUTE = 60_000
_SCRAPE = Duration(30_000)


@dataclass(frozen=True, slots=True)
class Phase:
    """So many minutes with the same rates.

    `blind` is a time in which nobody scraped. With `restart` all counters begin again at 0. `lost` are series
    that vanish for this time although events happen. `relabel` changes the labels that series have.
    """

    minutes: Fraction
    rates: Rates
    blind: bool = False
    restart: bool = False
    lost: Callable[[Selector], bool] = field(default=lambda _: False)
    relabel: Callable[[Selector], Selector] = field(default=lambda series: series)


@dataclass(frozen=True, slots=True)
class Flow:
    """Phases one after the other from time 0 on, sampled each `step`."""

    phases: tuple[Phase, ...]
    step: Duration = _SCRAPE

    @property
    def steps(self) -> int:
        """How many samples follow the first."""
        return int(sum(phase.minutes for phase in self.phases) * _MINUTE / self.step.milliseconds)

    def series(self) -> list[tuple[str, str]]:
        """Every raw series with its samples; the first is at time 0."""
        counters: dict[Selector, Counter] = {}
        ages = dict.fromkeys(self._selectors(), 0)
        first = _rising(self.phases[0], self.step)
        for selector in ages:
            counters[selector] = Counter(_START if selector in first else None)
        for number, phase in enumerate(self.phases):
            steps = int(phase.minutes * _MINUTE / self.step.milliseconds) + (number == 0)
            rising = _rising(phase, self.step)
            for selector, counter in counters.items():
                increment = rising.get(selector)
                if phase.restart:
                    counter.reset()
                if increment is None:
                    counter.gone(steps)
                elif phase.blind:
                    counter.hide(steps, increment)
                else:
                    counter.rise(steps, increment)
        return [_written(selector, counter.text()) for selector, counter in counters.items()]

    @property
    def native(self) -> bool:
        """Whether there are native histograms in it."""
        return any(bucket_of(selector) is not None for selector in self._selectors())

    def count(self, events: Iterable[Event], begin: Fraction, end: Fraction) -> Fraction:
        """How many of these events happen between two times in minutes; time before 0 has none."""
        chosen = list(events)
        total, at = Fraction(0), Fraction(0)
        for phase in self.phases:
            overlap = min(end, at + phase.minutes) - max(begin, at)
            if overlap > 0:
                total += overlap * sum(phase.rates.get(event, 0) for event in chosen)
            at += phase.minutes
        return total

    def rate(self, events: Iterable[Event], window: Duration, at: Duration) -> Fraction:
        """Events a second in the window that ends at a time."""
        end = Fraction(at.milliseconds, _MINUTE)
        length = Fraction(window.milliseconds, _MINUTE)
        return self.count(events, end - length, end) / length / 60

    def _selectors(self) -> list[Selector]:
        return list(
            dict.fromkeys(
                phase.relabel(selector)
                for phase in self.phases
                for event in phase.rates
                for selector in (*event.series, *event.aside)
                if not phase.lost(selector)
            )
        )


def _written(selector: Selector, counts: str) -> tuple[str, str]:
    bucket = bucket_of(selector)
    return plain(selector).render(), counts if bucket is None else histograms(counts, bucket)


def _rising(phase: Phase, step: Duration) -> dict[Selector, int]:
    """How much each series rises in a step."""
    found: dict[Selector, int] = {}
    for event, a_minute in phase.rates.items():
        increment = Fraction(a_minute * step.milliseconds, _MINUTE)
        if increment.denominator != 1:
            msg = f"{a_minute} events a minute are no whole number in {step}"
            raise ValueError(msg)
        for selector in (*event.series, *event.aside):
            if not phase.lost(selector):
                key = phase.relabel(selector)
                found[key] = found.get(key, 0) + int(increment)
    return found
