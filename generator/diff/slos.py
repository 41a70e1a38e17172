"""SLOs: what is promised, what is counted, what has its history start anew."""

from __future__ import annotations

from collections.abc import Iterator

from generator import names
from generator.diff.alerts import burn_alerts, other_alerts
from generator.diff.essence import whole
from generator.diff.fields import changed_fields
from generator.diff.model import Change, Sign
from generator.diff.side import Side
from generator.promql.build import number
from generator.rules.words import in_words
from generator.spec.model import SLO

# What is told in words of its own, or by what it does to the alerts.
_TOLD = (
    "name",
    "objective",
    "period",
    "sli",
    "alerting",
    "burn_alerts",
    "has_budget",
    "group_by",
    "allow_low",
)


def changes(before: Side, after: Side) -> Iterator[Change]:
    """What is different about an SLO that both projects have."""
    yield from _promise(before.slo, after.slo)
    yield from _counted(before, after)
    yield from changed_fields(before.slo, after.slo, without=_TOLD)
    yield from burn_alerts(before.slo, after.slo)
    yield from other_alerts(before, after)
    yield from _history(before, after)


def in_short(slo: SLO) -> str:
    """An SLO in half a line: for one that is new or gone."""
    if not slo.has_budget:
        return "an error ratio without a budget"
    return f"{number(slo.objective)} % over {slo.period}"


def _promise(before: SLO, after: SLO) -> Iterator[Change]:
    if before.has_budget != after.has_budget:
        words = "now has" if after.has_budget else "no longer has"
        sign: Sign = "+" if after.has_budget else "-"
        yield Change(sign, "budget", f"{words} an error budget, and the alerts that watch it")
    if before.objective != after.objective:
        words = f"objective: {number(before.objective)} % → {number(after.objective)} %"
        if before.has_budget and after.has_budget:
            words += (
                f", and so {number(before.budget * 100)} % → {number(after.budget * 100)} % may be bad, "
                f"as time {_as_time(before)} → {_as_time(after)}"
            )
        yield Change("~", "objective", words, number(before.objective), number(after.objective))
    if before.period != after.period:
        old, new = (names.error_ratio_record(str(slo.period)) for slo in (before, after))
        yield Change(
            "~",
            "period",
            f"period: {before.period} → {after.period}; the record {old} becomes {new}",
            str(before.period),
            str(after.period),
        )

    if before.groups != after.groups:
        was, now = (", ".join(group.name for group in slo.group_by) or "none" for slo in (before, after))
        yield Change("~", "groups", f"groups: {was} → {now}", was, now)


def _as_time(slo: SLO) -> str:
    return in_words(slo.budget * slo.period.milliseconds, digits=3)


def _counted(before: Side, after: Side) -> Iterator[Change]:
    """Whether other events are counted, going by the expressions themselves.

    Those of the same SLI on the same service differ by how they are grouped, which is told already.
    """
    subjects = [side.service.service.subject for side in (before, after)]
    regrouped = before.compiled.shape.groups != after.compiled.shape.groups
    if regrouped and before.slo.sli == after.slo.sli and subjects[0] == subjects[1]:
        return
    for outcome in ("total", "bad"):
        record = (names.events_record(outcome, "5m"), "")
        old, new = (side.rules[record].expr for side in (before, after))
        if old != new:
            what = "which events count" if outcome == "total" else "which events are bad"
            yield whole("~", "sli", f"{what} (expression of {record[0]})", old, new)


def _history(before: Side, after: Side) -> Iterator[Change]:
    """What the records so far are worth under the new definition."""
    labels = {name: set(side.compiled.shape.identity) for name, side in (("old", before), ("new", after))}
    if labels["old"] != labels["new"]:
        gained, lost = sorted(labels["new"] - labels["old"]), sorted(labels["old"] - labels["new"])
        words = [f"gain {', '.join(gained)}"] if gained else []
        words += [f"lose {', '.join(lost)}"] if lost else []
        yield Change(
            "!",
            "history",
            f"the labels of its records {' and '.join(words)}: its history starts anew, the budget too",
        )
        return
    if not (before.slo.has_budget and after.slo.has_budget):
        return
    if any(change.what == "sli" for change in _counted(before, after)):
        yield Change(
            "!",
            "history",
            f"what was counted until now stays in the budget until {after.slo.period} have passed",
        )
    old, new = before.compiled.shape, after.compiled.shape
    if old.long_interval != new.long_interval:
        yield Change(
            "!",
            "history",
            f"longInterval {old.long_interval} → {new.long_interval}: windows of more than 6h and the budget "
            "are made of new records, and start anew",
        )
    elif old.interval != new.interval:
        yield Change(
            "!",
            "history",
            f"interval {old.interval} → {new.interval}: until {after.slo.period} have passed, records of the "
            "old one weigh otherwise than those of the new one",
        )
