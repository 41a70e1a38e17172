"""SLOs of one form: one is proven on the engine, the others are shown to be like it, literal by literal.

What stands in a slot is worked out from the definition once more, by `truth` and by the telemetry's facts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from generator import names
from generator.promql.build import Matcher, number
from generator.promql.checks.model import passes
from generator.proof import records, truth
from generator.proof.form import Shaped, Slot
from generator.proof.model import Subject
from generator.proof.world.latency import spellings
from generator.rules.model import RuleGroup
from generator.rules.prose import literal

_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Difference:
    """A literal or a label that is not what the definition says."""

    rule: str
    what: str
    expected: str
    found: str


def differences(subject: Subject, shaped: Shaped, groups: tuple[RuleGroup, ...]) -> Iterator[Difference]:
    """Everything in an SLO's rules that its definition contradicts."""
    wanted = _numbers(subject)
    for rule, slots in shaped.slots:
        given = [slot.value for slot in slots if slot.what == "number"]
        expected = wanted.get(rule, [])
        if len(given) != len(expected):
            yield Difference(rule, "numbers", f"{len(expected)} of them", f"{len(given)}")
        for value, true in zip(given, expected, strict=False):
            if not math.isclose(float(value), float(true), rel_tol=1e-11):
                yield Difference(rule, "a number", f"{float(true):.12g}", f"{float(value):.12g}")
        for slot in slots:
            if slot.what != "number":
                yield from _matcher(subject, rule, slot)
    yield from _labels(subject, groups)


def _matcher(subject: Subject, rule: str, slot: Slot) -> Iterator[Difference]:
    value = str(slot.value)
    if slot.recorded:
        expected = subject.identity[slot.what]
    elif slot.what == "le":
        if not _is_bucket(subject, value):
            yield Difference(rule, slot.what, "the bucket of the threshold", value)
        return
    else:
        selected = subject.service.subject.identity if subject.service.subject else ()
        expected = next((str(one.value) for one in selected if one.label == slot.what), "")
    if value != expected:
        yield Difference(rule, slot.what, expected, value)


def _is_bucket(subject: Subject, pattern: str) -> bool:
    """Whether a pattern takes the threshold's bucket in both spellings, and no other."""
    mine, others = spellings(subject.service, subject.slo)
    matcher = Matcher("le", "=~", pattern)
    return all(passes(matcher, one) for one in mine) and not any(passes(matcher, one) for one in others)


def _numbers(subject: Subject) -> Mapping[str, list[Fraction]]:
    """The numbers of each rule below the SLI, in the order of the text."""
    slo, platform = subject.slo, subject.platform
    long_interval = Fraction(slo.period.milliseconds, platform.long_interval.milliseconds)
    found: dict[str, list[Fraction]] = {
        "slo:objective:ratio": [Fraction(slo.objective) / 100],
        "slo:error_budget:ratio": [subject.budget],
        "slo:time_period:days": [Fraction(slo.period.milliseconds, 86_400_000)],
        "slo_info": [Fraction(1)],
        "slo:current_burn_rate:ratio": [subject.budget],
        "slo:period_burn_rate:ratio": [subject.budget],
        "slo:period_error_budget_remaining:ratio": [Fraction(1)],
        "slo:period_coverage:ratio": [Fraction(int(long_interval)), Fraction(1)],
    }
    for window in (*subject.windows, slo.period, records.SHORTEST):
        found[records.ratio(window)] = [Fraction(0)]
    for alarm in subject.alarms:
        seconds = alarm.long if alarm.long <= records.LONGEST_RAW else platform.interval
        guard = [Fraction(seconds.milliseconds, 1000), alarm.failures - _HALF]
        found[alarm.name] = [alarm.threshold, alarm.threshold, *guard]
    return found


def _labels(subject: Subject, groups: tuple[RuleGroup, ...]) -> Iterator[Difference]:
    expected = {alarm.name: alarm.labels for alarm in subject.alarms}
    absent = truth.absence(subject.platform, subject.service, subject.slo)
    if absent:
        expected[absent[0]] = absent[2]
    expected["slo_info"] = info_labels(subject)
    for group in groups:
        speed = group.name.rpartition(".")[2]
        name = f"slo.{subject.service.namespace}.{subject.service.name}.{subject.slo.name}.{speed}"
        if group.name != name:
            yield Difference(group.name, "the group's name", name, group.name)
        for rule in group.rules:
            key = rule.record or rule.alert
            wanted = {label: literal(value) for label, value in expected.get(key, subject.identity).items()}
            for label in sorted(wanted.keys() | rule.labels.keys()):
                if wanted.get(label) != rule.labels.get(label):
                    yield Difference(
                        key, f"the label {label}", wanted.get(label, ""), rule.labels.get(label, "")
                    )


def info_labels(subject: Subject) -> dict[str, str]:
    """The labels of `slo_info`: what dashboards show of an SLO beside numbers."""
    slo, service = subject.slo, subject.service
    uid = names.dashboard_uid(subject.platform.project, "service", service.namespace, service.name)
    given = {"tier": service.tier, **service.labels, **slo.labels}
    told = {"objective": number(slo.objective), "period": str(slo.period), "dashboard": uid}
    return subject.identity | {label: value for label, value in {**given, **told}.items() if value}
