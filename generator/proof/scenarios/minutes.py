"""SLIs that are weighted by time: minutes at levels of a gauge that are good, bad, missing or no number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from generator.promql.build import Selector, equal
from generator.promql.duration import Duration
from generator.proof import claims, records
from generator.proof.injection import Injection
from generator.proof.model import Claim, Labels, Subject, Trial, scenario
from generator.proof.records import minutes
from generator.proof.world.gauges import Gauges, Level, gauges

_TICK, _FINE = minutes(5), minutes(1.5)
# Each 5m record tells of five minutes, so a window over records tells what was two and a half minutes ago.
_LAGS = (2, 3)
_PER_SECOND = Fraction(1, 60)
_HOURS = 6 * 60


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many minutes at a level, of which a `share` is bad; without a level there is no series.

    `holds` is a value that every gauge has in place of the level's: NaN, or +Inf.
    """

    minutes: int
    level: Level | None = None
    share: Fraction | None = None
    holds: str = ""


def values(
    found: Gauges, stretches: list[Stretch], groups: Iterable[Labels] = ((),)
) -> list[tuple[str, str]]:
    """The gauges of each group, a sample a minute; the first is at time 0."""
    texts: dict[str, list[str]] = {series.render(): [] for series in found.series}
    at = 0
    for number, stretch in enumerate(stretches):
        count = stretch.minutes + (number == 0)
        held = dict(stretch.level.values) if stretch.level else {}
        for series in found.series:
            words = texts[series.render()]
            if stretch.holds:
                words += [stretch.holds] * count
            elif stretch.level is None:
                words.append("stale" if count == 1 else f"stale _x{count - 1}")
            elif stretch.level.clock:
                words.append(f"{at * 60 - held[series]:g}+60x{count - 1}")
            else:
                words.append(f"{held[series]:g}x{count - 1}")
        at += count
    return [
        (_in_group(series, group).render(), " ".join(texts[series.render()]))
        for group in groups
        for series in found.series
    ]


def _in_group(series: Selector, group: Labels) -> Selector:
    return Selector(series.metric, (*series.matchers, *(equal(*pair) for pair in group)))


def _share(found: Gauges, stretches: list[Stretch], window: Duration, at: int) -> tuple[Fraction, Fraction]:
    """How many minutes count in the window that ends at a minute, and how many of them are bad.

    The minute that ends the window is not over: the readings are those of the minutes before it.
    """
    counted, bad = Fraction(0), Fraction(0)
    for minute in range(max(0, at - window.seconds // 60), at):
        stretch = _stretch_of(stretches, minute)
        share = stretch.share if stretch.level else None
        share = found.missing if share is None else share
        if share is not None:
            counted += 1
            bad += share
    return counted, bad


def _stretch_of(stretches: list[Stretch], minute: int) -> Stretch:
    """The stretch that a minute's sample is in; the sample of minute 0 stands before the first."""
    end = 0
    for stretch in stretches:
        end += stretch.minutes
        if minute <= end:
            return stretch
    raise ValueError(minute)


def _claims(
    subject: Subject, found: Gauges, stretches: list[Stretch], at: int, windows: list[Duration]
) -> Iterator[Claim]:
    for window in windows:
        counted, bad = _share(found, stretches, window, at)
        if not counted:
            yield claims.absent(subject, records.events("total", window), minutes(at))
            yield claims.absent(subject, records.events("bad", window), minutes(at))
            continue
        seconds = window.seconds
        yield from claims.value(subject, records.events("total", window), minutes(at), counted / seconds)
        yield from claims.value(subject, records.events("bad", window), minutes(at), bad / seconds)
        yield from claims.value(subject, records.ratio(window), minutes(at), bad / counted)


def _trial(
    subject: Subject, found: Gauges, stretches: list[Stretch], checks: list[Claim], name: str = ""
) -> Trial:
    return Trial(
        name=name,
        evaluation=_TICK,
        step=minutes(1),
        series=tuple(values(found, stretches, subject.groups)),
        claims=tuple(checks),
    )


@scenario("good and bad minutes")
def good_and_bad(subject: Subject) -> Iterator[Trial]:
    """Each minute counts once, as good or as bad as its value says."""
    found = gauges(subject.slo)
    if found is None:
        return
    # Half an hour that is bad and out of every window at the end, one that is in the longest alone, and the
    # last one.
    bad, good = Stretch(30, *found.levels[-1]), Stretch(120, *found.levels[0])
    later = replace(good, minutes=_HOURS - 180)
    edge = Stretch(10, *found.edge) if found.edge else replace(bad, minutes=10)
    stretches = [bad, good, bad, later, bad, edge, replace(bad, minutes=20)]
    checks: list[Claim] = []
    # Just after bad minutes have left a window, and in the last hour before, in and after those at the bound.
    for at in (185, 215, 240, _HOURS + 20, _HOURS + 40, _HOURS + 60):
        checks += _claims(subject, found, stretches, at, list(records.raw_windows(subject)))
    for window in records.fast_windows(subject):
        if window <= minutes(later.minutes - 10):  # only good minutes are in it
            checks += claims.value(subject, records.ratio(window), minutes(_HOURS), found.levels[0][1])
        # A window over records lags by two and a half minutes: it ends between two minutes' samples.
        ends = [_share(found, stretches, window, _HOURS + 60 - lag) for lag in _LAGS]
        share = sum(bad for _, bad in ends) / sum((counted for counted, _ in ends), Fraction(0))
        checks += claims.value(subject, records.ratio(window), minutes(_HOURS + 60), share, near=True)
    yield _trial(subject, found, stretches, checks, "for hours")
    yield _steady(subject, found)


def _steady(subject: Subject, found: Gauges) -> Trial:
    """Bad minutes without end: the burn rate, and the sums."""
    level, share = found.levels[-1]
    at = minutes(30)
    checks: list[Claim] = []
    if subject.slo.has_budget:
        checks += claims.value(subject, "slo:current_burn_rate:ratio", at, share / subject.budget)
        # A sum takes every evaluation of the last long interval: those 0, 1, ... evaluations ago.
        readings = subject.platform.long_interval.milliseconds // _FINE.milliseconds + 1
        checks += claims.value(subject, records.sums(subject, "total"), at, readings * _PER_SECOND)
        checks += claims.value(subject, records.sums(subject, "bad"), at, readings * share * _PER_SECOND)
    made = _trial(subject, found, [Stretch(30, level, share)], checks, "without end")
    aliens = Injection(subject, "0.3x30")
    for record in (
        records.ratio(records.SHORTEST),
        *(records.events(each, records.SHORTEST) for each in ("bad", "total")),
    ):
        aliens.give(record, {})
    return replace(made, evaluation=_FINE).beside(tuple(aliens.series))


@scenario("minutes without a value")
def missing(subject: Subject) -> Iterator[Trial]:
    """A missing minute is bad or does not count, as the author says, and what is infinite is compared."""
    found = gauges(subject.slo)
    if found is None:
        return
    good = Stretch(60, *found.levels[0])
    lookback = Stretch(5, *found.levels[0])
    held = found.levels[0][0]
    for name, gap in (
        ("no series", Stretch(30)),
        ("a NaN gauge", Stretch(30, held, None, "NaN")),
        ("an infinite gauge", Stretch(30, held, found.infinite, "+Inf")),
    ):
        stretches = [good, gap, lookback]
        checks = list(_claims(subject, found, stretches, 90, list(records.raw_windows(subject))))
        yield _trial(subject, found, stretches, checks, name)


SCENARIOS = (good_and_bad, missing)
