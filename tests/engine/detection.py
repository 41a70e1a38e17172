"""Scenarios for detection: incidents of known start on a service with days of healthy history."""

from __future__ import annotations

from dataclasses import dataclass

from engine import classical, rules, scenario
from engine.rules import Outcome
from engine.scenario import Scenario
from engine.series import DAY, HOUR, MINUTE, START, Counter, Pod, between, born, constant, gone, requests
from engine.server import Prometheus
from engine.truth import Truth

BEGIN = 3 * DAY + 6 * HOUR + 7
"""When every incident begins, in seconds since `START`: a few seconds after a scrape, as it comes."""

BACKGROUND = 0.0001
"""Share of requests that fail on good days: a tenth of the budget."""

QUIET = 1 / 60
"""Requests per second of a service with 60 an hour."""

OUTAGES = {"errors-100": 1.0, "errors-10": 0.1, "errors-2": 0.02}
RARE = tuple(f"rare-{number}" for number in range(8))
ONCE = tuple(f"once-{number}" for number in range(6))


@dataclass(frozen=True, slots=True)
class Detection:
    """Minutes from the incident's begin to the first evaluation at which each alert's expression held, or None."""

    ours: dict[str, float | None]
    classical: dict[str, float | None]


def all_scenarios() -> list[Scenario]:
    """Every scenario, each with its own service name."""
    return [
        *(errors(service, share) for service, share in OUTAGES.items()),
        pods_gone(),
        *(rare_outage(service, seed) for seed, service in enumerate(RARE)),
        *(single_failure(service, seed) for seed, service in enumerate(ONCE)),
    ]


def errors(service: str, share: float) -> Scenario:
    """Three pods with 20 requests per second each; from `BEGIN` on a share of them fails."""
    counters: list[tuple[Counter, Counter]] = []
    for number, phase in enumerate((2_300, 6_400, 13_500)):
        failing = between(BEGIN, 5 * DAY, share, otherwise=BACKGROUND)
        made = requests(0, BEGIN + 6 * HOUR, constant(20), failing, seed=30 + number, phase_ms=phase)
        counters.append(Pod(service, "abc"[number], phase_ms=phase).counters(made))
    return _watched(service, counters)


def pods_gone() -> Scenario:
    """Three pods vanish at `BEGIN`; callers get 503 and their proxies are the only ones to count it."""
    service = "pods-gone"
    counters: list[tuple[Counter, ...]] = []
    for number, phase in enumerate((2_300, 6_400, 13_500)):
        made = requests(0, BEGIN, constant(20), constant(BACKGROUND), seed=40 + number, phase_ms=phase)
        good, bad = Pod(service, "abc"[number], phase_ms=phase).counters(made)
        counters.append((gone(good), gone(bad)))
    failed = requests(0, BEGIN + 6 * HOUR, between(BEGIN, 5 * DAY, 60), constant(1), seed=44)
    unserved = born(Pod(service, reporter="source").counter(failed.bad, 0, "503", "UH"))
    return _watched(service, [*counters, (unserved,)])


def rare_outage(service: str, seed: int) -> Scenario:
    """60 requests an hour over three pods; all of them fail from `BEGIN` on, the first errors ever."""
    counters = []
    for number, phase in enumerate((2_300, 6_400, 13_500)):
        made = requests(
            0,
            BEGIN + 2 * HOUR,
            constant(QUIET / 3),
            between(BEGIN, 5 * DAY, 1),
            seed=100 + 10 * seed + number,
            phase_ms=phase,
        )
        counters.append(Pod(service, "abc"[number], phase_ms=phase).counters(made))
    return _watched(service, counters, hours=2)


def single_failure(service: str, seed: int) -> Scenario:
    """60 requests an hour, one of which fails after `BEGIN`; its series exists since the first day."""
    made = requests(0, BEGIN + 2 * HOUR, constant(QUIET), constant(0), seed=200 + seed)
    good, bad = list(made.good), [0] * len(made.good)
    failed = next(index for index, count in enumerate(good) if count and index * 15 > BEGIN + 150 * seed)
    good[failed], bad[failed] = good[failed] - 1, 1
    pod = Pod(service)
    return _watched(service, [(pod.counter(good, 0, "200"), pod.counter(bad, 0, "500"))], hours=2)


def detect(server: Prometheus, watched: Scenario, ours: Outcome) -> Detection:
    """When our alerts and the classical ones hold for the first time after `BEGIN`."""
    own = rules.evaluate(
        server,
        [
            *classical.recordings(watched.service, windows=classical.WINDOWS[:-1]),
            *classical.alerts(watched.service, watched.objectives[0].budget),
        ],
        scenario.at(watched.history),
        [scenario.at(each) for each in watched.focus],
    )
    return Detection(
        {alert: _minutes(ours.first("availability", alert, START + BEGIN)) for alert in classical.ALERTS},
        {alert: _minutes(own.first("", alert, START + BEGIN)) for alert in classical.ALERTS},
    )


def _minutes(time: int | None) -> float | None:
    return None if time is None else (time - START - BEGIN) / MINUTE


def _watched(service: str, counters: list[tuple[Counter, ...]], hours: int = 6) -> Scenario:
    """A scenario with everything evaluated from an hour before the incident to `hours` after its begin."""
    good = [each for pod in counters for each in pod if each.labels["response_code"] == "200"]
    bad = [each for pod in counters for each in pod if each.labels["response_code"] != "200"]
    end = BEGIN - 7 + hours * HOUR
    return Scenario(
        service,
        [each for pod in counters for each in pod],
        {"availability": Truth(good, bad)},
        (0, end),
        [(BEGIN - 7 - HOUR, end)],
    )
