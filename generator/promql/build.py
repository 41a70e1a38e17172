"""PromQL as typed values: the only way that text of a user gets into an expression.

An expression is a tree of frozen records; `render` writes it with every label value quoted and parentheses by
precedence. A `Slot` leaves a place for one literal, so that an expression's shape can be rendered and parsed
once and filled with many SLOs' literals: filling cannot change the shape, because a slot takes a quoted
string or a number and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\ufffd": "\\ufffd"}
# Control characters, and the one that Prometheus takes for broken UTF-8 when it stands in a query as itself.
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f\ufffd]')
_REGEX_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")
MARK = "\0"

MatchOp = Literal["=", "!=", "=~", "!~"]
# Binding strength of PromQL's binary operators, weakest first.
_COMPARISON = 3
_PRECEDENCE = {"or": 1, "and": 2, "unless": 2}
_PRECEDENCE |= dict.fromkeys(("==", "!=", "<=", "<", ">=", ">"), _COMPARISON)
_PRECEDENCE |= dict.fromkeys(("+", "-"), 4) | dict.fromkeys(("*", "/", "%"), 5)
_ATOM = 9


@lru_cache(maxsize=4_096)
def quote(text: str) -> str:
    """`text` as a PromQL string literal in double quotes."""
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _ESCAPES.get(character) or f"\\x{ord(character):02x}"


def regex_literal(text: str) -> str:
    """`text` as a regular expression (RE2) that matches it and nothing else."""
    return _REGEX_SPECIAL.sub(lambda match: "\\" + match.group(), text)


@lru_cache(maxsize=4_096)
def number(value: Decimal | int) -> str:
    """A number exactly as it is, without an exponent or trailing zeros."""
    if not value:
        return "0"  # -0 is 0, and the cache cannot tell them apart
    text = format(Decimal(value), "f").replace("Infinity", "Inf")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one literal, filled later by name."""

    name: str

    def __str__(self) -> str:
        """The marker that `Template` cuts the text at; NUL cannot occur in an input file."""
        return f"{MARK}{self.name}{MARK}"


WINDOW = Slot("window")
SECONDS = Slot("seconds")


@lru_cache(maxsize=1_024)
def _check_label(name: str) -> None:
    if not _LABEL.fullmatch(name):
        msg = f"not a label name: {name!r}"
        raise ValueError(msg)


@lru_cache(maxsize=1_024)
def _label_list(names: tuple[str, ...]) -> str:
    for name in names:
        _check_label(name)
    return f"({', '.join(names)})"


@dataclass(frozen=True, slots=True)
class Matcher:
    """A label matcher; a literal value is quoted, a slot is filled with a quoted literal."""

    label: str
    op: MatchOp
    value: str | Slot

    def __str__(self) -> str:
        """PromQL text."""
        _check_label(self.label)
        value = quote(self.value) if isinstance(self.value, str) else str(self.value)
        return f"{self.label}{self.op}{value}"


def equal(label: str, value: str | Slot) -> Matcher:
    """`label="value"`."""
    return Matcher(label, "=", value)


class Expr:
    """A PromQL expression."""

    __slots__ = ()
    precedence = _ATOM

    def render(self) -> str:
        """PromQL text on one line, or on several where a set operator joins two branches."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Selector(Expr):
    """A series selector; with `window` a range of samples, to be used inside a function.

    With `offset` it selects what was there that long ago.
    """

    metric: str
    matchers: tuple[Matcher, ...] = ()
    window: str | Slot | None = None
    offset: str | Slot | None = None

    def render(self) -> str:
        """PromQL text."""
        if not _METRIC.fullmatch(self.metric):
            msg = f"not a metric name: {self.metric!r}"
            raise ValueError(msg)
        inner = ",".join(map(str, self.matchers))
        window = f"[{self.window}]" if self.window is not None else ""
        offset = f" offset {self.offset}" if self.offset is not None else ""
        return f"{self.metric}{{{inner}}}{window}{offset}" if inner else f"{self.metric}{window}{offset}"


@dataclass(frozen=True, slots=True)
class Number(Expr):
    """A number, exact."""

    value: Decimal | int | Slot

    def render(self) -> str:
        """PromQL text."""
        return str(self.value) if isinstance(self.value, Slot) else number(self.value)


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function call."""

    name: str
    arguments: tuple[Expr, ...]

    def render(self) -> str:
        """PromQL text."""
        return f"{self.name}({', '.join(argument.render() for argument in self.arguments)})"


@dataclass(frozen=True, slots=True)
class Aggregate(Expr):
    """An aggregation; an empty `by` sums everything into one series without labels."""

    operation: str
    expression: Expr
    by: tuple[str, ...] = ()

    def render(self) -> str:
        """PromQL text; the labels stand before the argument, where a reader meets them first."""
        grouping = f" by {_label_list(self.by)} " if self.by else ""
        inner = self.expression.render()
        if "\n" in inner:
            inner = "\n" + _indent(inner) + "\n"
        return f"{self.operation}{grouping}({inner})"


@dataclass(frozen=True, slots=True)
class Binary(Expr):
    """A binary operation, left-associative like PromQL's; `on` restricts the labels that are matched.

    A comparison with `bool_` yields 0 or 1 in place of dropping what does not fulfil it. With `group_left`
    several series of the left side may match one of the right, from which they get these labels.
    """

    left: Expr
    operator: str
    right: Expr
    on: tuple[str, ...] | None = None
    bool_: bool = False
    group_left: tuple[str, ...] | None = None

    @property
    def precedence(self) -> int:  # type: ignore[override]  # a constant of the class elsewhere
        """Binding strength of the operator."""
        return _PRECEDENCE[self.operator]

    def render(self) -> str:
        """PromQL text; set operators stand on a line of their own."""
        left, right = self.left.render(), self.right.render()
        # a > b > c is valid, but looks like mathematics and means something else.
        chained = self.left.precedence == self.precedence == _COMPARISON
        if self.left.precedence < self.precedence or chained:
            left = f"({left})"
        if self.right.precedence <= self.precedence:
            right = f"({right})"
        modifier = " bool" if self.bool_ else ""
        modifier += "" if self.on is None else f" on {_label_list(self.on)}"
        modifier += "" if self.group_left is None else f" group_left {_label_list(self.group_left)}"
        gap = "\n" if self.operator in {"or", "and", "unless"} else " "
        return f"{left}{gap}{self.operator}{modifier}{gap}{right}"


@dataclass(frozen=True, slots=True)
class Subquery(Expr):
    """An instant vector read every `step` over the last `window`, that far back as `offset` says.

    Prometheus reads at whole multiples of the step.
    """

    expression: Expr
    window: str | Slot
    step: str
    offset: str | None = None

    def render(self) -> str:
        """PromQL text; the offset belongs to the range, not to what is read in it."""
        inner = self.expression.render()
        if self.expression.precedence < _ATOM:
            inner = f"(\n{_indent(inner)}\n)" if "\n" in inner else f"({inner})"
        offset = f" offset {self.offset}" if self.offset else ""
        return f"{inner}[{self.window}:{self.step}]{offset}"


@dataclass(frozen=True, slots=True)
class Verbatim(Expr):
    """An expression written by a user, already parsed and found sound; bracketed wherever it is combined."""

    text: str
    precedence = 0

    def render(self) -> str:
        """The user's own text; a comment gets its line break, or it would swallow what follows."""
        text = self.text.strip()
        return text + "\n" if "#" in text else text


def rate(selector: Selector) -> Call:
    """`rate(selector)`."""
    return Call("rate", (selector,))


def total(expression: Expr, by: tuple[str, ...] = ()) -> Aggregate:
    """`sum by (by) (expression)`."""
    return Aggregate("sum", expression, by)


def either(*branches: Expr) -> Expr:
    """The branches joined by `or`: of a later one come only the series whose labels no earlier one has."""
    first, *rest = branches
    for branch in rest:
        first = Binary(first, "or", branch)
    return first


def bucket_spellings(bound: Decimal) -> tuple[str, ...]:
    """The values of `le` that Prometheus 2 and 3 store for one bucket.

    Prometheus 3 writes floats on ingestion: `250` becomes `250.0`, and a million and more take an exponent
    (docs/migration.md of Prometheus).
    """
    return tuple(dict.fromkeys((number(bound), _go_float(bound))))


def bucket_matcher(bound: Decimal) -> Matcher:
    """The `le` matcher of a classic histogram's bucket; one spelling needs no regular expression."""
    spellings = bucket_spellings(bound)
    if len(spellings) == 1:
        return Matcher("le", "=", spellings[0])
    plain, dotted = spellings
    if dotted == plain + ".0":
        return Matcher("le", "=~", regex_literal(plain) + r"(\.0)?")
    return Matcher("le", "=~", "|".join(map(regex_literal, spellings)))


def _go_float(value: Decimal) -> str:
    """A float as Prometheus 3 prints it in `le`: shortest, `.0` when whole, an exponent from 1e6 on."""
    sign, digits, exponent = value.normalize().as_tuple()
    if not isinstance(exponent, int):
        msg = f"not a finite number: {value}"
        raise ValueError(msg)
    magnitude = len(digits) + exponent - 1
    if -4 <= magnitude < 6:
        text = number(value)
        return text if "." in text else text + ".0"
    mantissa = str(digits[0]) + ("." + "".join(map(str, digits[1:])) if len(digits) > 1 else "")
    return f"{'-' if sign else ''}{mantissa}e{'-' if magnitude < 0 else '+'}{abs(magnitude):02d}"


def _indent(text: str) -> str:
    if "`" in text:
        return text  # a raw string may hold the line breaks
    return "\n".join("  " + line for line in text.split("\n"))


@dataclass(frozen=True, slots=True)
class Template:
    """A rendered expression cut at its slots: pieces of text and, between them, the names of slots."""

    pieces: tuple[str, ...]

    @classmethod
    def of(cls, expression: Expr) -> Template:
        """Render `expression` once."""
        return cls(tuple(expression.render().split(MARK)))

    @property
    def slots(self) -> frozenset[str]:
        """Names that `fill` needs."""
        return frozenset(self.pieces[1::2])

    def fill(self, literals: Mapping[str, str]) -> str:
        """The expression with its literals; each must come from `literal` or be a window's text."""
        pieces = list(self.pieces)
        for index in range(1, len(pieces), 2):
            pieces[index] = literals[pieces[index]]
        return "".join(pieces)


def literal(value: str | Decimal | int) -> str:
    """What may stand in a slot: a quoted string or a number."""
    return quote(value) if isinstance(value, str) else number(value)
