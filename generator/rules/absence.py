"""Lost telemetry: who can tell that an SLI should see something, and the alert that says that it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generator.diagnostics import Diagnostics
from generator.promql.build import Aggregate, Verbatim
from generator.promql.duration import Duration
from generator.rules import shape as shapes
from generator.rules.words import absent_words, blind_words
from generator.sli import Events, Evidence
from generator.spec.model import SLO, Platform, Service

ABSENT_FOR = Duration.parse("10m")
"""How long telemetry must be lost by default: longer than a rolling restart."""


def with_presence(platform: Platform, service: Service, events: Events) -> Events:
    """The events with the evidence that is left when presence has been asked.

    The service's own presence comes first, then what an independent reporter sees, then the profile's
    presence, which tells of the profile's series alone. Nothing is evidence against an SLI that always has a
    value.
    """
    if events.ever_present:
        return replace(events, evidence=None)
    presence = service.presence.text if service.presence else ""
    if not presence and events.evidence is None and not events.written and service.subject:
        presence = service.subject.presence
    if not presence:
        return events
    by = platform.identity_labels
    return replace(events, evidence=Evidence(Aggregate("max", Verbatim(presence), by), by, of_traffic=False))


def check_evidence(slo: SLO, events: Events, diagnostics: Diagnostics) -> None:
    """Report an alert for lost telemetry that an SLO asks for, where nothing can give evidence."""
    if events.evidence or not slo.absent_asked:
        return
    if events.ever_present:
        cause = 'with "missing: bad" every minute has a value, so that its telemetry cannot be absent.'
        fix = "remove alerting.absent: what is missing burns the budget."
    else:
        cause = "silence is idleness or a loss, and nobody else knows of the same events."
        fix = (
            "give telemetry.presence, a query with a result while there should be telemetry, or remove "
            "alerting.absent."
        )
    diagnostics.error(
        "slo/no-evidence",
        "nothing can tell whether this SLI has lost its telemetry",
        slo.alerting.absent.at.get(""),
        cause=cause,
        fix=fix,
    )


def absence(evidence: Evidence, guard_of: Mapping[str, str]) -> str:
    """The alert's expression: there should be something to see, and the SLI sees nothing.

    `guard_of` holds the SLO's identity as literals.
    """
    guard = shapes.events_seen() if evidence.of_traffic else shapes.events_told()
    return f"{evidence.seen.render()}\nunless on ({', '.join(evidence.by)})\n{guard.fill(guard_of)}"


def words(service: Service, slo: SLO, evidence: Evidence) -> dict[str, str]:
    """Summary and description of the alert."""
    return absent_words(service, slo) if evidence.of_traffic else blind_words(service, slo)
