"""Ratio: a query whose value is a share, averaged over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.diagnostics import Diagnostics, Span
from generator.promql.build import Aggregate, Binary, Call, Number
from generator.sli.minutes import WEIGHTED, instant_query, per_second, small_enough
from generator.sli.model import Events, PromQL
from generator.telemetry import Subject

_QUERY = (
    "between 0 and 1, as an instant query without `$window`; values outside are cut off. NaN and missing "
    "minutes do not count. Of several series the mean is taken."
)
READS_PROFILE = False
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "Mean over time of a share: exactly one of `bad` and `good`. It is weighted by time: a "
    "minute is an event, however much happened in it. Where the events themselves are counted, `events` is "
    "the better choice.",
    "additionalProperties": False,
    "properties": {
        "bad": {"$ref": "#/definitions/promql", "description": f"The share that is bad, {_QUERY}"},
        "good": {"$ref": "#/definitions/promql", "description": f"The share that is good, {_QUERY}"},
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An SLI over a share."""

    bad: PromQL | None = None
    good: PromQL | None = None
    at: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)

    def events(self, subject: Subject | None, by: tuple[str, ...], diagnostics: Diagnostics) -> Events | None:
        """Minutes that have a value, and each one's bad share, both per second.

        Several series of one group are averaged: the mean treats good and bad alike, and a minute stays one
        minute.
        """
        del subject  # the user's own query needs no telemetry profile
        name, query = ("good", self.good) if self.bad is None else ("bad", self.bad)
        if query is None or (self.bad is not None and self.good is not None):
            diagnostics.error(
                "sli/bad-or-good",
                "give exactly one of bad and good",
                self.at.get("good") if self.bad else self.at.get(""),
                cause="one is 1 minus the other.",
                fix="keep the one that the metric says.",
            )
            return None
        values = instant_query(name, query, self.at, diagnostics)
        if values is None:
            return None
        share = Aggregate("avg", Call("clamp", (values, Number(0), Number(1))), by)
        bad = per_second("sum_over_time", share if self.bad else Binary(Number(1), "-", share))
        if not small_enough(name, bad, self.at, diagnostics):
            return None
        return Events(
            total=per_second("count_over_time", Aggregate("group", values, by)),
            bad=bad,
            zero_fill=False,
            written=(query,),
            unit="minutes",
            meaning=f"minutes, each by the share of it that is {name}: {query.on_one_line}. {WEIGHTED}",
        )
