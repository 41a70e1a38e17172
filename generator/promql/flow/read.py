"""The parser's tree and the text's tokens, read side by side: a tree that knows its places.

The parser gives no places and the tokens no tree. Both have the same order, so one walk over the tree takes
each token when its turn comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from generator.promql import lexer
from generator.promql.build import MatchOp
from generator.promql.flow.nodes import (
    Aggregation,
    At,
    Binary,
    Call,
    Match,
    Name,
    Negation,
    Node,
    Number,
    Selector,
    Subquery,
    Text,
    Window,
)
from generator.promql.lexer import Token, unquote
from generator.promql.parse import parse_tokens
from generator.promql.tree import Expr

_MARK = re.compile("\0([^\0]*)\0")
_MILLISECOND = timedelta(milliseconds=1)
_MATCH_OPS: Mapping[str, MatchOp] = {"=": "=", "!=": "!=", "=~": "=~", "!~": "!~"}
_SPACES = frozenset({lexer.SPACE, lexer.COMMENT})
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
# Stand-ins for slots, and nothing else: what they are is told by their places.
_ANY_WINDOW, _ANY_STRING, _ANY_NUMBER = "1h", '"slot"', "1.0"


def read(text: str) -> Node:
    """The tree of PromQL text, in which slots may stand; raises PromQLError for anything else."""
    slots: frozenset[int] = frozenset()
    if "\0" in text:
        text, slots = _fill(text)
    tree, tokens = parse_tokens(text)
    return _Reader([token for token in tokens if token.kind not in _SPACES], slots).node(tree)


def _fill(text: str) -> tuple[str, frozenset[int]]:
    """Stand-ins for the slots of rendered text, and where they start."""
    pieces: list[str] = []
    starts: set[int] = set()
    length = at = 0
    for match in _MARK.finditer(text):
        before = text[at : match.start()]
        pieces.append(before)
        length += len(before)
        starts.add(length)
        stripped = before.rstrip()
        if stripped.endswith(("[", "[:", ":", "offset")):
            stand_in = _ANY_WINDOW
        else:
            # `render` writes matchers without spaces, comparisons with them.
            stand_in = _ANY_STRING if before.endswith(("=", "~")) else _ANY_NUMBER
        pieces.append(stand_in)
        length += len(stand_in)
        at = match.end()
    pieces.append(text[at:])
    return "".join(pieces), frozenset(starts)


@dataclass(slots=True)
class _Reader:
    """Takes tokens from the left while it walks the tree.

    Where a token is missing, the place is that of the token at hand: a place may be wrong, nothing else.
    """

    tokens: list[Token]
    slots: frozenset[int]
    next: int = 0
    ordinal: int = 0
    closing: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        open_: list[int] = []
        for index, token in enumerate(self.tokens):
            if token.text in _CLOSERS:
                open_.append(index)
            elif token.text in {")", "]", "}"} and open_:
                self.closing[open_.pop()] = index

    def text(self, ahead: int = 0) -> str:
        index = self.next + ahead
        return self.tokens[index].text if index < len(self.tokens) else ""

    def here(self) -> At:
        token = self.tokens[min(self.next, len(self.tokens) - 1)]
        return token.start, token.end

    def take(self) -> Token:
        token = self.tokens[min(self.next, len(self.tokens) - 1)]
        if token.kind == lexer.STRING:
            self.ordinal += 1
        self.next += 1
        return token

    def seek(self, *texts: str) -> At:
        """Move behind the next token that is one of `texts`, and tell its place."""
        for index in range(self.next, len(self.tokens)):
            token = self.tokens[index]
            if token.text in texts or token.text.lower() in texts:
                self.next = index + 1
                return token.start, token.end
        return self.here()

    def skip_plus(self) -> None:
        while self.text() == "+":
            self.next += 1

    def node(self, tree: Expr) -> Node:
        self.skip_plus()
        kind = type(tree).__name__
        if kind == "VectorSelector":
            return self.selector(None)
        if kind == "MatrixSelector":
            return self.selector(tree.range)
        reads: dict[str, Callable[[Expr], Node]] = {
            "NumberLiteral": self.number,
            "StringLiteral": self.string,
            "ParenExpr": self.inside,
            "UnaryExpr": self.negation,
            "Call": self.call,
            "AggregateExpr": self.aggregation,
            "SubqueryExpr": self.subquery,
            "BinaryExpr": self.binary,
        }
        return reads[kind](tree)

    def inside(self, tree: Expr) -> Node:
        """What stands in parentheses."""
        end = self.closing.get(self.next, self.next)
        self.next += 1
        inner = self.node(tree.expr)
        self.next = end + 1
        return inner

    def negation(self, tree: Expr) -> Negation:
        at = self.seek("-")
        return Negation(self.node(tree.expr), at)

    def number(self, tree: Expr) -> Number:
        begin = self.here()[0]
        while self.text() in {"+", "-"}:
            self.next += 1
        token = self.take()
        return Number(None if token.start in self.slots else float(tree.val), (begin, token.end))

    def string(self, tree: Expr) -> Text:
        del tree
        token = self.take()
        value = unquote(token.text) if token.kind == lexer.STRING else token.text
        return Text(value, (token.start, token.end))

    def selector(self, span: timedelta | None) -> Selector:
        at = self.here()
        metric: str | None = None
        if self.text() != "{":
            metric = self.take().text
        matchers: list[Match] = []
        if self.text() == "{":
            end = self.closing.get(self.next, self.next)
            at = at if metric else (at[0], self.tokens[end].end)
            self.next += 1
            while self.next < end:
                self.matcher(matchers)
            self.next = end + 1
        names = [match for match in matchers if match.label == "__name__" and match.op == "="]
        if metric is None and len(names) == 1:
            metric, at = names[0].value, names[0].value_at
        matchers = [match for match in matchers if match not in names]
        window = self.window(span) if span is not None else None
        return Selector(metric, tuple(matchers), window, self.shifts(), at)

    def matcher(self, matchers: list[Match]) -> None:
        ordinal = self.ordinal
        name = self.take()
        if name.text == ",":
            return
        label = unquote(name.text) if name.kind == lexer.STRING else name.text
        place = (name.start, name.end)
        op = _MATCH_OPS.get(self.text())
        if op is None:  # a metric's name in quotes
            matchers.append(Match("__name__", "=", label, place, place, ordinal))
            return
        self.next += 1
        ordinal = self.ordinal
        value = self.take()
        text = None if value.start in self.slots else unquote(value.text)
        matchers.append(Match(label, op, text, place, (value.start, value.end), ordinal))

    def window(self, span: timedelta) -> Window:
        """`[5m]`, or the first half of `[5m:1m]`."""
        end = self.closing.get(self.next, self.next)
        self.next += 1
        token = self.take()
        self.next = end + 1
        milliseconds = None if token.start in self.slots else span // _MILLISECOND
        return Window(milliseconds, (token.start, token.end))

    def shifts(self) -> bool:
        """Skip `offset` and `@` with what belongs to them."""
        shifted = False
        while self.text().lower() in {"offset", "@"}:
            shifted = True
            self.next += 1
            while self.text() in {"-", "+"}:
                self.next += 1
            self.next += 1
            if self.text() == "(":  # start() and end()
                self.next = self.closing.get(self.next, self.next) + 1
        return shifted

    def call(self, tree: Expr) -> Call:
        at = self.seek(tree.func.name)
        end = self.closing.get(self.next, self.next)
        self.next += 1
        arguments = []
        for argument in tree.args:
            arguments.append(self.node(argument))
            if self.text() == ",":
                self.next += 1
        self.next = end + 1
        return Call(tree.func.name, tuple(arguments), at)

    def aggregation(self, tree: Expr) -> Aggregation:
        operation = str(tree.op)
        at = self.seek(operation)
        clause, labels = self.grouping()
        end = self.closing.get(self.next, self.next)
        self.next += 1
        parameter = None
        if tree.param is not None:
            parameter = self.node(tree.param)
            self.seek(",")
        operand = self.node(tree.expr)
        self.next = end + 1
        if not clause:
            clause, labels = self.grouping()
        return Aggregation(operation, parameter, operand, clause, labels, at)

    def grouping(self) -> tuple[Literal["", "by", "without"], tuple[Name, ...]]:
        word = self.text().lower()
        if word not in {"by", "without"}:
            return "", ()
        self.next += 1
        return "by" if word == "by" else "without", self.names()

    def names(self) -> tuple[Name, ...]:
        """A list of labels in parentheses."""
        if self.text() != "(":
            return ()
        end = self.closing.get(self.next, self.next)
        self.next += 1
        names = []
        while self.next < end:
            token = self.take()
            if token.text != ",":
                name = unquote(token.text) if token.kind == lexer.STRING else token.text
                names.append(Name(name, (token.start, token.end)))
        self.next = end + 1
        return tuple(names)

    def binary(self, tree: Expr) -> Binary:
        operator = str(tree.op)
        left = self.node(tree.lhs)
        at = self.seek(operator)
        bool_ = fills = False
        matching: Literal["", "on", "ignoring"] = ""
        group: Literal["", "left", "right"] = ""
        labels: tuple[Name, ...] = ()
        include: tuple[Name, ...] = ()
        while tree.modifier is not None:
            word = self.text().lower()
            opens = self.text(1) == "("
            if word == "bool":
                self.next += 1
                bool_ = True
            elif word in {"on", "ignoring"} and opens and not matching:
                self.next += 1
                matching = "on" if word == "on" else "ignoring"
                labels = self.names()
            elif word in {"group_left", "group_right"} and matching and not group:
                self.next += 1
                group = "left" if word == "group_left" else "right"
                include = self.names()
            elif word in {"fill", "fill_left", "fill_right"} and opens:
                self.next = self.closing.get(self.next + 1, self.next) + 1
                fills = True
            else:
                break
        right = self.node(tree.rhs)
        return Binary(operator, left, right, bool_, matching, labels, group, include, fills, at)

    def subquery(self, tree: Expr) -> Subquery:
        operand = self.node(tree.expr)
        opening = self.next
        begin = self.here()[0]
        window = self.window(tree.range)
        end = self.next - 1
        step = Window(tree.step // _MILLISECOND if tree.step is not None else None, window.at)
        if tree.step is not None and end - opening > 2:
            token = self.tokens[end - 1]
            step = Window(None if token.start in self.slots else step.milliseconds, (token.start, token.end))
        at = (begin, self.tokens[min(end, len(self.tokens) - 1)].end)
        return Subquery(operand, window, step, self.shifts(), at)
