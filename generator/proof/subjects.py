"""From a project's definitions to what the proof needs to know of each SLO."""

from __future__ import annotations

from generator.promql.duration import Duration
from generator.proof import truth
from generator.proof.model import Labels, Subject
from generator.spec.model import SLO, Platform, Service

# Values of a group's labels in the trials: two groups show whether they are kept apart.
_GROUP_VALUES = ("v1", "v2")


def subject(platform: Platform, service: Service, slo: SLO) -> Subject:
    """The SLO as the proof knows it."""
    labels = platform.identity_labels + slo.groups
    groups: tuple[Labels, ...] = ((),)
    if labels:
        groups = tuple(tuple((label, value) for label in labels) for value in _GROUP_VALUES)
    return Subject(
        platform=platform,
        service=service,
        slo=slo,
        identity=truth.identity(service, slo),
        groups=groups,
        budget=truth.budget(slo),
        alarms=truth.alarms(platform, service, slo),
        windows=_windows(platform, slo),
    )


def _windows(platform: Platform, slo: SLO) -> tuple[Duration, ...]:
    """The windows that are recorded: those of the SLO's set, whether or not a tier is switched off."""
    if slo.alerting.windows == truth.WORKBOOK_SET:
        pairs = [(Duration.parse(long), Duration.parse(short)) for _, long, short in truth.WORKBOOK.values()]
    else:
        pairs = [(row.long, row.short) for row in platform.windows[slo.alerting.windows]]
    return tuple(sorted({window for pair in pairs for window in pair}))
