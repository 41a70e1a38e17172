"""What cannot be said of an SLO before its rules are there."""

from __future__ import annotations

from generator.diagnostics import Diagnostics
from generator.promql.duration import Duration
from generator.rules.model import RuleGroup
from generator.rules.shape import Shape
from generator.sli import Events
from generator.spec.model import SLO

_GROUP_LIMIT = 20  # rules in a group: Mimir's default limit
_MINUTE = Duration.parse("1m")


def check_windows(
    slo: SLO, shape: Shape, events: Events, groups: tuple[RuleGroup, ...], diagnostics: Diagnostics
) -> None:
    """Report windows that make groups too large, or that are too short for what is read once a minute."""
    span = slo.alerting.at.get("windows") or slo.at.get("")
    for group in groups:
        if len(group.rules) > _GROUP_LIMIT:
            diagnostics.error(
                "slo/too-many-rules",
                f"the windows of this SLO need {len(group.rules)} rules in one group",
                span,
                cause=f"Mimir refuses groups of more than {_GROUP_LIMIT} rules by default.",
                fix="use a set with fewer different windows.",
            )
    if events.unit == "minutes" and shape.raw[0] < _MINUTE:
        diagnostics.error(
            "slo/window-below-a-minute",
            f"a window of {shape.raw[0]} is too short for an SLI that is weighted by time",
            span,
            cause="its query is read once a minute, so that most such windows would hold no reading.",
            fix="use a set whose windows are all 1m or longer.",
        )
