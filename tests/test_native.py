"""Native histograms on a real Prometheus: availability and latency against the raw observations."""

from __future__ import annotations

import pytest
from engine.generated import PLATFORM
from engine.native import Latency, Observed, bucket
from engine.scenario import Objective, Scenario, World, played
from engine.series import HOUR, SCRAPE, START

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("native")]

END = 8 * HOUR
BAD, IDLE = (3 * HOUR, 4 * HOUR), (6 * HOUR, 7 * HOUR)
FLAGS = ("--enable-feature=native-histograms",)
NATIVE = (
    PLATFORM.replace("15s}", "15s, flags: [native-histograms]}")
    + """\
  telemetryProfiles:
    native: {extends: otel-http, protocols: {http: {duration: {native: true}}}}
"""
)


def per_scrape(usual: int, bad: int) -> list[int]:
    """So many observations per scrape, others in the bad hour, none in the idle one."""
    times = range(0, END, SCRAPE)
    return [bad if BAD[0] <= time < BAD[1] else 0 if IDLE[0] <= time < IDLE[1] else usual for time in times]


def observed(code: str, values: dict[float, list[int]], instance: str = "a") -> Observed:
    labels = {
        "__name__": "http_server_request_duration_seconds",
        "job": "shop/native",
        "instance": instance,
        "http_response_status_code": code,
    }
    return Observed(labels, values)


# 0.28 lies in a bucket from 0.2726 to 0.2973: with a threshold of 312ms it is fast, whatever is estimated.
ANSWERED = [
    observed("200", {0.1: per_scrape(20, 10), 0.28: per_scrape(5, 5), 1.0: per_scrape(0, 10)}),
    observed("200", {0.01: per_scrape(8, 8), 0.4: per_scrape(1, 4)}, "b"),
]
FAILED = observed("500", {0.001: per_scrape(0, 6)})
SCENARIO = Scenario(
    "native",
    (*ANSWERED, FAILED),  # type: ignore[arg-type]  # whatever can be encoded
    {},
    (0, END),
    [(2 * HOUR, END)],
    objectives=(Objective(), Objective("latency", 94, "{latency: {threshold: 312ms}}")),
    telemetry="{profile: native}",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with played(tmp_path_factory.mktemp("native"), [SCENARIO], NATIVE, FLAGS) as played_world:
        yield played_world


def value(world: World, slo: str, record: str, time: int) -> float | None:
    return world.server.value(f"{record}{{{SCENARIO.selector(slo)}}}", START + time)


def test_latency_is_the_truth(world: World):
    record = f"slo:period_error_budget_remaining:ratio{{{SCENARIO.selector('latency')}}}"
    time = world.server.value(f"timestamp({record})", SCENARIO.end)
    spent = 1 - Latency(ANSWERED, 0.312).remaining(time, 0.06)
    assert spent > 0.5
    # What staging may cost: docs/numbers.md.
    assert 1 - world.server.value(record, SCENARIO.end) == pytest.approx(spent, rel=0.01)
    assert world.outcomes["native"].not_numbers == set()


def test_the_windows_are_the_truth(world: World):
    """In the bad hour 14 of 37 answers take longer. 6 of 43 requests fail, fast, and are no answers."""
    middle, ratio = (BAD[0] + BAD[1]) // 2, "slo:sli_error:ratio_rate5m"
    assert value(world, "latency", ratio, middle) == pytest.approx(14 / 37, rel=1e-6)
    assert value(world, "availability", ratio, middle) == pytest.approx(6 / 43, rel=1e-6)
    assert value(world, "latency", "slo:events_total:rate5m", middle) == pytest.approx(37 / SCRAPE, rel=1e-6)


def test_idle_is_zero_and_no_number_else(world: World):
    """`histogram_fraction` of nothing is NaN, and would live on in every longer window."""
    middle = (IDLE[0] + IDLE[1]) // 2
    for slo in ("availability", "latency"):
        assert value(world, slo, "slo:events_total:rate5m", middle) == 0
        assert value(world, slo, "slo:events_bad:rate5m", middle) == 0
        assert value(world, slo, "slo:sli_error:ratio_rate5m", middle) is None
        assert value(world, slo, "slo:sli_error:ratio_rate30d", END - 60) is not None


def test_a_threshold_inside_of_a_bucket_is_wrong_by_that_bucket_at_most(world: World):
    """As documented: the error is the share that lies in the bucket around the threshold."""
    middle = START + (BAD[0] + BAD[1]) // 2
    selector = '{job="shop/native",http_response_status_code="200"}[5m]'
    assert bucket(0.28) == bucket(0.285)
    rated = f"sum(rate(http_server_request_duration_seconds{selector}))"
    estimated = world.server.value(f"1 - histogram_fraction(0, 0.285, {rated})", middle)
    assert 14 / 37 < estimated < (14 + 5) / 37
