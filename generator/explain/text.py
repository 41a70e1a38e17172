"""SLOs explained to a reader."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator import names
from generator.explain.figures import MINUTE, AlertFigures, Detection, Figures
from generator.promql.build import number
from generator.promql.duration import Duration
from generator.rules.shape import LONGEST_FAST
from generator.rules.words import in_words
from generator.spec.model import SLO

_RATES = (Decimal(1), Decimal(100))  # requests per second that budgets are shown for


def report(explained: list[Figures]) -> str:
    """A page for each SLO."""
    return "\n".join("".join(f"{line}\n" for line in _page(each)) for each in explained)


def _page(each: Figures) -> Iterator[str]:
    yield f"{each.name}: {_promise(each)}"
    yield from _about(each)
    yield ""
    if each.slo.has_budget:
        yield from _budget_of_minutes(each.slo) if each.unit == "minutes" else _budget(each.slo)
        yield ""
        yield from _alerts(each)
    else:
        yield from _unbudgeted(each)
    yield ""
    yield from _young(each)
    yield ""
    yield from _cost(each)
    yield ""
    yield from _queries(each)
    yield ""
    yield f"Rules: {each.file}"


def _promise(each: Figures) -> str:
    if each.slo.has_budget:
        return f"{number(each.slo.objective)} % of {each.unit} are good over {each.slo.period}"
    return f"the share of {each.unit} that are bad"


def _about(each: Figures) -> Iterator[str]:
    slo = each.slo
    if slo.description:
        yield f"  {slo.description}"
    if each.service.journey:
        through = ", ".join(one.name for one in each.service.journey.services)
        edge = each.service.edge
        yield f"  A journey through {through}, counted at {edge.namespace}/{edge.name}."
    if each.meaning:
        yield f"  Counted are {each.meaning}"
    if slo.first_events == "counted":
        yield "  The first event of a new counter is counted."
    if slo.group_by:
        shown = [
            group.name if group.name == group.label else f"{group.name} ({group.label})"
            for group in slo.group_by
        ]
        what = "a budget and alerts of its own" if slo.has_budget else "an error ratio of its own"
        fuse = f"with more than {slo.max_groups} groups the rules fail."
        yield f"  Each {' and '.join(shown)} has {what}; {fuse}"
    former = [*slo.renamed_from, *("/".join(key) for key in each.service.renamed_from)]
    if former:
        yield f"  Called {' and '.join(former)} before; its history began anew with the new name."


def _unbudgeted(each: Figures) -> Iterator[str]:
    yield "No error budget (budget: false), and so no period and no alerts."
    yield f"  {each.unit.capitalize()} and error ratios up to {LONGEST_FAST} are recorded, for panels."
    share = number(each.slo.budget * 100)
    yield f"  These compare them with {share} %, which the objective would allow."


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
    minutes, allowed = slo.period.milliseconds // MINUTE, short(milliseconds / MINUTE)
    yield f"  Where each minute counts: {number(allowed)} of {minutes}, {in_words(milliseconds, digits=3)}."


def _alerts(each: Figures) -> Iterator[str]:
    if not each.alerts:
        yield "Alerts: none, both tiers are disabled."
        return
    yield "Alerts (each needs both windows above its threshold)"
    for alert in each.alerts:
        yield from _alert(alert, each.unit)
    yield from _watch(each)


def _watch(each: Figures) -> Iterator[str]:
    """Yield who can tell that this SLO is blind, and not idle."""
    if each.watch:
        yield f"  {each.watch.alert} (severity {each.watch.labels[names.SEVERITY]})"
        if each.watched == "traffic":
            yield f"    when others see traffic and this SLO sees none, for {each.watch.for_}"
        else:
            yield f"    when presence has a result and this SLO has no series, for {each.watch.for_}"
    elif each.watched == "always":
        yield "  Lost telemetry: no alert; a minute without a value is bad, and burns the budget"
    elif each.watched == "nobody":
        yield "  Lost telemetry: no alert; nobody else sees the same events, so that silence may be idleness"
        yield "    telemetry.presence of the service would say when there should be some"


def _alert(figures: AlertFigures, unit: str) -> Iterator[str]:
    alert, window = figures.alert, figures.alert.window
    yield f"  {figures.name} (severity {figures.severity})"
    yield (
        f"    above {number(short(alert.threshold * 100))} % errors in {window.long} and {window.short}: "
        f"burn rate {number(short(alert.factor))}, {number(short(figures.spent * 100))} % of the budget in "
        f"{window.long}" + (f"; for {figures.hold}" if figures.hold else "")
    )
    for detection in figures.detections:
        yield f"    at {number(detection.share * 100)} % errors: {_detection(detection)}"
    yield from _guard(figures, unit)


def _detection(detection: Detection) -> str:
    if detection.after is None or detection.spent is None:
        if detection.allowed:
            return "never; the budget allows it"
        return "never; other alerts see it" if detection.seen else "never, and no other alert sees it"
    spent = number(short(detection.spent * 100))
    return f"after {in_words(detection.after, digits=3)}, with {spent} % of the budget gone"


def _guard(figures: AlertFigures, unit: str) -> Iterator[str]:
    guard, long = figures.guard, figures.alert.window.long
    if unit == "minutes":
        yield f"    silent below {guard.failures} bad minutes in {long}"
        return
    yield (
        f"    low traffic: below {guard.one_failure} events in {long} one failure is above the threshold;"
        + (" minFailures 1 lets it" if guard.failures == 1 else "")
    )
    if guard.failures > 1:
        yield (
            f"      silent until {guard.failures} have failed, which below {guard.decides} events is later "
            "than the threshold"
        )


def _young(each: Figures) -> Iterator[str]:
    """Since when there are data, on a server that has just begun to evaluate the rules."""
    yield "When the rules are new"
    yield f"  {_listed(each.raw)}: at once, from what is stored of the raw series."
    staged = [window for window in each.staged if window <= LONGEST_FAST]
    if staged:
        yield f"  {_listed(staged)}: at once, of what was recorded since; all of it after {staged[-1]}."
    if not each.slo.has_budget:
        return
    late = [window for window in each.staged if window > LONGEST_FAST]
    first = in_words(Decimal(each.first.milliseconds), digits=3)
    yield (
        f"  {_listed(late)} and the budget: within {first}, of what was recorded since; all of it after "
        f"{each.slo.period}."
    )
    yield f"  {names.PERIOD_COVERAGE} is the share of {each.slo.period} that there are records of."


def _listed(windows: list[Duration] | tuple[Duration, ...]) -> str:
    return ", ".join(map(str, windows))


def _cost(each: Figures) -> Iterator[str]:
    per = " for each group" if each.slo.group_by else ""
    yield f"Samples read at each evaluation{per}, once the windows are full"
    for cost in each.costs:
        yield (
            f"  {cost.group} group, every {cost.interval}: {cost.own:,} of own records "
            f"({number(short(cost.own_per_second))} a second)"
        )
        for reads in cost.raw:
            selectors = "one selector" if reads.selectors == 1 else f"each of {reads.selectors} selectors"
            yield f"    and {reads.samples:,} of each series of {reads.metric or 'no name'} in {selectors}"


def _queries(each: Figures) -> Iterator[str]:
    yield f"Queries (records of 5m, in {each.unit} a second; then the alerts)"
    shown = [("total", each.total), ("bad", each.bad)]
    shown += [(figures.name, figures.expr) for figures in each.alerts]
    shown += [(each.watch.alert, each.watch.expr)] if each.watch else []
    for name, query in shown:
        yield f"  {name}"
        yield from (f"    {line}" for line in query.splitlines())


def short(value: Decimal) -> Decimal:
    """Three significant digits."""
    return Decimal(f"{value:.3g}")
