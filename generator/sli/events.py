"""Events: any two counters of the user's own, bad (or good) and total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.diagnostics import Diagnostics, Span
from generator.promql.build import WINDOW, Binary, Call, Expr, Number, Selector, Verbatim, either, rate, total
from generator.promql.error import PromQLError
from generator.promql.parse import parse
from generator.promql.tokens import parse_selector, replace_tokens
from generator.sli.model import Events, PromQL
from generator.telemetry import Subject

_QUERY = (
    'A counter selector such as `orders_total{result="failed"}`, or an expression of events per second over '
    "`[$window]`."
)
READS_PROFILE = False
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "Share of a counter's events that are good: `total` and exactly one of `bad` and `good`.",
    "additionalProperties": False,
    "required": ["total"],
    "properties": {
        "total": {"$ref": "#/definitions/promql", "description": f"All events. {_QUERY}"},
        "bad": {"$ref": "#/definitions/promql", "description": f"Events that failed. {_QUERY}"},
        "good": {"$ref": "#/definitions/promql", "description": f"Events that succeeded. {_QUERY}"},
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An SLI over counters."""

    total: PromQL
    bad: PromQL | None = None
    good: PromQL | None = None
    at: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)

    def events(self, subject: Subject | None, by: tuple[str, ...], diagnostics: Diagnostics) -> Events | None:
        """The two counters as rates, summed by `by`.

        Where no failure was ever counted, the bad events are filled with zero. Where `good` is given and
        absent, every event is bad: a misspelt selector is loud, not green.
        """
        del subject  # the user's own counters need no telemetry profile
        if (self.bad is None) == (self.good is None):
            diagnostics.error(
                "sli/bad-or-good",
                "give exactly one of bad and good",
                self.at.get("good") if self.bad else self.at.get(""),
                cause="with both, the third number would contradict one of them.",
                fix="bad is the better choice where both exist: small numbers lose less when they are "
                "divided.",
            )
            return None
        everything = _events("total", self.total, by, self.at, diagnostics)
        if self.bad is not None:
            failed = _events("bad", self.bad, by, self.at, diagnostics)
            if not (everything and failed):
                return None
            meaning = f"{self.total.on_one_line}; bad is {self.bad.on_one_line}."
            written = (self.total, self.bad)
            return Events(everything, failed, zero_fill=True, written=written, meaning=meaning)
        assert self.good is not None  # noqa: S101  # one of the two is there, checked above
        succeeded = _events("good", self.good, by, self.at, diagnostics)
        if not (everything and succeeded):
            return None
        nothing = Binary(Number(0), "*", everything)
        remainder = Binary(everything, "-", either(succeeded, nothing))
        failed = Call("clamp_min", (remainder, Number(0)))
        meaning = f"{self.total.on_one_line}; bad is what is not {self.good.on_one_line}."
        written = (self.total, self.good)
        return Events(everything, failed, zero_fill=False, written=written, meaning=meaning)


def _events(
    name: str, query: PromQL, by: tuple[str, ...], at: Mapping[str, Span], diagnostics: Diagnostics
) -> Expr | None:
    """One query as events per second over the slot `window`."""
    if "$window" not in query.text:
        try:
            selector = parse_selector(query.text)
        except PromQLError as error:
            diagnostics.error(
                "sli/not-a-counter",
                f"{name} is not a counter selector: {error}",
                at.get(name),
                cause="a plain selector is turned into sum(rate(... [window])); anything else must say "
                "where the window goes.",
                fix="write a selector, or an expression with [$window], for example "
                "sum(rate(orders_total[$window])).",
            )
            return None
        return total(rate(Selector(selector.metric, selector.matchers, WINDOW)), by)
    try:
        text, misused = replace_tokens(query.text, {"window": str(WINDOW)})
        probe, _ = replace_tokens(query.text, {"window": "5m"})
        if not misused:
            parse(probe)
    except PromQLError as error:
        diagnostics.error("promql/syntax", f"{name} is not PromQL: {error}", at.get(name))
        return None
    if misused:
        used = ", ".join(sorted({f"${token.name}" for token in misused}))
        diagnostics.error(
            "promql/token",
            f"{used} in {name} is no token that stands for itself",
            at.get(name),
            fix="an events query knows $window only, as a word of its own and not inside a string.",
        )
        return None
    return total(Verbatim(text), by)
