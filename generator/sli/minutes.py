"""SLIs weighted by time: a query is read once a minute, and each minute is an event.

Events per second are then minutes per second: 1/60 while every minute counts. Times the seconds of a window,
that is a number of minutes, and so is the sum of the staged records times their interval. A minute that
several series report is one minute all the same: `avg` keeps it one, where `sum` would make it several.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from generator.diagnostics import Diagnostics, Span
from generator.promql.build import SECONDS, WINDOW, Binary, Call, Expr, Number, Subquery, Template, Verbatim
from generator.promql.error import PromQLError
from generator.promql.parse import parse
from generator.promql.tokens import replace_tokens
from generator.promql.tree import value_type
from generator.sli.model import PromQL

WEIGHTED = "Weighted by time: a minute is a minute, however much happened in it."
# A subquery reads at whole minutes and includes both ends of its range in Prometheus 2: evaluated exactly at
# a whole minute, five minutes would be six readings. A millisecond earlier they are five, in Prometheus 3,
# too.
_STEP, _BEFORE = "1m", "1ms"


def instant_query(name: str, query: PromQL, at: Mapping[str, Span], diagnostics: Diagnostics) -> Expr | None:
    """The user's query as a vector without NaN; None where it is none, which has then been reported."""
    try:
        replaced, misused = replace_tokens(query.text, {"window": "5m"})
        if misused or replaced != query.text:
            _refuse_tokens(name, at.get(name), diagnostics)
            return None
        kind = value_type(parse(query.text))
    except PromQLError as error:
        diagnostics.error("promql/syntax", f"{name} is not PromQL: {error}", at.get(name))
        return None
    if kind not in {"vector", "scalar"}:
        diagnostics.error(
            "sli/not-instant",
            f"{name} is a {'range of samples' if kind == 'matrix' else kind}, not a value at a point in time",
            at.get(name),
            cause="the query is read once a minute; each reading must be a number.",
            fix="take the range into a function, such as avg_over_time(...[5m]), or leave it out.",
        )
        return None
    written = Verbatim(query.text)
    vector = Call("vector", (written,)) if kind == "scalar" else written
    # NaN is not at most infinity, and everything else is. `q == q` says the same and reads all series twice.
    return Binary(vector, "<=", Number(Decimal("Infinity")))


def per_second(function: str, each_minute: Expr) -> Expr:
    """`function` over the readings of the slot `window`, divided by the slot `seconds`, its length."""
    return Binary(Call(function, (Subquery(each_minute, WINDOW, _STEP, _BEFORE),)), "/", Number(SECONDS))


def small_enough(name: str, expression: Expr, at: Mapping[str, Span], diagnostics: Diagnostics) -> bool:
    """Whether the user's query can still be parsed with ours around it; if not, that has been reported."""
    try:
        parse(Template.of(expression).fill({"window": "5m", "seconds": "300"}))
    except PromQLError as error:
        diagnostics.error("promql/syntax", f"{name} is too large: {error}", at.get(name))
        return False
    return True


def _refuse_tokens(name: str, span: Span | None, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "promql/token",
        f"{name} is an instant query and knows no tokens such as $window",
        span,
        cause="it is read once a minute, in every window alike.",
        fix="write a fixed range where one is needed, such as rate(orders_total[5m]).",
    )
