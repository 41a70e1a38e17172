"""Which PromQL the target Prometheus has: functions and syntax by version, and behind which flag.

From Prometheus' release notes (CHANGELOG.md and docs/feature_flags.md of prometheus/prometheus). What is not
in the tables is in every version from 2.0 on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from generator.promql import lexer
from generator.promql.error import PromQLError
from generator.promql.lexer import Token

Version = tuple[int, int]
_EXPERIMENTAL = "promql-experimental-functions"
_DURATIONS = "promql-duration-expr"
_EXTENDED = "promql-extended-range-selectors"


@dataclass(frozen=True, slots=True)
class Feature:
    """A part of PromQL: there from `since` on, but before `stable` only with `flag`; gone from `until` on.

    `use` says what to write in its place.
    """

    since: Version
    flag: str = ""
    stable: Version | None = None
    until: Version | None = None
    use: str = ""


def _experimental(since: Version, stable: Version | None = None) -> Feature:
    return Feature(since, _EXPERIMENTAL, stable)


# What the server stores at all; rules can read native histograms since 2.40, where there are any.
NATIVE_HISTOGRAMS = Feature((2, 40), "native-histograms", stable=(3, 8))
# Functions and aggregations: names before a parenthesis.
FUNCTIONS: dict[str, Feature] = {
    "absent_over_time": Feature((2, 16)),
    **dict.fromkeys(("clamp", "last_over_time", "sgn"), Feature((2, 26))),
    "present_over_time": Feature((2, 29)),
    **dict.fromkeys(("acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh"), Feature((2, 31))),
    **dict.fromkeys(("deg", "pi", "rad", "sin", "sinh", "tan", "tanh"), Feature((2, 31))),
    "day_of_year": Feature((2, 35)),
    **dict.fromkeys(("histogram_count", "histogram_fraction", "histogram_sum"), Feature((2, 40))),
    **dict.fromkeys(("histogram_stddev", "histogram_stdvar"), Feature((2, 48))),
    "histogram_avg": Feature((2, 51)),
    **dict.fromkeys(("mad_over_time", "sort_by_label", "sort_by_label_desc"), _experimental((2, 49))),
    **dict.fromkeys(("limitk", "limit_ratio"), _experimental((2, 54))),
    "info": _experimental((2, 55)),
    "holt_winters": Feature((2, 0), until=(3, 0), use="Prometheus 3 calls it double_exponential_smoothing"),
    "double_exponential_smoothing": Feature((3, 0), _EXPERIMENTAL, use="Prometheus 2 calls it holt_winters"),
    **dict.fromkeys(
        ("ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time"), _experimental((3, 5))
    ),
    "first_over_time": _experimental((3, 7), stable=(3, 14)),
    "ts_of_first_over_time": _experimental((3, 7)),
    "histogram_quantiles": _experimental((3, 11)),
    **dict.fromkeys(("start", "end", "step", "range", "max_of", "min_of"), _experimental((3, 12))),
    "start_timestamp": Feature((3, 14), "use-start-timestamps"),
    **dict.fromkeys(("fill", "fill_left", "fill_right"), Feature((3, 10), "promql-binop-fill-modifiers")),
    "group": Feature((2, 20)),
}
_AT = Feature((2, 25), "promql-at-modifier", stable=(2, 33))
_NEGATIVE_OFFSET = Feature((2, 26), "promql-negative-offset", stable=(2, 33))
_ATAN2 = Feature((2, 31))
_QUOTED_NAME = Feature((2, 55), "utf8-names", stable=(3, 0))
_NUMBER_AS_DURATION = Feature((3, 0), use="write a duration such as 5m")
_DURATION_AS_NUMBER = Feature((3, 0), use="write the number of seconds")
_NAMED_GROUP = Feature((2, 51), use="write (?P<name>...)")
# What Prometheus has and the parser of ours has not: words after a selector, arithmetic in its brackets.
_MODIFIERS = dict.fromkeys(("anchored", "smoothed"), Feature((3, 7), _EXTENDED))
_DURATION_ARITHMETIC = Feature((3, 4), _DURATIONS, stable=(3, 14), use="write one duration")

_OPERATOR_WORDS = frozenset({"and", "or", "unless", "atan2", "bool"})
_OPENING = frozenset("([{")
_AGGREGATION_CLAUSES = frozenset({"by", "without"})
_LABEL_LISTS = _AGGREGATION_CLAUSES | {"on", "ignoring", "group_left", "group_right"}
_MATCHES = frozenset({"=", "!=", "=~", "!~"})


@dataclass(frozen=True, slots=True)
class Target:
    """A Prometheus by its version (major and minor) and what `--enable-feature` switches on in it."""

    version: Version
    flags: frozenset[str] = frozenset()

    @classmethod
    def of(cls, version: str, flags: Iterable[str] = ()) -> Target:
        """The target of a version such as `2.42` or `3.10.1`."""
        major, minor = version.split(".")[:2]
        return cls((int(major), int(minor)), frozenset(flags))

    def has(self, feature: Feature) -> bool:
        """Whether an expression may use `feature` there."""
        if self.version < feature.since or (feature.until and self.version >= feature.until):
            return False
        stable = not feature.flag or (feature.stable is not None and self.version >= feature.stable)
        return stable or feature.flag in self.flags

    def __str__(self) -> str:
        """`Prometheus 2.42`."""
        return f"Prometheus {self.version[0]}.{self.version[1]}"


@dataclass(frozen=True, slots=True)
class Lack:
    """Something in an expression that the target does not have; `start` and `end` are offsets in the text."""

    message: str
    fix: str
    start: int
    end: int


@lru_cache(maxsize=4_096)
def lacks(text: str, target: Target) -> tuple[Lack, ...]:
    """Everything in a sound expression that `target` lacks, in the order of the text."""
    return tuple(
        _lack(what, feature, token, target)
        for what, feature, token in _used(list(_words(text)))
        if not target.has(feature)
    )


def unreadable(text: str, target: Target | None) -> tuple[Lack, bool] | None:
    """Why `text`, which the parser refuses, may be sound: it uses what the parser does not know.

    With it, whether the target has it. None for what is no PromQL anywhere.
    """
    try:
        words = list(_words(text))
    except PromQLError:
        return None
    depth = 0
    for index, token in enumerate(words):
        depth += (token.text == "[") - (token.text == "]")
        before = words[index - 1].text if index else ""
        feature = None
        if token.text in _MODIFIERS and before == "]":
            feature = _MODIFIERS[token.text]
        elif depth and token.kind == lexer.OPERATOR and before not in {"[", ":"}:
            feature = _DURATION_ARITHMETIC
        if feature:
            what = token.text if token.text in _MODIFIERS else "arithmetic in a duration"
            there = target is None or target.has(feature)
            if there or target is None:
                message = f"{what} cannot be read by Sightline, and the expression is not checked"
                return Lack(message, feature.use or "leave it out to have it checked", *token[2:]), True
            return _lack(what, feature, token, target), False
    return None


def _lack(what: str, feature: Feature, token: Token, target: Target) -> Lack:
    since = ".".join(map(str, feature.since))
    gone = feature.until and target.version >= feature.until
    if target.version < feature.since:
        reason, fix = (
            f"it came with {since}",
            feature.use or f"leave it out, or raise prometheus.version to {since}",
        )
        if feature.flag and feature.stable is None:
            reason += f", behind the flag {feature.flag}"
    elif gone:
        reason, fix = "it is gone", feature.use
    else:
        reason = f"there it needs the flag {feature.flag}"
        fix = f"start it with --enable-feature={feature.flag} and list the flag under prometheus.flags"
    return Lack(f"{target} does not have {what}: {reason}", fix, token.start, token.end)


def _words(text: str) -> Iterator[Token]:
    return (token for token in lexer.tokens(text) if token.kind not in {lexer.SPACE, lexer.COMMENT})


def _used(words: list[Token]) -> Iterator[tuple[str, Feature, Token]]:
    """Every feature of the tables in the tokens of a sound expression, with words for it and its place."""
    brackets = [""]  # the open ones; for a list of labels, the word before it
    for index, token in enumerate(words):
        text = token.text
        before = words[index - 1].text if index else ""
        if token.kind == lexer.BRACKET and text in _OPENING:
            brackets.append(before if text == "(" and before in _LABEL_LISTS else text)
        elif token.kind == lexer.BRACKET:
            brackets.pop()
        elif token.kind == lexer.NAME:
            after = words[index + 1].text if index + 1 < len(words) else ""
            yield from _in_name(token, brackets[-1], before, after)
        elif token.kind == lexer.STRING:
            yield from _in_string(token, brackets[-1], before)
        elif token.kind == lexer.NUMBER:
            yield from _in_number(token, brackets[-1], words, index)
        elif text == "@":
            yield "the modifier @", _AT, token


def _in_name(token: Token, inside: str, before: str, after: str) -> Iterator[tuple[str, Feature, Token]]:
    text = token.text
    calls = after == "(" or after in _AGGREGATION_CLAUSES
    if calls and before != "@" and text in FUNCTIONS and inside not in _LABEL_LISTS:
        yield f"{text}()", FUNCTIONS[text], token
    elif text == "atan2" and before and after not in {"", ",", ")", "="}:
        yield text, _ATAN2, token


def _follows_operand(words: list[Token], index: int) -> bool:
    """Whether the word at `index` is a modifier, such as `offset`, and not a metric's name."""
    follows = True
    while index > 0:
        last = words[index - 1]
        if last.text not in _OPERATOR_WORDS:
            operand = last.text in {")", "]", "}", ":"} or last.kind in {lexer.NUMBER, lexer.NAME}
            return operand == follows
        follows, index = not follows, index - 1  # where an operand must be, it is a metric's name
    return not follows


def _in_string(token: Token, inside: str, before: str) -> Iterator[tuple[str, Feature, Token]]:
    if inside in _LABEL_LISTS or (inside == "{" and before not in _MATCHES):
        yield "names in quotes", _QUOTED_NAME, token
    elif before in {"=~", "!~"} and "(?<" in token.text:
        yield "groups with a name but without P", _NAMED_GROUP, token


def _in_number(
    token: Token, inside: str, words: list[Token], index: int
) -> Iterator[tuple[str, Feature, Token]]:
    before = words[index - 1].text if index else ""
    at = index - (2 if before in {"-", "+"} else 1)
    place = words[at].text if at >= 0 and _follows_operand(words, at) else ""
    is_duration = token.text[-1] in "smhdwy" and not token.text.lower().startswith("0x")
    if inside == "[" or place == "offset":
        if place == "offset" and before == "-":
            yield "a negative offset", _NEGATIVE_OFFSET, token
        elif place == "offset" and before == "+":
            yield "a sign before a duration", _DURATION_ARITHMETIC, token
        if not is_duration:
            yield "numbers as durations", _NUMBER_AS_DURATION, token
    elif is_duration and before != ":":  # a name may start with colons and go on with digits
        yield "durations as numbers", _DURATION_AS_NUMBER, token
