"""What each diagnostic code of PromQL and of fixtures means."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc
from generator.promql.checks import CHECKS

CODES: dict[str, CodeDoc] = {
    "catalogue/conflict": CodeDoc(
        "Fixtures that contradict each other",
        "Two fixtures give the same metric different types or units, or say different things about the "
        "server. Labels, values and buckets may differ: what a metric has in one of them, it may have.",
    ),
    "catalogue/missing-key": CodeDoc(
        "A fixture that lacks a key",
        "A fixture starts with `apiVersion: sightline/v1` and `kind: Catalogue` and has `metrics`.",
        "apiVersion: sightline/v1\nkind: Catalogue\n",
    ),
    "catalogue/unknown-key": CodeDoc(
        "A key that fixtures do not have",
        "A misspelt key would be ignored silently, and with it the checks that it feeds.",
        "apiVersion: sightline/v1\nkind: Catalogue\nmetrics: {}\nlabelsets: {}\n",
    ),
    "catalogue/unknown-label-set": CodeDoc(
        "A label set that is not defined",
        "An entry of `labels` with a hyphen is the name of a label set and must stand under `labelSets`.",
        "apiVersion: sightline/v1\nkind: Catalogue\nmetrics:\n  up: {type: gauge, labels: [all-targets]}\n",
    ),
    "catalogue/unused": CodeDoc(
        "An entry that no metric uses",
        "A label set that no metric lists, or values for a label that no metric has. Mostly a misspelt "
        "name, which leaves the intended label unchecked.",
        "apiVersion: sightline/v1\nkind: Catalogue\nvalues: {jbo: [api]}\n"
        "metrics:\n  up: {type: gauge, labels: [job]}\n",
    ),
    "catalogue/value": CodeDoc(
        "A value that a fixture cannot have here",
        "A value has the wrong type, is not a name, a duration or an ascending list of buckets, or "
        "contradicts another one, such as values that are both closed and after an event.",
        "apiVersion: sightline/v1\nkind: Catalogue\nmetrics:\n  up: {type: gage}\n",
    ),
    "promql/suppression": CodeDoc(
        "A comment that silences nothing",
        "`# sightline: ignore promql/<check> <reason>` in an expression silences one check in it. The "
        "comment must name a check and say why, and is reported when the check finds nothing there: it would "
        "silence a mistake that comes later.",
    ),
    "promql/cycle": CodeDoc(
        "Recordings that read each other",
        "Two or more recordings read each other in a circle. Each is computed from what another was an "
        "evaluation ago, so the numbers lag, and depend on the order of evaluation. A recording that reads "
        "its own past is a known way to remember something and no finding.",
    ),
    "promql/undefined-record": CodeDoc(
        "A recording that nobody defines",
        "A name with a colon is one that only recording rules give, and no rule gives this one: it was "
        "renamed, removed or misspelt. Prometheus says nothing and everything that reads it is empty. The "
        "finding names every rule, panel, variable and annotation that does. Without fixtures it is a "
        "warning: another rule file may hold it.",
    ),
    "promql/unused-record": CodeDoc(
        "A recording that nothing reads",
        "No rule, panel, variable or annotation reads it, and Prometheus evaluates it at every "
        "interval all the same. It is a warning, because people and other systems may read it; the records "
        "of SLOs are public and never unused. It is told only where dashboards are "
        "checked together with rules.",
    ),
    "promql/syntax": CodeDoc(
        "Not PromQL",
        "The expression is not PromQL that Prometheus would take. Regular expressions are RE2: without "
        "look-around and back-references.",
    ),
    "promql/too-large": CodeDoc(
        "An expression that is too large to be checked",
        "Expressions of more than 20,000 characters, 200 operators or 100 nested brackets are not read, so "
        "nothing is known of them. In a project they are refused; in rules and dashboards of others, which "
        "Prometheus may well take, this is a warning.",
    ),
    "promql/unread": CodeDoc(
        "PromQL that Sightline cannot read",
        "The target may have the modifiers `anchored` and `smoothed` and arithmetic in durations; the parser "
        "of Sightline does not. The expression is passed on unchecked.",
    ),
    "promql/version": CodeDoc(
        "PromQL that the target Prometheus does not have",
        "Functions and syntax came with versions, some behind a feature flag. Prometheus refuses a whole "
        "rule file for one expression that it cannot read. The target is `prometheus.version` and "
        "`prometheus.flags` of the platform; without a platform, what the fixtures say of the server.",
    ),
} | {check.ID: CodeDoc(check.TITLE, check.DOC) for check in CHECKS.values()}
