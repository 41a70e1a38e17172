"""Scenarios of buckets in both spellings: `250`, as exporters write it, and Prometheus 3's `250.0`."""

from __future__ import annotations

from dataclasses import replace

from engine.numbers import with_histogram
from engine.scenario import Scenario
from engine.series import Counter, gone
from engine.truth import Truth

_BUCKETS = ("100", "250", "500")


def all_scenarios() -> list[Scenario]:
    """Every scenario, each with its own service name."""
    return [side_by_side(), renamed()]


def side_by_side() -> Scenario:
    """Two pods with the same requests, the buckets of each in another spelling."""
    one = with_histogram("side-by-side", _BUCKETS)
    other = [replace(_dotted(each), labels=_dotted(each).labels | {"pod": "b"}) for each in one.counters]
    truths = {
        slo: Truth(
            [each for each in truth.total.counters if each not in truth.bad.counters] * 2,
            truth.bad.counters * 2,
        )
        for slo, truth in one.truths.items()
    }
    return replace(one, counters=[*one.counters, *other], truths=truths)


def renamed() -> Scenario:
    """Half way Prometheus is upgraded: every bucket ends, and goes on under the other spelling."""
    whole = with_histogram("renamed", _BUCKETS)
    counters: list[Counter] = []
    for each in whole.counters:
        half = len(each.increments) // 2
        if not _is_bucket(each):
            counters.append(each)
            continue
        before, after = each.increments[:half], each.increments[half:]
        counters.append(gone(replace(each, increments=before)))
        counters.append(
            replace(_dotted(each), increments=after, first=each.first + half, base=each.base + sum(before))
        )
    return replace(whole, counters=counters)


def _is_bucket(counter: Counter) -> bool:
    return counter.labels.get("le", "+Inf") != "+Inf"


def _dotted(counter: Counter) -> Counter:
    if not _is_bucket(counter):
        return counter
    return replace(counter, labels=counter.labels | {"le": f"{counter.labels['le']}.0"})
