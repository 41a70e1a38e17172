"""Labels that a series must have to be selected, and whether it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from generator.promql.build import Matcher, Selector, equal
from generator.promql.checks.model import passes


def selector(metric: str, labels: Mapping[str, str]) -> Selector:
    """A series as a selector; labels without a value are left out."""
    return Selector(metric, tuple(equal(label, value) for label, value in sorted(labels.items()) if value))


def selected(labels: Mapping[str, str], matchers: Iterable[Matcher]) -> bool:
    """Whether a series with these labels is selected."""
    return all(passes(matcher, labels.get(matcher.label, "")) for matcher in matchers)


def fitting(matchers: Iterable[Matcher]) -> dict[str, str]:
    """Labels that all matchers take; a label that none can be found for is left out."""
    matchers = tuple(matchers)
    found = {}
    for label in dict.fromkeys(matcher.label for matcher in matchers):
        own = [matcher for matcher in matchers if matcher.label == label]
        candidates = [text for matcher in own if matcher.op in {"=", "=~"} for text in _examples(matcher)]
        for text in (*candidates, "", "some"):
            if all(passes(matcher, text) for matcher in own):
                found[label] = text
                break
    return found


def _examples(matcher: Matcher) -> list[str]:
    """Texts that the matcher may take: its value, and the branches of a regular expression filled in."""
    value = str(matcher.value)
    if matcher.op == "=":
        return [value]
    # The patterns that people write are words, alternatives, classes and wildcards.
    branches = re.split(r"\|", re.sub(r"[()^$]", "", value))
    filled = [re.sub(r"\[\^?(.)[^\]]*\]", r"\1", branch) for branch in branches]
    filled = [re.sub(r"\\d", "1", re.sub(r"(?<!\\)\.[*+]?", "1", branch)) for branch in filled]
    plain = [re.sub(r"\\(.)", r"\1", re.sub(r"(?<=[^\\])[*+?]", "", branch)) for branch in filled]
    return [value, *plain]
