"""Scenarios for detection: incidents of known start on a service with days of healthy history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine import classical, rules, scenario
from engine.rules import Outcome
from engine.scenario import Scenario, World
from engine.series import DAY, HOUR, MINUTE, START, Counter, Pod, between, born, constant, gone, requests
from engine.truth import Truth

INCIDENT = 3 * DAY + 6 * HOUR + 7
"""When incidents begin, in seconds since `START`: a few seconds after a scrape, as it comes."""

PHASES = (0, 30, 90, 180)
"""Seconds by which an incident is moved against the 2-minute evaluations of the long group: that changes
tickets.
"""

BACKGROUND = 0.0001
"""Share of requests that fail on good days: a tenth of the budget."""

QUIET = 1 / 60
"""Requests per second of a service with 60 an hour."""

SHARES = {"errors-100": 1.0, "errors-10": 0.1, "errors-2": 0.02}
INCIDENTS = (*SHARES, "pods-gone")
SCRAPED_AT = (2_300, 6_400, 13_500)
"""Phases of the three pods' scrapes in milliseconds."""

RARE = tuple(f"rare-{number}" for number in range(8))
ONCE = tuple(f"once-{number}" for number in range(6))


@dataclass(frozen=True, slots=True)
class Detection:
    """Minutes from an incident's begin to the first evaluation at which each alert's expression held, or
    None.
    """

    ours: Mapping[str, float | None]
    classical: Mapping[str, float | None]


def all_scenarios() -> list[Scenario]:
    """Every scenario, each with its own service name."""
    return [
        *(
            errors(f"{kind}-{phase}", share, INCIDENT + phase)
            for kind, share in SHARES.items()
            for phase in PHASES
        ),
        *(pods_gone(f"pods-gone-{phase}", INCIDENT + phase) for phase in PHASES),
        *(rare_outage(service, seed) for seed, service in enumerate(RARE)),
        *(single_failure(service, seed) for seed, service in enumerate(ONCE)),
    ]


def errors(service: str, share: float, begin: int) -> Scenario:
    """Three pods with 20 requests per second each; from `begin` on a share of them fails."""
    counters: list[tuple[Counter, ...]] = []
    for number, phase in enumerate(SCRAPED_AT):
        failing = between(begin, 5 * DAY, share, otherwise=BACKGROUND)
        made = requests(0, INCIDENT + 5 * HOUR, constant(20), failing, seed=30 + number, phase_ms=phase)
        counters.append(Pod(service, "abc"[number], phase_ms=phase).counters(made))
    return _watched(service, counters, hours=5)


def pods_gone(service: str, begin: int) -> Scenario:
    """Three pods vanish at `begin`; callers get 503 and their proxies are the only ones to count it."""
    counters: list[tuple[Counter, ...]] = []
    for number, phase in enumerate(SCRAPED_AT):
        made = requests(0, begin, constant(20), constant(BACKGROUND), seed=40 + number, phase_ms=phase)
        good, bad = Pod(service, "abc"[number], phase_ms=phase).counters(made)
        counters.append((gone(good), gone(bad)))
    failed = requests(0, INCIDENT + HOUR, between(begin, 5 * DAY, 60), constant(1), seed=44)
    unserved = born(Pod(service, reporter="source").counter(failed.bad, 0, "503", "UH"))
    return _watched(service, [*counters, (unserved,)], hours=1)


def rare_outage(service: str, seed: int) -> Scenario:
    """60 requests an hour over three pods; all of them fail from `INCIDENT` on, the first errors ever."""
    counters = []
    for number, phase in enumerate(SCRAPED_AT):
        made = requests(
            0,
            INCIDENT + 2 * HOUR,
            constant(QUIET / 3),
            between(INCIDENT, 5 * DAY, 1),
            seed=100 + 10 * seed + number,
            phase_ms=phase,
        )
        counters.append(Pod(service, "abc"[number], phase_ms=phase).counters(made))
    return _watched(service, counters, hours=2)


def single_failure(service: str, seed: int) -> Scenario:
    """60 requests an hour, one of which fails after `INCIDENT`; its series exists since the first day."""
    made = requests(0, INCIDENT + 2 * HOUR, constant(QUIET), constant(0), seed=200 + seed)
    good, bad = list(made.good), [0] * len(made.good)
    failed = next(index for index, count in enumerate(good) if count and index * 15 > INCIDENT + 150 * seed)
    good[failed], bad[failed] = good[failed] - 1, 1
    pod = Pod(service)
    return _watched(service, [(pod.counter(good, 0, "200"), pod.counter(bad, 0, "500"))], hours=2)


def detect(world: World, service: str, phase: int = 0, *, unserved: bool = True) -> Detection:
    """When our alerts and the classical ones hold for the first time after the incident's begin.

    `unserved` is for the classical rules: whether they count failures that no pod has seen.
    """
    watched, begin = world.scenarios[service], START + INCIDENT + phase
    theirs = rules.evaluate(
        world.server,
        [
            *classical.recordings(service, unserved=unserved, windows=classical.WINDOWS[:-1]),
            *classical.alerts(service, watched.objectives[0].budget, unserved=unserved),
        ],
        scenario.at(watched.history),
        [scenario.at(each) for each in watched.focus],
    )

    def minutes(outcome: Outcome, slo: str, alert: str) -> float | None:
        first = outcome.first(slo, alert, begin)
        return None if first is None else (first - begin) / MINUTE

    ours = world.outcomes[service]
    return Detection(
        {alert: minutes(ours, "availability", alert) for alert in classical.ALERTS},
        {alert: minutes(theirs, "", alert) for alert in classical.ALERTS},
    )


def incidents(world: World) -> dict[str, list[Detection]]:
    """All detections by kind of incident, in the order of `PHASES`."""
    return {kind: [detect(world, f"{kind}-{phase}", phase) for phase in PHASES] for kind in INCIDENTS}


def quiet(world: World) -> dict[str, Detection]:
    """All detections on services with 60 requests an hour, by service."""
    return {service: detect(world, service) for service in (*RARE, *ONCE)}


def _watched(service: str, counters: Sequence[tuple[Counter, ...]], hours: int) -> Scenario:
    """A scenario looked at from half an hour before the incident to `hours` after its begin."""
    good = [each for pod in counters for each in pod if each.labels["response_code"] == "200"]
    bad = [each for pod in counters for each in pod if each.labels["response_code"] != "200"]
    end = INCIDENT - 7 + hours * HOUR
    return Scenario(
        service,
        [each for pod in counters for each in pod],
        {"availability": Truth(good, bad)},
        (0, end),
        [(INCIDENT - 7 - HOUR // 2, end)],
    )
