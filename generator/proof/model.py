"""What is proven, as values: claims about rules, trials of them on the engine, scenarios that say why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from generator.diagnostics import Span
from generator.promql.build import Selector, equal
from generator.promql.duration import Duration
from generator.proof.truth import Alarm
from generator.rules.model import Expectation, UnitTest
from generator.spec.model import SLO, Platform, Service

Kind = Literal["value", "absent", "fires", "silent"]
Labels = tuple[tuple[str, str], ...]
"""The values of a group's labels; empty where an SLO has no groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a rule (a record, or an alert by name) must say at one time.

    `scale` is what a value in promtool's answer stands for: 1, or the truth that the query divides by.
    """

    rule: str
    kind: Kind
    expectation: Expectation
    scale: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One simulated course of events: series, and claims about what the rules make of them.

    `name` says in which form of its `scenario`. `injected` lists records that are given as series,
    `origin` is where an author wrote it. `native` says that there are native histograms among the series.
    """

    scenario: str = ""
    name: str = ""
    evaluation: Duration
    step: Duration
    series: tuple[tuple[str, str], ...]
    claims: tuple[Claim, ...]
    injected: tuple[Selector, ...] = ()
    native: bool = False
    origin: Span | None = field(default=None, compare=False)

    def unit_test(self, owner: str) -> UnitTest:
        """The trial as promtool reads it; the name is unique among those of `owner`."""
        return UnitTest(
            name=f"{owner}: {self.title}",
            evaluation=self.evaluation,
            step=self.step,
            series=self.series,
            expected=tuple(self.expectation(claim) for claim in self.claims),
        )

    def expectation(self, claim: Claim) -> Expectation:
        """The claim's expectation, its query with the trial in a comment: promtool prints nothing else."""
        return replace(claim.expectation, expr=f"{claim.expectation.expr}  # {self.title}")

    def beside(self, series: tuple[tuple[str, str], ...]) -> Trial:
        """The trial with more series."""
        return replace(self, series=self.series + series)

    @property
    def title(self) -> str:
        """Scenario and form in words."""
        return f"{self.scenario}, {self.name}" if self.name else self.scenario


@dataclass(frozen=True, slots=True)
class Subject:
    """An SLO as the proof knows it: from its definition, never from its rules."""

    platform: Platform
    service: Service
    slo: SLO
    identity: dict[str, str]
    groups: tuple[Labels, ...]
    budget: Fraction
    alarms: tuple[Alarm, ...]
    windows: tuple[Duration, ...]

    @property
    def key(self) -> str:
        """`namespace/service/slo`."""
        return f"{self.service.namespace}/{self.service.name}/{self.slo.name}"

    def record(self, name: str, group: Labels = ()) -> Selector:
        """The record `name` of this SLO, with the labels that it must have."""
        return Selector(name, tuple(equal(*pair) for pair in (*self.identity.items(), *group)))

    def others(self, name: str) -> Iterator[Selector]:
        """The record `name` of three SLOs that each differ in one label: no rule may take it for its own."""
        for label in self.identity:
            labels = {**self.identity, label: "somebody-elses"}
            group = self.groups[0]
            yield Selector(name, tuple(equal(*pair) for pair in (*labels.items(), *group)))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A course of events that the rules must cope with, in every form that an SLO gives it.

    `says` is one sentence about what must come of it. `trials` yields nothing where it does not apply.
    """

    name: str
    says: str
    trials: Trials = field(compare=False)


Trials = Callable[[Subject], Iterator[Trial]]


def scenario(name: str) -> Callable[[Trials], Scenario]:
    """Make a scenario of a function; the first line of its docstring is what the scenario says."""

    def made(trials: Trials) -> Scenario:
        def named(subject: Subject) -> Iterator[Trial]:
            return (replace(trial, scenario=name) for trial in trials(subject))

        return Scenario(name, (trials.__doc__ or "").strip().splitlines()[0], named)

    return made
