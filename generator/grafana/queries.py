"""Panel queries: typed PromQL with Grafana's variables in its slots, and a user's literals kept literal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from generator.grafana.text import literal
from generator.promql.build import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Matcher,
    Number,
    Selector,
    Slot,
    Template,
    quote,
    total,
)

# What the slot `window` becomes: at least four scrapes, and no gap between two points of a graph.
RATE_INTERVAL = "$__rate_interval"
_VARIABLE_MARK = "variable:"


@dataclass(frozen=True, slots=True)
class Text(Expr):
    """A string literal: an argument of `label_replace`."""

    value: str

    def render(self) -> str:
        """PromQL text."""
        return quote(self.value)


def any_of(label: str, variable: str, suffix: str = "") -> Matcher:
    """`label=~"$variable"`: the values that are chosen in the dashboard's variable, each with a `suffix`.

    The suffix is a regular expression of ours.
    """
    return Matcher(label, "=~", Slot(f"{_VARIABLE_MARK}{variable}:{suffix}"))


def chosen(label: str, variable: str) -> Matcher:
    """`label="$variable"`: the one value that is chosen in the dashboard's variable."""
    return Matcher(label, "=", Slot(f"{_VARIABLE_MARK}{variable}:"))


def text(expression: Expr) -> str:
    """Return the expression as a panel's query.

    The slot `window` becomes `$__rate_interval`, slots of `any_of` become `"$name"`. Whatever looks like a
    variable in the rest came from a user and is escaped (`text.literal`).
    """
    pieces = Template.of(expression).pieces
    return "".join(_slot(piece) if index % 2 else literal(piece) for index, piece in enumerate(pieces))


def _slot(name: str) -> str:
    if not name.startswith(_VARIABLE_MARK):
        return RATE_INTERVAL
    variable, _, suffix = name.removeprefix(_VARIABLE_MARK).partition(":")
    return quote(f"${{{variable}}}{suffix}" if suffix else f"${variable}")


def record(name: str, *matchers: Matcher) -> Selector:
    """Return the selector of a recorded series."""
    return Selector(name, matchers)


def highest(expression: Expr, by: tuple[str, ...]) -> Aggregate:
    """Keep one series for each combination of `by`, without its name: a pair of servers tells all twice."""
    return Aggregate("max", expression, by)


def counted(condition: Expr, population: Expr) -> Expr:
    """Count the series that meet `condition`, 0 if none does, and nothing if even `population` is absent.

    `or vector(0)` would say 0 where there is no data at all.
    """
    none = Binary(Number(0), "*", Aggregate("count", population))
    return Binary(Aggregate("count", condition), "or", none)


def share(part: Expr, whole: Expr, by: tuple[str, ...] = ()) -> Expr:
    """`part` over `whole`, by labels: 0 where no series of `part` was ever born, absent where idle."""
    filled = Binary(total(part, by), "or", Binary(Number(0), "*", total(whole, by)))
    return Binary(filled, "/", Binary(total(whole, by), ">", Number(0)))


def quantile(value: Decimal, buckets: Expr, by: tuple[str, ...] = ()) -> Expr:
    """The `value` quantile of rates of buckets, one for each combination of `by`."""
    return quantile_of(value, total(buckets, ("le", *by)))


def quantile_of(value: Decimal, distribution: Expr) -> Expr:
    """The `value` quantile of a distribution that is summed already; absent, not NaN, where it is empty."""
    return Binary(Call("histogram_quantile", (Number(value), distribution)), ">=", Number(0))


def labelled(expression: Expr, label: str, source: str, pattern: str = "(.*)", value: str = "$1") -> Expr:
    """Put into `label` what `pattern` finds in the label `source`; a constant if `value` holds no group."""
    return Call("label_replace", (expression, Text(label), Text(value), Text(source), Text(pattern)))


def constant(expression: Expr, label: str, value: str) -> Expr:
    """Set `label` to `value`, a literal, on every series."""
    return Call(
        "label_replace", (expression, Text(label), Text(value.replace("$", "$$")), Text(""), Text(""))
    )


def ranked(operation: str, limit: int, expression: Expr) -> Expr:
    """`topk(limit, expression)` or `bottomk(limit, expression)`."""
    return Call(operation, (Number(limit), expression))
