"""Threshold: a query whose value is good on one side of a bound, minute by minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from generator.diagnostics import Diagnostics, Span
from generator.promql.build import Aggregate, Binary, Call, Expr, Number, either
from generator.promql.duration import Duration
from generator.sli.minutes import WEIGHTED, instant_query, per_second, small_enough
from generator.sli.model import Events, PromQL
from generator.telemetry import Subject

_OPERATORS = MappingProxyType({"lt": "<", "lte": "<=", "gt": ">", "gte": ">="})
READS_PROFILE = False
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "Share of minutes in which a query's value is good. It is weighted by time: a minute is "
    "an event.",
    "additionalProperties": False,
    "required": ["query", "op", "value", "missing"],
    "properties": {
        "query": {
            "$ref": "#/definitions/promql",
            "description": "An instant query without `$window`. Of several series, the share that is bad "
            "counts. NaN is no value.",
            "x-example": "time() - max(last_sync_timestamp_seconds)",
        },
        "op": {
            "enum": list(_OPERATORS),
            "description": "A minute is good if `query op value`: less than, at most, more than, at least.",
            "x-instead": {sign: name for name, sign in _OPERATORS.items()},
            "x-fix": "write lt for <, lte for <=, gt for > and gte for >= (in YAML a bare > begins a text).",
        },
        "value": {
            "anyOf": [{"type": "number"}, {"$ref": "#/definitions/duration"}],
            "description": "The bound, in the query's unit. A duration means seconds: `15m` is 900.",
            "x-example": "15m",
            "x-fix": "write a number such as 0.8, or a duration such as 15m.",
        },
        "missing": {
            "enum": ["bad", "ignore"],
            "description": "What a minute without a value is. With `ignore` it does not count. With `bad` "
            "every minute counts, also those before the metric began and while Prometheus was down.",
            "x-fix": "write bad if silence is a failure, ignore if it is none.",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An SLI over a bound."""

    query: PromQL
    op: str
    value: Duration | Decimal
    missing: str
    at: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)

    @property
    def bound(self) -> Decimal:
        """The value to compare with; of a duration its seconds."""
        return Decimal(self.value.milliseconds) / 1000 if isinstance(self.value, Duration) else self.value

    def events(self, subject: Subject | None, by: tuple[str, ...], diagnostics: Diagnostics) -> Events | None:
        """Minutes that count, and the share of each that is bad, both per second.

        The comparison asks what is good and is never turned round: NaN fulfils neither it nor its opposite.
        """
        del subject  # the user's own query needs no telemetry profile
        if self.missing == "bad" and by:
            diagnostics.error(
                "sli/missing-groups",
                f"missing minutes cannot be bad where series are kept apart by {', '.join(by)}",
                self.at.get("missing"),
                cause="groupBy and the platform's identityLabels make a group of each value, and nothing "
                "says which values there should be: a group that is missing cannot be told from one that "
                "never was.",
                fix='write "missing: ignore", and watch for absence with an alert pack.',
            )
            return None
        values = instant_query("query", self.query, self.at, diagnostics)
        if values is None:
            return None
        good = Aggregate("avg", Binary(values, _OPERATORS[self.op], Number(self.bound), bool_=True), by)
        each_minute: Expr = Binary(Number(1), "-", good)
        counted: Expr = Aggregate("group", values, by)
        if self.missing == "bad":
            counted = Call("vector", (Number(1),))
            each_minute = either(each_minute, counted)
        bad = per_second("sum_over_time", each_minute)
        if not small_enough("query", bad, self.at, diagnostics):
            return None
        return Events(
            total=per_second("count_over_time", counted),
            bad=bad,
            zero_fill=False,
            ever_present=self.missing == "bad",
            written=(self.query,),
            unit="minutes",
            meaning=f"minutes; good are those in which {self.query.on_one_line} {_OPERATORS[self.op]} "
            f"{self.value}. One without a value {'is bad' if self.missing == 'bad' else 'does not count'}. "
            f"{WEIGHTED}",
        )
