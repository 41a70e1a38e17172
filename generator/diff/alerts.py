"""Alerts of an SLO: when they fire, how they behave, what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from generator import names
from generator.diff.essence import whole
from generator.diff.model import Change
from generator.diff.pairs import pairs, sign_of, texts, the_one
from generator.diff.side import Side
from generator.links.providers import PROVIDERS
from generator.promql.build import number
from generator.rules.model import Rule
from generator.rules.words import absent_words, burn_words
from generator.spec.model import SLO, BurnAlert

_LINKS = frozenset(provider.ANNOTATION for provider, _ in PROVIDERS if provider.ANNOTATION)
_OF_THE_WINDOW = {names.LONG_WINDOW, names.SHORT_WINDOW}


def burn_alerts(before: SLO, after: SLO) -> Iterator[Change]:
    """Burn-rate alerts: new ones, lost ones, other thresholds, windows and guards."""
    left, right = _by_name(before), _by_name(after)
    for name, old, new in pairs(left, right):
        if old is None or new is None:
            there = the_one(old, new)
            yield Change(sign_of(old, new), "alert", f"alert {name}: {_condition(there)}")
        elif _condition(old) != _condition(new):
            words = f"alert {name}: {_condition(old, new)}"
            yield Change("~", "alert", words, _condition(old), _condition(new))
    if left.keys() & right.keys() and before.alerting.min_failures != after.alerting.min_failures:
        was, now = (str(slo.alerting.min_failures) for slo in (before, after))
        yield Change("~", "alert", f"alerts need {was} → {now} failures in their long window", was, now)


def _by_name(slo: SLO) -> Mapping[str, BurnAlert]:
    return {names.alert_name(alert.window.tier, alert.window.speed): alert for alert in slo.burn_alerts}


def _condition(old: BurnAlert, new: BurnAlert | None = None) -> str:
    """When an alert fires, in words; of two, what is different about it with an arrow."""
    both = [_parts(alert) for alert in (old, new or old)]
    percent, long, short, factor = (
        was if was == now else f"{was} → {now}" for was, now in zip(*both, strict=True)
    )
    return f"above {percent} % errors in {long} and {short} (burn rate {factor})"


def _parts(alert: BurnAlert) -> tuple[str, str, str, str]:
    percent, factor = (number(Decimal(f"{value:.4g}")) for value in (alert.threshold * 100, alert.factor))
    return percent, str(alert.window.long), str(alert.window.short), factor


def other_alerts(before: Side, after: Side) -> Iterator[Change]:
    """The rest of each alert: its behaviour, labels and annotations; and the alert for lost telemetry."""
    left, right = _alerts(before), _alerts(after)
    alike: dict[Change, list[str]] = {}
    for name, old, new in pairs(left, right):
        if old and new:
            for change in rule_changes(old, new, _follows(before, after, name)):
                alike.setdefault(change, []).append(name)
        elif name == names.ALERT_TELEMETRY_ABSENT:
            yield Change(sign_of(old, new), "alert", f"alert {name}")
    for change, found in alike.items():
        yield about(f"alert{'s' if len(found) > 1 else ''} {', '.join(found)}", change)


def about(called: str, change: Change) -> Change:
    """A change with what it is about before its words."""
    return replace(change, words=f"{called}: {change.words}")


def _alerts(side: Side) -> dict[str, Rule]:
    return {alert: rule for (_, alert), rule in side.rules.items() if alert}


def rule_changes(old: Rule, new: Rule, follows: Mapping[str, tuple[str, str]]) -> Iterator[Change]:
    """What is different about an alert or record beside its condition.

    `follows` has annotations that change because of what is told already, each with both its texts.
    """
    for field, values in (
        ("for", (old.for_, new.for_)),
        ("keepFiringFor", (old.keep_firing_for, new.keep_firing_for)),
    ):
        if values[0] != values[1]:
            was, now = (str(value or "none") for value in values)
            yield Change("~", "alert", f"{field}: {was} → {now}", was, now)
    for key, was, now in texts(old.labels, new.labels):
        if was != now and key not in _OF_THE_WINDOW:
            words = f"{was} → {now}" if was and now else was or now
            yield Change(sign_of(was, now), "label", f"label {key}: {words}", was, now)
    for key, was, now in texts(old.annotations, new.annotations):
        if was != now and follows.get(key) != (was, now):
            yield whole(
                sign_of(was, now), "link" if key in _LINKS else "annotation", f"annotation {key}", was, now
            )


def _follows(before: Side, after: Side, name: str) -> dict[str, tuple[str, str]]:
    """Annotations that follow from what is told: numbers in our words, and the window that links show."""
    words = [_words(side, name) for side in (before, after)]
    follows = {key: (words[0][key], words[1][key]) for key in words[0].keys() & words[1].keys()}
    old, new = (_alerts(side)[name] for side in (before, after))
    if old.labels.get(names.LONG_WINDOW) != new.labels.get(names.LONG_WINDOW):
        follows |= {key: (old.annotations.get(key, ""), new.annotations.get(key, "")) for key in _LINKS}
    return follows


def _words(side: Side, name: str) -> dict[str, str]:
    service, slo = side.service.service, side.slo
    alert = _by_name(slo).get(name)
    return burn_words(service, slo, alert, side.compiled.events.unit) if alert else absent_words(service, slo)
