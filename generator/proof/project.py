"""A compiled project as suites of trials: each form of rules once, and each pack that has tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from generator.promql.build import Selector
from generator.promql.tokens import parse_selector
from generator.proof import records
from generator.proof.form import Form, shaped
from generator.proof.likeness import Difference, differences
from generator.proof.model import Claim, Subject, Trial
from generator.proof.scenarios import trials
from generator.proof.subjects import subject
from generator.proof.suite import Suite
from generator.proof.world.queries import queries, says_without_series
from generator.rules.model import RuleGroup, UnitTest
from generator.rules.slo import CompiledSLO
from generator.spec.content import AlertPack
from generator.spec.model import Platform, Service

_NOT_FOLLOWED = "what its queries make of series is not known"
_NO_NATIVE = "this promtool has no native histograms, one of 2.47 or newer has"


class Compiled(Protocol):
    """A service with the rules of its SLOs and packs, and the packs' tests."""

    @property
    def service(self) -> Service:
        """The service."""

    @property
    def slos(self) -> tuple[CompiledSLO, ...]:
        """Its SLOs with their rule groups."""

    @property
    def groups(self) -> tuple[RuleGroup, ...]:
        """All groups: those of the SLOs, then those of the packs."""

    @property
    def tests(self) -> tuple[UnitTest, ...]:
        """The tests of the packs."""


class CompiledPack(Protocol):
    """A pack for the project as a whole, with its rules and tests."""

    @property
    def pack(self) -> AlertPack:
        """The pack."""

    @property
    def group(self) -> RuleGroup:
        """Its rules."""

    @property
    def tests(self) -> tuple[UnitTest, ...]:
        """Its tests."""


@dataclass(frozen=True, slots=True)
class Proven:
    """An SLO: its suite, and the owner of the suite that proves it, which may be another's.

    `unsimulated` says why nothing is known of what its own recordings make of raw series; empty if it is.
    """

    subject: Subject
    suite: Suite
    by: str
    differences: tuple[Difference, ...] = ()
    unsimulated: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run: of the SLOs those of each form's first, and every pack with rules."""

    slos: tuple[Proven, ...]
    packs: tuple[Suite, ...]

    @property
    def suites(self) -> tuple[Suite, ...]:
        """The suites that promtool runs."""
        own = (proven.suite for proven in self.slos if proven.by == proven.suite.owner)
        return (*own, *(suite for suite in self.packs if suite.trials))


def without_native(planned: Plan) -> Plan:
    """The plan for a promtool that has no native histograms: what follows from the recordings is left."""
    return replace(planned, slos=tuple(map(_without_native, planned.slos)))


def _without_native(proven: Proven) -> Proven:
    kept = tuple(trial for trial in proven.suite.trials if not trial.native)
    if len(kept) == len(proven.suite.trials):
        return proven
    return replace(proven, suite=replace(proven.suite, trials=kept), unsimulated=_NO_NATIVE)


def _simulated(made: Iterable[Trial]) -> bool:
    """Whether a trial shows what the shortest recording of all events makes of raw series."""
    first = records.events("total", records.SHORTEST)
    return any(
        claim.rule == first and claim.kind == "value"
        for trial in made
        if not trial.injected
        for claim in trial.claims
    )


def plan(platform: Platform, services: Iterable[Compiled], packs: Iterable[CompiledPack] = ()) -> Plan:
    """What is to be proven of a project, and by whom."""
    first: dict[Form, str] = {}
    slos: list[Proven] = []
    filled: list[Suite] = []
    for one in services:
        slos += [_proven(platform, one.service, compiled, first) for compiled in one.slos]
        filled += _packs(one)
    filled += [_pack_suite(each.group.name, each.pack.source, (each.group,), each.tests) for each in packs]
    return Plan(tuple(slos), tuple(filled))


def _proven(platform: Platform, service: Service, compiled: CompiledSLO, first: dict[Form, str]) -> Proven:
    known = subject(platform, service, compiled.slo)
    # An author's own queries select by whatever they say; that is their form.
    own = () if service.subject is None or any(queries(compiled.slo)) else service.subject.identity
    selected = frozenset(one.label for one in own)
    form = shaped(compiled.groups, selected)
    by = first.setdefault(form.form, known.key)
    suite = Suite(
        owner=known.key,
        source=service.source,
        span=compiled.slo.at.get(""),
        groups=compiled.groups,
        trials=tuple(trials(known)) if by == known.key else (),
        apart=says_without_series(compiled.slo),
    )
    if by != known.key:
        return Proven(known, suite, by, tuple(differences(known, form, compiled.groups)))
    return Proven(known, suite, by, unsimulated="" if _simulated(suite.trials) else _NOT_FOLLOWED)


def _packs(one: Compiled) -> Iterator[Suite]:
    """The packs of a service together: a pack's test may read what another records."""
    own = {group.name for compiled in one.slos for group in compiled.groups}
    groups = tuple(group for group in one.groups if group.name not in own)
    if groups:
        name = f"{one.service.namespace}/{one.service.name}/alert packs"
        yield _pack_suite(name, one.service.source, groups, one.tests)


def _pack_suite(owner: str, source: str, groups: tuple[RuleGroup, ...], tests: tuple[UnitTest, ...]) -> Suite:
    return Suite(owner, source, None, groups, tuple(map(_trial, tests)))


def _trial(test: UnitTest) -> Trial:
    """A pack's own test as a trial: what `ALERTS` must hold."""
    checks = []
    for expected in test.expected:
        alert = _alertname(parse_selector(expected.expr))
        checks.append(Claim(rule=alert, kind="fires" if expected.samples else "silent", expectation=expected))
    return Trial(
        scenario=test.name,
        evaluation=test.evaluation,
        step=test.step,
        series=test.series,
        claims=tuple(checks),
        origin=test.origin,
    )


def _alertname(selector: Selector) -> str:
    return next((str(one.value) for one in selector.matchers if one.label == "alertname"), "")
