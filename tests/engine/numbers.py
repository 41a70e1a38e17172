"""Scenarios for the numbers: months and days of traffic whose error budgets are known to the event."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from engine.scenario import AVAILABILITY, Objective, Scenario, World
from engine.series import (
    DAY,
    HOUR,
    MINUTE,
    SCRAPE,
    START,
    Pod,
    Requests,
    between,
    born,
    constant,
    gone,
    requests,
)
from engine.truth import Truth

LATENCY = Objective("latency", 99, "{latency: {threshold: 250ms}}")
CLIENT = "source"

INCIDENTS = {
    "gap-inside": (20 * HOUR, 20 * HOUR + 30 * MINUTE),
    "gap-over": (20 * HOUR + MINUTE, 20 * HOUR + 10 * MINUTE),
}
"""When half of the requests failed, around a gap of Prometheus, in seconds since `START`."""


def all_scenarios() -> list[Scenario]:
    """Every scenario, each with its own service name."""
    return [
        clean_month(),
        idle_hour(),
        bad_nights(),
        counter_resets(),
        team_label(),
        availability_and_latency(),
        missing_bucket(),
        pods_gone(),
        first_error(),
        gap("gap-inside", down=20 * HOUR + 10 * MINUTE),
        gap("gap-over", down=20 * HOUR),
    ]


def tolerance(scenario: Scenario, slo: str) -> float:
    """How far from the truth the remaining budget at the scenario's end may be, as a share of the budget.

    From 1,000 bad events on 0.005. With fewer a single scrape weighs more than that: then the events of two
    scrapes, because `rate` does not see the first value of a series, and a window may cut a scrape in two.
    """
    truth, start = scenario.truths[slo], scenario.end - 30 * DAY
    if truth.bad.count(start, scenario.end) >= 1000:
        return 0.005
    share = truth.bad.two_scrapes(start, scenario.end) / truth.total.count(start, scenario.end)
    return share / scenario.objective(slo).budget


def remaining(world: World, service: str, slo: str) -> tuple[float | None, float]:
    """The remaining budget that is recorded last, or None, and the truth at the time of that evaluation."""
    scenario = world.scenarios[service]
    record = f"slo:period_error_budget_remaining:ratio{{{scenario.selector(slo)}}}"
    time = world.server.value(f"timestamp({record})", scenario.end)
    truth = scenario.truths[slo].remaining(time or scenario.end, scenario.objective(slo).budget)
    return world.server.value(record, scenario.end), truth


def lost_in_period(world: World, service: str) -> float:
    """The bad events that the period's records lost in a gap of Prometheus, as a share of the incident's."""
    scenario, truth = world.scenarios[service], world.scenarios[service].truths["availability"].bad
    # Each 30-second record stands for the events of 30 seconds.
    staged = f"30 * sum_over_time(slo:events_bad:rate5m_sum2m{{{scenario.selector()}}}[30d])"
    recorded = world.server.value(staged, scenario.end)
    if recorded is None:
        raise LookupError(service)
    start, end = (START + time for time in INCIDENTS[service])
    # The scrape after the end saw the last of it.
    return (truth.count(START, scenario.end) - recorded) / truth.count(start, end + SCRAPE)


def clean_month() -> Scenario:
    """More than 29 days without any error series, then an hour in which half of the requests fail."""
    start = 30 * DAY + 12 * HOUR
    made = requests(0, 31 * DAY, constant(10), between(start, start + HOUR, 0.5))
    good, bad = Pod("clean").counters(made)
    seen = Pod("clean", reporter=CLIENT).counters(made)
    return Scenario(
        "clean",
        (good, bad, *seen),
        {"availability": Truth([good], [bad])},
        (0, 31 * DAY),
        [_last_hours(31 * DAY)],
    )


def idle_hour() -> Scenario:
    """A month with a few errors and one hour without a single request."""
    start = 15 * DAY
    made = requests(0, 31 * DAY, between(start, start + HOUR, 0, otherwise=5), constant(0.0002), seed=2)
    good, bad = Pod("idle").counters(made)
    focus = [(start - HOUR, start + 2 * HOUR), _last_hours(31 * DAY)]
    return Scenario("idle", (good, bad), {"availability": Truth([good], [bad])}, (0, 31 * DAY), focus)


def bad_nights() -> Scenario:
    """100 requests per second by day, 1 by night, and each night an hour in which 30 % fail."""

    def rate(time: float) -> float:
        return 100 if 6 * HOUR <= time % DAY < 22 * HOUR else 1

    def failing(time: float) -> float:
        return 0.3 if 2 * HOUR <= time % DAY < 3 * HOUR else 0

    good, bad = Pod("nights").counters(requests(0, 31 * DAY, rate, failing, seed=3))
    truth = Truth([good], [bad])
    return Scenario("nights", (good, bad), {"availability": truth}, (0, 31 * DAY), [_last_hours(31 * DAY)])


def counter_resets() -> Scenario:
    """Three days with four restarts of the process, the last one within the hour looked at."""
    good, bad = Pod("reset").counters(requests(0, 3 * DAY, constant(20), constant(0.0005), seed=4))
    resets = frozenset(time // SCRAPE for time in (5 * HOUR, DAY, 40 * HOUR, 3 * DAY - 20 * MINUTE))
    good, bad = replace(good, resets=resets), replace(bad, resets=resets)
    truth = Truth([good], [bad])
    return Scenario("reset", (good, bad), {"availability": truth}, (0, 3 * DAY), [_last_hours(3 * DAY)])


def team_label() -> Scenario:
    """Half way the service gets another team: in its definition, and by relabelling on every raw series."""
    half = 3 * DAY
    made = requests(0, 2 * half, constant(10), between(0, half, 0.0006, otherwise=0.0002), seed=5)
    cut = half // SCRAPE
    before = [gone(each) for each in Pod("team").counters(Requests(0, made.good[:cut], made.bad[:cut]))]
    relabelled = Pod("team", extra={"team": "payments"})
    after = [
        replace(relabelled.counter(events[cut:], cut, code), base=sum(events[:cut]))
        for events, code in ((made.good, "200"), (made.bad, "500"))
    ]
    truth = Truth([before[0], after[0]], [before[1], after[1]])
    return Scenario(
        "team",
        (*before, *after),
        {"availability": truth},
        (0, 2 * half),
        [_last_hours(2 * half)],
        teams=("orders", "payments"),
    )


def availability_and_latency() -> Scenario:
    """Two objectives on one service that both proxies report: 0.05 % fail, 0.4 % of the others are slow."""
    return with_histogram("both", buckets=("100", "250", "500"))


def missing_bucket() -> Scenario:
    """The same, but the proxies have no bucket at the threshold: nobody can know how many were slow."""
    return with_histogram("bucketless", buckets=("100", "500"))


def pods_gone() -> Scenario:
    """Twenty minutes without any pod: callers get 503, which only their proxies see; then new pods come."""
    start, end, last = 6 * DAY - 3 * HOUR, 6 * DAY - 3 * HOUR + 20 * MINUTE, 6 * DAY
    old = [
        gone(each)
        for each in Pod("gone", "old").counters(requests(0, start, constant(20), constant(0.0005), seed=6))
    ]
    new = Pod("gone", "new", phase_ms=9_100).counters(
        requests(end, last, constant(20), constant(0.0005), seed=7, phase_ms=9_100)
    )
    caller = Pod("gone", reporter=CLIENT, phase_ms=12_400)
    failed = requests(0, last, between(start, end, 20), constant(1), seed=8, phase_ms=12_400)
    unserved = born(caller.counter(failed.bad, 0, "503", "UH"))
    served = caller.counters(requests(0, start, constant(20), constant(0.0005), seed=6, phase_ms=12_400))
    truth = Truth([old[0], new[0]], [old[1], new[1], unserved])
    objective = Objective(percent=99)
    counters = (*old, *new, unserved, *served)
    return Scenario(
        "gone", counters, {"availability": truth}, (0, last), [(start - HOUR, last)], objectives=[objective]
    )


def first_error() -> Scenario:
    """Twenty hours without an error on three pods; then single errors: each pod's first bears a series."""
    counters, good, bad = [], [], []
    for number, name in enumerate("abc"):
        pod = Pod("first", name, phase_ms=2_300 + 4_100 * number)
        made = requests(0, DAY, constant(2), constant(0), seed=10 + number)
        failures = [0] * len(made.good)
        for failure in range(20 * HOUR // SCRAPE + 40 * number, len(failures), 97):
            failures[failure] = 1
        good.append(pod.counter(made.good, 0, "200"))
        bad.append(born(pod.counter(failures, 0, "500")))
        counters += [good[-1], bad[-1]]
    truth = Truth(good, bad)
    return Scenario("first", counters, {"availability": truth}, (0, DAY), [(20 * HOUR - 30 * MINUTE, DAY)])


def gap(service: str, down: int) -> Scenario:
    """A day with one incident, and ten minutes from `down` without Prometheus."""
    pod = Pod(service)
    made = requests(0, DAY, constant(20), between(*INCIDENTS[service], 0.5, otherwise=0.0005), seed=20)
    unscraped = range(down // SCRAPE, (down + 10 * MINUTE) // SCRAPE)
    good, bad = (replace(each, unscraped=unscraped) for each in pod.counters(made))
    return Scenario(
        service,
        (good, bad),
        {"availability": Truth([good], [bad])},
        (0, DAY),
        [(19 * HOUR, DAY)],
        down=(down, down + 10 * MINUTE),
    )


def with_histogram(service: str, buckets: Sequence[str]) -> Scenario:
    """Two days of requests; of those that succeed 0.4 % take more than 250 ms, a third of which more than 500
    ms.
    """
    end = 2 * DAY
    made = requests(0, end, constant(20), constant(0.0005), seed=9)
    slow = requests(0, end, constant(20 * 0.004), constant(1 / 3), seed=11)
    quick = [max(0, good - a - b) for good, a, b in zip(made.good, slow.good, slow.bad, strict=True)]
    within = {
        "100": [math.floor(count * 0.8) for count in quick],
        "250": quick,
        "500": [a + b for a, b in zip(quick, slow.good, strict=True)],
        "+Inf": [a + b + c for a, b, c in zip(quick, slow.good, slow.bad, strict=True)],
    }
    made = Requests(0, within["+Inf"], made.bad)
    counters = []
    for pod in (Pod(service), Pod(service, reporter=CLIENT, phase_ms=8_200)):
        good, bad = pod.counters(made)
        metric = "istio_request_duration_milliseconds"
        for le in (*buckets, "+Inf"):
            counters.append(
                replace(
                    good, labels=pod.labels(f"{metric}_bucket", "200") | {"le": le}, increments=within[le]
                )
            )
            # Failures are fast: a latency objective that counted them would look better than it is.
            counters.append(replace(bad, labels=pod.labels(f"{metric}_bucket", "500") | {"le": le}))
        counts = [
            replace(each, labels={**each.labels, "__name__": f"{metric}_count"}) for each in (good, bad)
        ]
        counters += [good, bad, *counts]
    pod = Pod(service)
    fast = pod.counter(quick, 0, "200")
    late = pod.counter([a + b for a, b in zip(slow.good, slow.bad, strict=True)], 0, "200")
    truths = {
        "availability": Truth(pod.counters(made)[:1], pod.counters(made)[1:]),
        "latency": Truth([fast], [late]),
    }
    return Scenario(
        service, counters, truths, (0, end), [_last_hours(end)], objectives=[AVAILABILITY, LATENCY]
    )


def _last_hours(end: int) -> tuple[int, int]:
    return end - 2 * HOUR, end
