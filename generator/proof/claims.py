"""The claims that a trial makes, as queries with the samples that they must give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from generator.promql.build import Selector, equal
from generator.promql.duration import Duration
from generator.proof.model import Claim, Labels, Subject
from generator.proof.notation import decimal, relative, rounded
from generator.proof.truth import Alarm
from generator.rules.model import Expectation, Sample


def value(
    subject: Subject,
    record: str,
    at: Duration,
    truth: Mapping[Labels, Fraction] | Fraction,
    *,
    near: bool = False,
) -> Iterable[Claim]:
    """The record has this value, for each group its own; with `near` within 5 % of it.

    A group whose truth is not given must have no series.
    """
    each = truth if isinstance(truth, Mapping) else dict.fromkeys(subject.groups, truth)
    if not near or not all(each.values()):
        samples = tuple(_sample(subject, group, decimal(number)) for group, number in each.items())
        query = rounded(subject.record(record).render())
        yield _claim(record, query, at, samples)
        return
    for group, number in each.items():
        query = relative(subject.record(record, group).render(), number)
        yield _claim(record, query, at, (_sample(subject, group, "1"),), number)


def absent(subject: Subject, record: str, at: Duration) -> Claim:
    """The record has no series."""
    query = subject.record(record).render()
    return Claim(rule=record, kind="absent", expectation=Expectation(expr=query, at=at, samples=()))


def fires(subject: Subject, alarm: Alarm, at: Duration, groups: Iterable[Labels] | None = None) -> Claim:
    """The alert fires, for these groups and no other, with exactly its labels."""
    return firing(subject, alarm.name, alarm.labels, at, groups)


def firing(
    subject: Subject,
    name: str,
    labels: Mapping[str, str],
    at: Duration,
    groups: Iterable[Labels] | None = None,
) -> Claim:
    """The alert `name` fires with these labels."""
    fixed = {"alertname": name, "alertstate": "firing"}
    chosen = subject.groups if groups is None else tuple(groups)
    samples = tuple(
        Sample(
            Selector(
                "ALERTS", tuple(equal(*pair) for pair in {**fixed, **labels, **dict(group)}.items())
            ).render()
        )
        for group in chosen
    )
    expectation = Expectation(expr=_alerts(subject, name), at=at, samples=samples)
    return Claim(rule=name, kind="fires", expectation=expectation)


def silent(subject: Subject, name: str, at: Duration) -> Claim:
    """The alert does not fire."""
    expectation = Expectation(expr=_alerts(subject, name), at=at, samples=())
    return Claim(rule=name, kind="silent", expectation=expectation)


def _alerts(subject: Subject, name: str) -> str:
    matchers = {"alertname": name, "alertstate": "firing", "slo": subject.slo.name}
    return Selector("ALERTS", tuple(equal(*pair) for pair in matchers.items())).render()


def _claim(
    record: str, query: str, at: Duration, samples: tuple[Sample, ...], scale: Fraction = Fraction(1)
) -> Claim:
    expectation = Expectation(expr=query, at=at, samples=samples)
    return Claim(rule=record, kind="value", expectation=expectation, scale=scale)


def _sample(subject: Subject, group: Labels, text: str) -> Sample:
    labels = Selector(
        "x", tuple(equal(*pair) for pair in {**subject.identity, **dict(group)}.items())
    ).render()
    return Sample(labels.removeprefix("x"), text)
