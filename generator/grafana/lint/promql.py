"""Rules about queries: they parse, whatever Grafana puts in place of its variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from generator.grafana.lint.finding import Finding
from generator.grafana.lint.view import Queries, View, kind_of, title_of
from generator.promql import lexer
from generator.promql.error import PromQLError
from generator.promql.lexer import Token
from generator.promql.parse import parse
from generator.promql.substitution import Substitution

# Stand-ins for variables, by the place they stand in.
_DURATION, _NUMBER, _NAME = "5m", "1", "grafana_variable"
STAND_IN = _NAME
"""What names have in them that stand for a variable: nothing is known of these."""
_LABEL_LISTS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_NUMBER_FIRST = frozenset({"topk", "bottomk", "quantile", "histogram_quantile", "limitk", "limit_ratio"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
# What two queries of one shape may differ in: strings, and numbers that are no part of a name.
# It begins with a digit, for which text is searched fast; what must not stand before it is looked at then.
_NUMBER_LITERAL = re.compile(r"[0-9](?<![\w:.$].)[0-9]*(?:\.[0-9]+)?(?![\w:])")
_VARIABLE = re.compile(r"\$[A-Za-z_{]|\[\[\w")
_MATCHES = frozenset({"=", "=~", "!=", "!~"})
_IN_STRING = re.compile(r"\$\w+|\$\{[^}]*\}")
_IS_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_IS_NAMES = re.compile(r"[A-Za-z_:][\w:]*(?: *, *[A-Za-z_:][\w:]*)*")
# Series of a scrape that exemplars hang on: buckets, counters, and histograms without buckets of their own.
_WITH_EXEMPLARS = re.compile(r"(?<![:\w])[A-Za-z_]\w*_(?:bucket|total)\b(?!:)|\bhistogram_[a-z]+\b")


@dataclass(frozen=True, slots=True)
class Readable:
    """A query of a panel (or an annotation) as it is written, and filled so that it can be parsed."""

    place: str
    written: str
    filled: Substitution


def query(view: View) -> Iterator[Finding]:
    """Check that every Prometheus query, of panels and annotations, is PromQL."""
    for place, expression in view.queries:
        if expression in view.queries.derived:
            continue
        shape = shape_of(expression) if view.queries.is_ours(expression) else expression
        if shape in view.shapes:
            continue
        filled = None
        try:
            filled = substituted(expression)
            parse(filled.text)
        except PromQLError as error:
            start, end = error.start or 0, error.end or 0
            if filled and end:
                start, end = filled.original(start, end)
            message = f"the query is not PromQL: {error.message}"
            yield Finding(message, "correct the expression.", place, expression, start, end)
        else:
            view.shapes.add(shape)


@lru_cache(maxsize=256)  # two rules ask for those of each dashboard
def shape_of(expression: str) -> str:
    """Return one of our own expressions without its literals."""
    return _NUMBER_LITERAL.sub("0", lexer.without_strings(expression))


def readable_queries(queries: Queries, seen: set[str]) -> Iterator[Readable]:
    """Yield each new query that parses, with stand-ins for Grafana's variables.

    New are a team's queries that are not in `seen`, and our own whose shape is not; they are added to it.
    """
    for place, expression in queries:
        key = shape_of(expression) if queries.is_ours(expression) else expression
        if key in seen or expression in queries.derived:
            continue
        seen.add(key)
        try:
            filled = substituted(expression, any_value=True)
            parse(filled.text)
        except PromQLError:
            continue  # `query` has reported it
        yield Readable(place, expression, filled)


def exemplar(view: View) -> Iterator[Finding]:
    """Check that exemplars are asked for where they exist: raw histograms and counters, drawn over time."""
    for panel, target in view.targets:
        if not target.get("exemplar"):
            continue
        expression = str(target.get("expr", ""))
        if kind_of(panel) not in {"timeseries", "heatmap"} or not _WITH_EXEMPLARS.search(expression):
            yield Finding(
                "exemplars are asked for where there are none",
                "set exemplar on queries of a histogram's or counter's raw series, in time series only.",
                title_of(panel),
            )


def substitute(expression: str) -> str:
    """The text of `substituted`."""
    return substituted(expression).text


def substituted(
    expression: str, *, any_value: bool = False, values: Mapping[str, str] = MappingProxyType({})
) -> Substitution:
    """Put a stand-in of the right kind in place of each Grafana variable outside of strings.

    With `any_value`, a matcher whose value holds a variable becomes one that any value passes: its label must
    still exist. Variables whose `values` are known stand for these, where a name or number may stand. Raises
    PromQLError for an unclosed string.
    """
    if "$" not in expression:
        return Substitution.unchanged(expression)
    place = _Place()
    pieces: list[tuple[str, int, int]] = []
    tokens = list(lexer.tokens(expression))
    for index, token in enumerate(tokens):
        text = token.text
        if token.kind == lexer.VARIABLE and len(text) > 1:
            after = next((one.text for one in tokens[index + 1 :] if one.kind != lexer.SPACE), "")
            text = place.stand_in(values.get(_variable_name(text), ""), matched=after in _MATCHES)
        elif any_value and token.kind == lexer.STRING and _VARIABLE.search(text) and place.before in _MATCHES:
            operator = max(index for index, piece in enumerate(pieces) if piece[0] == place.before)
            pieces[operator] = ("=~", *pieces[operator][1:])
            text = '".+"'
        place.pass_by(token)
        pieces.append((text, token.start, token.end))
    return Substitution(tuple(pieces))


class _Place:
    """Where in an expression a reader of its tokens stands."""

    def __init__(self) -> None:
        self.before = ""  # the last word, number, string or bracket
        self.brackets: list[tuple[str, str]] = []  # the open ones, each with the word it belongs to
        self.aggregation = ""  # the word before the last label list: `topk` in `topk by (x) (...)`
        self.offset = False  # whether the word before the last was `offset`
        self.names = 0  # stand-ins that are names so far: two variables are two labels

    def stand_in(self, value: str, *, matched: bool) -> str:
        """Return what a variable here must stand for.

        `value` is its own, empty where it is not known; `matched` says that it is the label of a matcher.
        """
        bracket, word = self.brackets[-1] if self.brackets else ("", "")
        if bracket == "[" or self.before == "offset" or (self.before == "-" and self.offset):
            return _DURATION
        if self.before == "@" or _IS_NUMBER.fullmatch(value):
            return value if _IS_NUMBER.fullmatch(value) else _NUMBER
        if (
            bracket == "("
            and self.before == ("(" if word in _NUMBER_FIRST else ",")
            and word not in _LABEL_LISTS
        ):
            return _NUMBER
        if bracket != "{" and _IS_NAMES.fullmatch(value):
            return value
        self.names += 1
        name = f"{_NAME}_{self.names}"
        whole = bracket == "{" and self.before in {"{", ","} and not matched
        return f'{name}=""' if whole else name

    def pass_by(self, token: Token) -> None:
        """Go on to the next token."""
        text = token.text
        if text in _LABEL_LISTS:
            self.aggregation = self.before
        elif text in _OPENING and token.kind == lexer.BRACKET:
            self.brackets.append((text, self.aggregation if self.before == ")" else self.before))
        elif text in _CLOSING and token.kind == lexer.BRACKET and self.brackets:
            self.brackets.pop()
        if token.kind not in {lexer.SPACE, lexer.COMMENT}:
            self.offset = self.before == "offset"
            self.before = text


def _variable_name(text: str) -> str:
    """The name in `$name`, `${name}` or `${name:format}`."""
    return re.split(r"[.:]", text.strip("${} "))[0]


def multi_value(view: View) -> Iterator[Finding]:
    """Check that a variable that may have several values is matched with =~, not with =.

    Where a panel or row is repeated by the variable, it has one value there. Our own dashboards are tested.
    """
    several = {
        str(item.get("name")) for item in view.variables if item.get("multi") or item.get("includeAll")
    }
    several -= {str(panel.get("repeat")) for panel in view.panels}
    for place, expression in view.queries if several and not view.queries.own else ():
        before = ""
        try:
            words = list(lexer.tokens(expression))
        except PromQLError:
            continue
        for token in words:
            if token.kind == lexer.STRING and before in {"=", "!="}:
                for match in _IN_STRING.finditer(token.text):
                    if _variable_name(match[0]) in several:
                        yield Finding(
                            f"{match[0]} may have several values and is matched with {before}",
                            f"write {'=~' if before == '=' else '!~'}.",
                            place,
                            expression,
                            token.start,
                            token.end,
                        )
                        break
            if token.kind not in {lexer.SPACE, lexer.COMMENT}:
                before = token.text
