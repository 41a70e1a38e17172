"""Prometheus' regular expressions: RE2, anchored at both ends."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from generator.promql.error import PromQLError

Regex = Any  # re2's compiled pattern: an extension without types
# Marks a regex that Prometheus takes and promql-parser does not: in the tree it is this and its hex digits.
_ENCODED = "\ue000re2:"


@cache
def _engine() -> tuple[Any, Any]:
    """The `re2` module, loaded at the first regex, and options under which it reports errors to us alone."""
    import re2  # not needed by most commands

    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True  # Prometheus 3 lets `.` match a line break; no label value of ours holds one
    return re2, options


@lru_cache(maxsize=10_000)
def compile_regex(pattern: str) -> Regex:
    """`pattern` compiled by RE2; raises PromQLError where Prometheus would refuse it."""
    re2, options = _engine()
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace")
        msg = f"invalid regular expression `{pattern}`: {reason}"
        raise PromQLError(msg) from None


def matches(pattern: str, value: str) -> bool:
    """Whether a `=~` matcher with `pattern` selects a series whose label is `value`."""
    return compile_regex(pattern).fullmatch(value) is not None


def encoded(pattern: str) -> str:
    """A regex that RE2 takes in a form that promql-parser takes, too; `decoded` gives it back."""
    # One that matches the empty string must go on doing so: a selector of such matchers alone is refused.
    maybe_empty = "?" if compile_regex(pattern).fullmatch("") else ""
    return f"({_ENCODED}{pattern.encode().hex()}){maybe_empty}"


def decoded(pattern: str) -> str:
    """The regex of a matcher in the parser's tree, whether it is encoded or not."""
    if not pattern.startswith("(" + _ENCODED):
        return pattern
    return bytes.fromhex(pattern[len(_ENCODED) + 1 :].rstrip("?").rstrip(")")).decode()
