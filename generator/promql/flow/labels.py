"""Which labels the series of a result have: for each guaranteed, possible or impossible, and why.

The metric's name is no label here: whether a result keeps it follows from other rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

from generator.promql.flow.nodes import At

_NONE: Final[Mapping[str, Reason]] = MappingProxyType({})


class State(StrEnum):
    """What is known of a label of a result."""

    GUARANTEED = "guaranteed"
    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a label is impossible: `what` takes it away, or does not have it (`missing`).

    `at` is the place of what takes it away, `fix` how to keep it where that is not to name it further inside.
    """

    what: str
    missing: bool = False
    at: At | None = None
    fix: str = ""

    def why(self, label: str) -> str:
        """The reason in words."""
        return f"{self.what} has no label {label}" if self.missing else f"{self.what} takes {label} away"


NO_LABELS: Final = Reason("a number", missing=True)


def _clearer(one: Reason, other: Reason) -> Reason:
    """Of two reasons the one that says more: what had the label once, then anything but a number."""
    return min((one, other), key=lambda reason: (reason.missing, reason == NO_LABELS))


@dataclass(frozen=True)
class Labels:
    """The labels of a result's series.

    `sure` are on every series, `maybe` on some. Any other label is possible too where `open` says so, except
    those of `lost`; else it is impossible, because of `rest`.
    """

    sure: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    open: bool = False
    lost: Mapping[str, Reason] = field(default_factory=lambda: _NONE)
    rest: Reason = NO_LABELS
    inner: Labels | None = None

    @cached_property
    def known(self) -> frozenset[str]:
        """Every label that is known by name and not impossible."""
        return self.sure | self.maybe

    def state(self, label: str) -> State:
        """What is known of one label."""
        if label in self.sure:
            return State.GUARANTEED
        if label in self.maybe or label == "__name__" or (self.open and label not in self.lost):
            return State.POSSIBLE
        return State.IMPOSSIBLE

    def impossible(self, label: str) -> bool:
        """Whether no series has the label."""
        return self.state(label) is State.IMPOSSIBLE

    def reason(self, label: str) -> Reason:
        """Why an impossible label is so: the innermost reason."""
        found = self.lost.get(label)
        if found is None and self.inner is not None and self.inner.impossible(label):
            return self.inner.reason(label)
        return found or self.rest

    def keep(self, names: Iterable[str], reason: Reason) -> Labels:
        """Only `names`, as `by` does."""
        wanted = frozenset(names)
        maybe = self.maybe & wanted
        if self.open:
            maybe |= wanted - self.sure - self.lost.keys()
        lost = {name: self.reason(name) for name in wanted if self.impossible(name)}
        return Labels(self.sure & wanted, maybe, lost=lost, rest=reason, inner=self)

    def drop(self, names: Iterable[str], reason: Reason) -> Labels:
        """All but `names`, as `without` does."""
        gone = {name: reason for name in names if not self.impossible(name)}
        if not gone:
            return self
        lost = {**self.lost, **gone}
        return replace(self, sure=self.sure - gone.keys(), maybe=self.maybe - gone.keys(), lost=lost)

    def add(self, name: str, *, sure: bool) -> Labels:
        """With one more label."""
        if sure and name in self.sure:
            return self
        lost = {key: value for key, value in self.lost.items() if key != name}
        if sure:
            return replace(self, sure=self.sure | {name}, maybe=self.maybe - {name}, lost=lost)
        return replace(self, sure=self.sure - {name}, maybe=self.maybe | {name}, lost=lost)

    def either(self, other: Labels) -> Labels:
        """Of series that come from one or the other."""
        sure = self.sure & other.sure
        open_ = self.open or other.open
        names = (self.known | other.known | self.lost.keys() | other.lost.keys()) - sure
        lost = {
            name: _clearer(self.reason(name), other.reason(name))
            for name in names
            if self.impossible(name) and other.impossible(name)
        }
        rest = _clearer(self.rest, other.rest)
        return Labels(sure, names - lost.keys(), open=open_, lost=lost, rest=rest)

    def both(self, other: Labels) -> Labels:
        """Of pairs of series with the same labels: what one side has for certain the other has too."""
        sure = self.sure | other.sure
        names = (self.known | other.known | self.lost.keys() | other.lost.keys()) - sure
        lost = {}
        for name in names:
            lacking = [one.reason(name) for one in (self, other) if one.impossible(name)]
            if lacking:
                lost[name] = _clearer(lacking[0], lacking[-1])
        rest = self.rest if not self.open else other.rest
        return Labels(sure, names - lost.keys(), open=self.open and other.open, lost=lost, rest=rest)


BARE: Final = Labels()
ANY: Final = Labels(open=True)
