"""The diagnostic codes of the proof."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "proof/failed": CodeDoc(
        "A rule that does not do what it must",
        "`sightline test` gave Prometheus' own engine series whose truth is known, and the rule said "
        "something else: another value, other labels, an alert that is silent or one that fires. Rules that "
        "were edited by hand are mended by `sightline generate`. If the SLI is a query of your own, compare "
        "it with the course of events that the finding names. Otherwise it is a defect of Sightline; please "
        "report it.",
    ),
}
