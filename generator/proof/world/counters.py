"""Counters of the author's own: a series for each selector, and what the queries make of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from generator.promql.build import Selector
from generator.promql.parse import parse
from generator.promql.tree import Expr, SelectorUse, selectors
from generator.proof.model import Labels
from generator.proof.world.arithmetic import Steady, Unknown, estimate
from generator.proof.world.labels import fitting, selector
from generator.proof.world.model import Event, World
from generator.spec.model import SLO, Service

_NOW = 10_000.0
_OTHER = "other"


def events(service: Service, slo: SLO, groups: tuple[Labels, ...]) -> World | None:
    """Each selector's counter as an event, and the same with each label another."""
    del service  # its telemetry is not read
    sli: Any = slo.sli
    total = _rate(sli.total.text)
    bad = _rate((sli.bad or sli.good).text)
    found = list(_candidates((total, bad)))
    every: list[Event] = []
    # Two pods tell a sum from a maximum. A query that cannot have two of each is tried with one.
    for pods in (("one", "two"), ("one",)):
        every = list(_all(found, pods, total, bad, good=sli.bad is None, groups=groups))
        own = every[: len(every) // len(groups)]
        told = [event.total and event.bad is (sli.bad is not None) for event in own]
        if _add_up(own, total, [event.total for event in own]) and _add_up(own, bad, told):
            break
    else:
        return None
    if not all(any(event.total and event.bad is wanted for event in every) for wanted in (True, False)):
        return None
    return World(tuple(every), fills=True, sees_loss=False)


def _all(
    found: list[dict[str, str]],
    pods: tuple[str, ...],
    total: Expr,
    bad: Expr,
    *,
    good: bool,
    groups: tuple[Labels, ...],
) -> Iterator[Event]:
    """An event of each counter of each pod, as far as the queries count it as one or not at all.

    Where outcomes have counters of their own, such an event raises that of all events as well.
    """
    for group in groups:
        for pod in pods:
            each = [
                selector(labels["__name__"], {"pod": pod, **labels, **dict(group), "__name__": ""})
                for labels in found
            ]
            for number, own in enumerate(each):
                name = f"counter {number + 1} of {pod}"
                raised = [(own,), *((other, own) for other in each if other.metric != own.metric)]
                judged = (_judged(name, series, total, bad, good=good, group=group) for series in raised)
                event = next((one for one in judged if one is not None), None)
                if event is not None:
                    yield event


def _add_up(events: list[Event], query: Expr, told: list[bool]) -> bool:
    """Whether a query counts together those events that it counts one by one."""
    rates = [float(2**number) for number in range(len(events))]
    rising: dict[Selector, float] = {}
    for event, rate in zip(events, rates, strict=True):
        for one in event.series:
            rising[one] = rising.get(one, 0.0) + rate
    series = [Steady(one, 0.0, rate) for one, rate in rising.items()]
    expected = sum(rate for counted, rate in zip(told, rates, strict=True) if counted)
    try:
        return bool(events) and estimate(query, series, _NOW) == expected
    except Unknown:
        return False


def _rate(text: str) -> Expr:
    """A query as events a second: a plain counter's rate is summed."""
    if "$window" in text:
        return parse(text.replace("$window", "5m"))
    return parse(f"sum(rate({text}[5m]))")


def _candidates(queries: Sequence[Expr]) -> Iterator[dict[str, str]]:
    """Labels of series worth a try: what each selector takes, then with one label after another changed."""
    seen: list[dict[str, str]] = []
    uses = [use for query in queries for use in selectors(query) if use.metric]
    for use in uses:
        for labels in _variants(use, uses):
            if labels not in seen:
                seen.append(labels)
                yield labels


def _variants(use: SelectorUse, uses: list[SelectorUse]) -> Iterator[dict[str, str]]:
    labels = {"__name__": use.metric or "", **fitting(use.matchers)}
    yield labels
    # A label that only another selector of the metric asks for tells the outcomes apart.
    asked = [matcher.label for other in uses if other.metric == use.metric for matcher in other.matchers]
    for label in dict.fromkeys(asked):
        yield {**labels, label: _OTHER}


def _judged(
    name: str, series: tuple[Selector, ...], total: Expr, bad: Expr, *, good: bool, group: Labels
) -> Event | None:
    """The event that raises these counters; None where the queries count it by halves, or nobody can say."""
    one = [Steady(each, 0.0, 1.0) for each in series]
    try:
        counts, named = (estimate(query, one, _NOW) or 0.0 for query in (total, bad))
    except Unknown:
        return None
    if {counts, named} - {0.0, 1.0} or named > counts:
        return None
    failed = counts - named if good else named
    return Event(name=name, total=counts == 1, bad=failed == 1, series=series, group=group)
