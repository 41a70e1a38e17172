"""The maths of an SLO in words: its budget, what calls whom and when, and what low traffic does to it.

Times assume that every event fails, or a fixed share does, from one moment on, at a steady rate and after a
clean period. They follow from the windows alone: a window w exceeds the threshold T once the share e of
failures has lasted T x w / e. Scrapes, evaluation and alert routing add to it (docs/numbers.md has measured
figures).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator import names
from generator.diagnostics import Diagnostics
from generator.promql.build import number
from generator.rules.shape import LONGEST_FAST, failure_guard
from generator.rules.slo import slo_events
from generator.rules.words import in_words
from generator.sli import Unit
from generator.spec.model import SLO, BurnAlert, Project, Service

_SHARES = (Decimal(1), Decimal("0.1"), Decimal("0.02"))
_MINUTE = 60_000  # in milliseconds
_RATES = (Decimal(1), Decimal(100))  # requests per second that budgets are shown for


def explain_slos(project: Project, subject: str) -> str | None:
    """The SLOs that `subject` (`[namespace/]service[/slo]`) names, or None when it names none."""
    parts = tuple(subject.split("/"))
    found = [
        (service, slo)
        for service in project.services
        for slo in service.slos
        if parts in _addresses(service, slo)
    ]
    return "\n".join(_slo(project, service, slo) for service, slo in found) or None


def _addresses(service: Service, slo: SLO) -> tuple[tuple[str, ...], ...]:
    short = (service.name,)
    full = (service.namespace, service.name)
    return (short, full, (*short, slo.name), (*full, slo.name))


def _slo(project: Project, service: Service, slo: SLO) -> str:
    # The project has been compiled: its SLIs can be measured.
    events = slo_events(project.platform, service, slo, Diagnostics())
    unit = events.unit if events else "events"
    lines = [
        f"{_full_name(service, slo)}: {_promise(slo, unit)}",
        *_description(slo),
        *_groups(slo),
        "",
        *(_explained(project, slo, unit) if slo.has_budget else _unbudgeted(slo, unit)),
        "",
        f"Rules: {names.rules_path(service.namespace, service.name)}",
    ]
    return "\n".join(lines) + "\n"


def _promise(slo: SLO, unit: Unit) -> str:
    if slo.has_budget:
        return f"{number(slo.objective)} % of {unit} are good over {slo.period}"
    return f"the share of {unit} that are bad"


def _explained(project: Project, slo: SLO, unit: Unit) -> Iterator[str]:
    yield from _budget_of_minutes(slo) if unit == "minutes" else _budget(slo)
    yield ""
    yield from _alerts(project, slo, unit)


def _unbudgeted(slo: SLO, unit: Unit) -> Iterator[str]:
    yield "No error budget (budget: false), and so no period and no alerts."
    yield f"  {unit.capitalize()} and error ratios up to {LONGEST_FAST} are recorded, for panels."
    yield f"  These compare them with {number(slo.budget * 100)} %, which the objective would allow."


def _full_name(service: Service, slo: SLO) -> str:
    return f"{service.namespace}/{service.name}/{slo.name}"


def _description(slo: SLO) -> list[str]:
    return [f"  {slo.description}"] if slo.description else []


def _groups(slo: SLO) -> list[str]:
    if not slo.group_by:
        return []
    shown = [
        group.name if group.name == group.label else f"{group.name} ({group.label})" for group in slo.group_by
    ]
    what = "a budget and alerts of its own" if slo.has_budget else "an error ratio of its own"
    each = f"  Each {' and '.join(shown)} has {what}"
    return [f"{each}; with more than {slo.max_groups} groups the rules fail."]


def _budget(slo: SLO) -> Iterator[str]:
    milliseconds = slo.budget * slo.period.milliseconds
    yield "Error budget"
    share = number(slo.budget * 100)
    yield f"  {share} % of the period's events may be bad, weighted by events and not by time."
    yield f"  As time: {in_words(milliseconds, digits=3)} of total outage at steady traffic."
    for rate in _RATES:
        events = rate * slo.period.milliseconds / 1000
        allowed = (slo.budget * events).to_integral_value()
        yield f"  At {number(rate)} events/s: {number(allowed)} of {number(events)} events."


def _budget_of_minutes(slo: SLO) -> Iterator[str]:
    milliseconds = slo.budget * slo.period.milliseconds
    yield "Error budget"
    share = number(slo.budget * 100)
    yield f"  {share} % of the period's minutes may be bad, time-weighted: a minute is an event."
    minutes, allowed = slo.period.milliseconds // _MINUTE, _short(milliseconds / _MINUTE)
    yield f"  Where each minute counts: {number(allowed)} of {minutes}, {in_words(milliseconds, digits=3)}."


def _alerts(project: Project, slo: SLO, unit: Unit) -> Iterator[str]:
    if not slo.burn_alerts:
        yield "Alerts: none, both tiers are disabled."
        return
    yield "Alerts (each needs both windows above its threshold)"
    for alert in slo.burn_alerts:
        yield from _alert(project, slo, alert, unit)
    floor = slo.alerting.min_failures
    if unit == "minutes":
        yield (
            f"Short incidents: an alert stays silent below {floor} bad minutes in its long window "
            f"(rule: more than {number(failure_guard(floor))} counted)."
        )
        return
    yield f"Low traffic: an alert stays silent below {floor} failures in its long window."
    for alert in slo.burn_alerts[:1]:
        events = Decimal(floor) / alert.threshold
        yield (
            "  Without that, fewer than "
            f"{number((1 / alert.threshold).to_integral_value(rounding='ROUND_CEILING'))} events per "
            f"{alert.window.long} would let a single failure raise {_name(alert)};"
        )
        yield (
            f"  it decides below {number(events.to_integral_value(rounding='ROUND_CEILING'))} events per "
            f"{alert.window.long} (rule: more than {number(failure_guard(floor))} counted failures)."
        )


def _alert(project: Project, slo: SLO, alert: BurnAlert, unit: Unit) -> Iterator[str]:
    window = alert.window
    tier = slo.alerting.page if window.tier == "page" else slo.alerting.ticket
    severity = tier.severity or project.platform.severities[window.tier]
    spent = alert.factor * window.long.milliseconds / slo.period.milliseconds * 100
    yield f"  {_name(alert)} (severity {severity})"
    yield (
        f"    above {number(_short(alert.threshold * 100))} % errors in {window.long} and {window.short}: "
        f"burn rate {number(_short(alert.factor))}, {number(_short(spent))} % of the budget in {window.long}"
    )
    for share in _SHARES:
        yield f"    at {number(share * 100)} % errors: {_detection(slo, alert, share, unit)}"


def _detection(slo: SLO, alert: BurnAlert, share: Decimal, unit: Unit) -> str:
    """When a steady share of failures raises the alert, and what of the budget is gone by then."""
    if share <= alert.threshold:
        return "never; other tiers see it" if share > slo.budget else "never; the budget allows it"
    long = alert.threshold * alert.window.long.milliseconds / share
    if unit == "minutes":  # how many there are in a time is known, and so when the guard lets the alert pass
        long = max(long, slo.alerting.min_failures * _MINUTE / share)
    spent = share * long / (slo.budget * slo.period.milliseconds) * 100
    return f"after {in_words(long, digits=3)}, with {number(_short(spent))} % of the budget gone"


def _name(alert: BurnAlert) -> str:
    return names.alert_name(alert.window.tier, alert.window.speed)


def _short(value: Decimal) -> Decimal:
    return Decimal(f"{value:.3g}")
