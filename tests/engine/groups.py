"""Scenarios of SLOs with groups: revisions and callers of one service, groups that vanish, two clusters.

The truths stand under `<slo>/<group>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.generated import PLATFORM
from engine.scenario import AVAILABILITY, Objective, Scenario
from engine.series import DAY, HOUR, MINUTE, Counter, Pod, Requests, between, constant, gone, requests
from engine.truth import Truth

REVISION = "destination_canonical_revision"
CALLER = "source_canonical_service"
BY_REVISION = Objective("revisions", more=", groupBy: [revision], maxGroups: 5")
COMPARED = Objective("compared", more=", groupBy: [revision], budget: false")
BY_CALLER = Objective("callers", more=", groupBy: [caller]")
TWO_CLUSTERS = PLATFORM + "  identityLabels: [cluster]\n"

INCIDENT = (40 * HOUR, 40 * HOUR + 30 * MINUTE)
"""When a third of the requests of one group failed, in seconds since `START`."""

UNCONNECTED = (42 * HOUR, 42 * HOUR + 10 * MINUTE)
"""When callers could not connect to pods of v2."""

NO_HOST = (44 * HOUR, 44 * HOUR + 10 * MINUTE)
"""When callers found no healthy pod."""

_BACKGROUND = 0.0002


def revisions() -> Scenario:
    """v1 is well; v2 fails for half an hour, then cannot be connected to; then there is no pod for a while.

    One caller calls both revisions, another one v1 alone. All proxies report.
    """
    end = 2 * DAY
    v1 = _reported("revisions", "a", "v1", requests(0, end, constant(10), constant(_BACKGROUND), seed=1))
    failing = between(*INCIDENT, 0.33, otherwise=_BACKGROUND)
    v2 = _reported("revisions", "b", "v2", requests(0, end, constant(5), failing, seed=2))
    batch = _reported(
        "revisions", "a", "v1", requests(0, end, constant(3), constant(_BACKGROUND), seed=3), caller="batch"
    )
    refused = _unreached("v2", requests(0, end, between(*UNCONNECTED, 5), constant(1), seed=4), "UF,URX")
    nowhere = _unreached("unknown", requests(0, end, between(*NO_HOST, 15), constant(1), seed=5), "UH")
    seen = [*v1[:2], *v2[:2], *batch[:2]]
    truths = {
        "availability/": _truth([*seen, refused, nowhere]),
        "revisions/v1": _truth([*v1[:2], *batch[:2]]),
        "revisions/v2": _truth([*v2[:2], refused]),
        "callers/caller": _truth([*v1[:2], *v2[:2], refused, nowhere]),
        "callers/batch": _truth(batch[:2]),
    }
    return Scenario(
        "revisions",
        [*v1, *v2, *batch, refused, nowhere],
        truths,
        (0, end),
        [(INCIDENT[0] - HOUR, end)],
        objectives=[AVAILABILITY, BY_REVISION, BY_CALLER, COMPARED],
    )


def vanishing() -> Scenario:
    """Half way v1 goes away and v2 comes; the service, and each raw series of v0, get another team."""
    half, end = 2 * DAY, 4 * DAY
    cut = half // 15
    made = requests(0, end, constant(8), constant(0.0006), seed=6)
    old = Pod("vanishing", "a", extra={REVISION: "v0"})
    relabelled = Pod("vanishing", "a", extra={REVISION: "v0", "team": "payments"})
    before = [gone(each) for each in old.counters(Requests(0, made.good[:cut], made.bad[:cut]))]
    after = [
        replace(relabelled.counter(events[cut:], cut, code), base=sum(events[:cut]))
        for events, code in ((made.good, "200"), (made.bad, "500"))
    ]
    first = Pod("vanishing", "b", extra={REVISION: "v1"})
    v1 = [gone(each) for each in first.counters(requests(0, half, constant(8), constant(0.0008), seed=7))]
    second = Pod("vanishing", "c", extra={REVISION: "v2"})
    v2 = second.counters(requests(half, end, constant(8), constant(0.0003), seed=8))
    truths = {
        "revisions/v0": _truth([*before, *after]),
        "revisions/v1": _truth(v1),
        "revisions/v2": _truth(v2),
    }
    return Scenario(
        "vanishing",
        [*before, *after, *v1, *v2],
        truths,
        (0, end),
        [(end - HOUR, end)],
        objectives=[BY_REVISION],
        teams=("orders", "payments"),
    )


def clusters() -> Scenario:
    """One service in two clusters that one Prometheus scrapes; the western half fails for half an hour."""
    end = 2 * DAY
    failing = {"east": constant(_BACKGROUND), "west": between(*INCIDENT, 0.33, otherwise=_BACKGROUND)}
    pods = {
        cluster: Pod("clusters", cluster, extra={"cluster": cluster}).counters(
            requests(0, end, constant(5), share, seed=seed)
        )
        for seed, (cluster, share) in enumerate(failing.items())
    }
    return Scenario(
        "clusters",
        [each for pod in pods.values() for each in pod],
        {f"availability/{cluster}": _truth(pod) for cluster, pod in pods.items()},
        (0, end),
        [(INCIDENT[0] - HOUR, end)],
    )


def _reported(
    service: str, pod: str, revision: str, made: Requests, caller: str = "caller"
) -> tuple[Counter, ...]:
    """Good and bad requests of a pod as it tells them, then the same as the caller's proxy does."""
    extra = {REVISION: revision, CALLER: caller}
    told = (Pod(service, pod, reporter=each, extra=extra) for each in ("destination", "source"))
    return tuple(counter for each in told for counter in each.counters(made))


def _unreached(revision: str, made: Requests, flags: str) -> Counter:
    """Requests that the caller's proxy alone knows of; the series has counted some before `START`.

    How births are counted is another matter, and not of this module.
    """
    pod = Pod("revisions", "a", reporter="source", extra={REVISION: revision})
    return replace(pod.counter(made.bad, made.first, "503", flags), base=1000)


def _truth(counters: Sequence[Counter]) -> Truth:
    good = [each for each in counters if each.labels["response_code"] == "200"]
    bad = [each for each in counters if each.labels["response_code"] != "200"]
    return Truth(good, bad)
