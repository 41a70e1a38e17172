"""promtool's answer, read: which expectation failed with what, which rule could not be evaluated.

The forms are those of `cmd/promtool/unittest.go`; 2.42 and 3.x differ in spaces and in how a metric's name is
printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from generator.promql.duration import Duration
from generator.promql.error import PromQLError
from generator.promql.lexer import unquote

_STRING = r'"(?:[^"\\]|\\.)*"'
_FAILED = re.compile(
    rf"expr: (?P<expr>{_STRING}), time: (?P<time>[^,\n]+),[ ]*\n\s*exp:.*\n\s*got:[ ]?(?P<got>.*)"
)
_BROKEN = re.compile(r"rule: (?P<rule>.*?), time: (?P<time>[^,\n]+), err: (?P<error>.*)")
_SAMPLE = re.compile(
    rf"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)?\{{(?P<labels>(?:[^\"{{}}]|{_STRING})*)\}} (?P<value>[^,\s]+)"
)
_LABEL = re.compile(rf"([a-zA-Z_][a-zA-Z0-9_]*)=({_STRING})")


@dataclass(frozen=True, slots=True)
class Reading:
    """One sample of an answer; `value` is None where it is no finite number."""

    labels: dict[str, str] = field(compare=False)
    text: str = ""

    @property
    def value(self) -> Fraction | None:
        """The value as an exact fraction."""
        try:
            return Fraction(self.text)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What promtool said of one file.

    `failed` has the samples that came, by expression and time. `broken` has rules that could not be
    evaluated, each with promtool's words. `words` are all of them.
    """

    failed: dict[tuple[str, Duration], tuple[Reading, ...]]
    broken: tuple[tuple[str, str], ...]
    words: str


def read(words: str) -> Answer:
    """Read promtool's output about one file."""
    failed = {}
    for match in _FAILED.finditer(words):
        failed[_text(match["expr"]), Duration.parse(match["time"].strip())] = samples(match["got"])
    broken = dict.fromkeys((match["rule"], match["error"]) for match in _BROKEN.finditer(words))
    return Answer(failed, tuple(broken), words)


def samples(text: str) -> tuple[Reading, ...]:
    """The samples of a printed vector; `nil` is none."""
    found = []
    for match in _SAMPLE.finditer(text):
        labels = {name: _text(value) for name, value in _LABEL.findall(match["labels"])}
        if match["name"]:
            labels["__name__"] = match["name"]
        found.append(Reading(labels, match["value"]))
    return tuple(found)


def _text(quoted: str) -> str:
    try:
        return unquote(quoted)
    except PromQLError:
        return quoted[1:-1]
