"""Every field of the schema in the golden cases: one shows what it does, one what is said of a mistake in it.

What a field does is found by leaving it out, or by another value where it must be there: the case must then
give other files, or say something else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from generator.documents import Node, Scalar
from generator.documents import Sequence as SequenceNode
from spec.fields import Case, Outcome, Use, cases, fields, fields_with_findings, outcome

FIELDS = fields()
LEAVES = sorted(path for path, holds in FIELDS.items() if not holds)
KINDS = ["AlertPack", "Dashboard", "Platform", "SLO", "Service"]

# What these do is to refuse or to warn: it is seen in a case about mistakes.
REFUSING = {
    "Platform.spec.jaeger.version",
    "Platform.spec.requires",
    "Platform.spec.telemetryProfiles.protocols.duration.outcomes",
    "Service.spec.streaming",
}
# These do nothing, and say so: Kubernetes' form of documents, and words for readers.
MUTE = {"Platform.metadata.name", "Platform.spec.lint.disable.reason"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_shows_what_each_field_does(kind):
    asked = {path for path in LEAVES if path.startswith(kind)} - MUTE
    shown: set[str] = set()
    for case in cases():
        shown |= set(_effects(case, asked - shown))
    assert sorted(asked - shown) == []


def _effects(case: Case, asked: set[str]) -> Iterator[str]:
    """Which of the fields change what the case shows."""
    before: Outcome | None = None
    for use in case.uses():
        if use.path in asked and (case.passes or use.path in REFUSING):
            before = before or outcome(case)
            if any(_differs(before, after, use) for after in _changed(case, use)):
                yield use.path


def _differs(before: Outcome, after: Outcome, use: Use) -> bool:
    """Whether something came of the change, and not only that documents are refused for their form."""
    return after != before and (use.path in REFUSING or not after.malformed)


def _changed(case: Case, use: Use) -> Iterator[Outcome]:
    """Without the field, and with another value where there must be one."""
    without = outcome(case, use)
    yield without
    if without.malformed:
        yield from (outcome(case, use, value) for value in _others(use))


def _others(use: Use) -> Iterator[Node]:
    """Other values for it: its other choices, those of other cases, or nearly the same."""
    if isinstance(use.value, Scalar):
        yield from (replace(use.value, text=one, value=one) for one in use.choices if one != use.value.text)
    yield from (value for value in _values()[use.path] if value is not use.value)
    yield from _like(use.value)


def _like(value: Node) -> Iterator[Node]:
    if isinstance(value, Scalar) and isinstance(value.value, str):
        yield replace(value, text=f"{value.text}2", value=f"{value.value}2")
    elif isinstance(value, SequenceNode) and value.items:
        yield replace(value, items=value.items[:-1])
        yield from (replace(value, items=(*value.items[:-1], last)) for last in _like(value.items[-1]))


@cache
def _values() -> dict[str, list[Node]]:
    """Two values of each field, as cases have them."""
    values: dict[str, list[Node]] = defaultdict(list)
    for use in (use for case in cases() if case.passes for use in case.uses()):
        if len(values[use.path]) < 2:
            values[use.path].append(use.value)
    return values


def test_a_case_shows_what_is_said_of_a_mistake_in_each_field():
    shown = set().union(*map(fields_with_findings, cases()))
    assert sorted(set(FIELDS) - shown) == []
