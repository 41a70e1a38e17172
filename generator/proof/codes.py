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
    "proof/unlike": CodeDoc(
        "A rule that is not what its definition says",
        "SLOs whose rules have one form are run on the engine once; of the others every literal is compared "
        "with what their definition gives: thresholds, budgets, selectors, labels. One of them differs. "
        "Rules that were edited by hand are mended by `sightline generate`; otherwise it is a defect of "
        "Sightline.",
    ),
    "proof/coverage": CodeDoc(
        "Rules that no trial covers",
        "With `--fail-under` a share of the rules must have been shown to do something: a record its value, "
        "an alert to fire. The usual gap is a pack's alert without a test that makes it fire; give the pack "
        "`tests`.",
    ),
}
