"""Scenarios of counters that begin with an event, and of what only looks like one.

Each service has its availability twice: with first events counted, and ignored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.scenario import Objective, Scenario
from engine.series import DAY, HOUR, MINUTE, SCRAPE, Counter, Pod, Requests, constant, gone, requests
from engine.truth import Truth

END = DAY
DOWN = (13 * HOUR, 13 * HOUR + 10 * MINUTE)
"""When Prometheus did not run, in seconds since `START`."""

FIRST = 3 * HOUR
"""When the only error of `first` happened."""

_OBJECTIVES = [
    Objective("counted", 99, more=", firstEvents: counted"),
    Objective("ignored", 99, more=", firstEvents: ignored"),
]


def all_scenarios() -> list[Scenario]:
    """Every scenario, each with its own service name."""
    return [first(), instrumented(), rare(), restarted(), relabelled(), scraped_again()]


def first() -> Scenario:
    """One pod, and one error in all."""
    count = END // SCRAPE
    bad = [1 if index == FIRST // SCRAPE else 0 for index in range(count)]
    return _scenario("first", Pod("first").counters(Requests(0, [15] * count, bad)))


def instrumented() -> Scenario:
    """A process that tells of itself by OpenTelemetry, and one error in all."""
    count = END // SCRAPE
    name = {
        "__name__": "http_server_request_duration_seconds_count",
        "job": "shop/instrumented",
        "instance": "a",
    }
    good = Counter({**name, "http_response_status_code": "200"}, [15] * count)
    error = {"http_response_status_code": "500", "error_type": "500"}
    begin = FIRST // SCRAPE
    bad = Counter({**name, **error}, [1, *[0] * (count - begin - 1)], begin)
    scenario = _made_of("instrumented", [good, bad], Truth([good], [bad]))
    return replace(scenario, telemetry="{profile: otel-http}")


def rare() -> Scenario:
    """Ten pods, each replaced once, of which each has an error or two in its life: most of them are first."""
    counters: list[Counter] = []
    for number in range(10):
        cut = (number + 7) * HOUR
        for name, start, end in ((f"old-{number}", 0, cut), (f"new-{number}", cut + MINUTE, END)):
            made = requests(start, end, constant(0.05), constant(0.001), seed=number * 2 + (start > 0))
            pair = Pod("rare", name, phase_ms=1_000 * number + 500).counters(made)
            counters += [gone(each) if end < END else each for each in pair if each.increments]
    return _scenario("rare", counters)


def restarted() -> Scenario:
    """One pod whose process starts anew every two hours, its errors from none at all."""
    counters: list[Counter] = []
    pod = Pod("restarted")
    for life in range(12):
        made = requests(life * 2 * HOUR, (life + 1) * 2 * HOUR, constant(0.5), constant(0.002), seed=life)
        good, bad = pod.counters(made)
        resets = frozenset({made.first}) if life else frozenset()
        counters.append(replace(good, resets=resets))
        counters.append(gone(bad) if bad.increments else bad)
    # The good requests are one series: the same labels, one value for each scrape.
    good = [increment for each in counters[::2] for increment in each.increments]
    whole = replace(
        counters[0], increments=good, resets=frozenset(each.first for each in counters[2::2]), first=0
    )
    return _scenario("restarted", [whole, *(each for each in counters[1::2] if each.increments)])


def relabelled() -> Scenario:
    """Half way every series gets another label from Prometheus, with all that it had counted."""
    made = requests(0, END, constant(2), constant(0.002), seed=5)
    cut = END // 2 // SCRAPE
    before = Pod("relabelled").counters(Requests(0, made.good[:cut], made.bad[:cut]))
    after = Pod("relabelled", extra={"team": "payments"})
    renamed = [
        replace(after.counter(events[cut:], cut, code), base=sum(events[:cut]))
        for events, code in ((made.good, "200"), (made.bad, "500"))
    ]
    return _scenario("relabelled", [*map(gone, before), *renamed])


def scraped_again() -> Scenario:
    """Prometheus is away for ten minutes, and then sees every counter as if for the first time."""
    pods = [
        Pod("scraped-again", str(number)).counters(
            requests(0, END, constant(1), constant(0.002), seed=20 + number)
        )
        for number in range(3)
    ]
    unscraped = range(DOWN[0] // SCRAPE, DOWN[1] // SCRAPE)
    counters = [replace(each, unscraped=unscraped) for pod in pods for each in pod]
    return replace(_scenario("scraped-again", counters), down=DOWN)


def _scenario(service: str, counters: Sequence[Counter]) -> Scenario:
    good = [each for each in counters if each.labels["response_code"] == "200"]
    bad = [each for each in counters if each.labels["response_code"] != "200"]
    return _made_of(service, counters, Truth(good, bad))


def _made_of(service: str, counters: Sequence[Counter], truth: Truth) -> Scenario:
    return Scenario(
        service,
        counters,
        {each.name: truth for each in _OBJECTIVES},
        (0, END),
        [(END - HOUR, END)],
        objectives=_OBJECTIVES,
    )
