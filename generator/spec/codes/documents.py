"""The codes of findings about files and the form of documents."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "input/none": CodeDoc(
        "A folder without the files that were asked for",
        "Rule files end with .yaml, .yml or .rules, dashboards with .json, those in objects "
        "and fixtures with .yaml or .yml. Hidden files and folders are passed over.",
    ),
    "input/too-large": CodeDoc(
        "A file larger than what is read",
        "Input files are read up to 5,000,000 bytes. Split the file into several.",
    ),
    "input/unreadable": CodeDoc(
        "A file or folder that cannot be read",
        "The operating system refused to open it, or it is not a regular file. Nothing is generated from "
        "half of a project.",
    ),
    "spec/api-version": CodeDoc(
        "An unknown version of the format",
        "Documents say `apiVersion: sightline/v1`. Other versions do not exist yet.",
    ),
    "spec/document": CodeDoc(
        "A document that is not a mapping",
        "Every document is a mapping with `apiVersion`, `kind`, `metadata` and `spec`. An empty document "
        "is skipped.",
    ),
    "spec/duplicate-item": CodeDoc(
        "A value that stands twice in a list", "The items of this list must differ."
    ),
    "spec/key": CodeDoc(
        "A key of the wrong form",
        "Label names are letters, digits and underscores; names of tiers and window sets are slugs.",
    ),
    "spec/missing-key": CodeDoc(
        "A key that must be there",
        "The finding says what the key is for. An SLO may get its objective and SLI from its namesake in "
        "the service's tier.",
    ),
    "spec/size": CodeDoc(
        "Too few or too many entries", "An SLI has exactly one kind; some lists must not be empty."
    ),
    "spec/type": CodeDoc(
        "A value of the wrong type",
        "YAML 1.2 decides what a plain value is: `3.10` is a number, `true` a truth value, `yes` and `on` "
        "are words. Quote what is meant as text.",
    ),
    "spec/unknown-key": CodeDoc(
        "A key that means nothing here",
        "Keys are strict: a misspelt key would otherwise be ignored, and with it what you meant. The nearest "
        "known key is suggested, or all of them are listed.",
    ),
    "spec/unknown-kind": CodeDoc(
        "An unknown kind of document",
        "The kinds are `Service`, `SLO`, `AlertPack`, `Dashboard` and `Platform`.",
    ),
    "spec/value": CodeDoc(
        "A value that is not allowed here",
        "The finding says which values or which form are allowed; so does the reference.",
    ),
    "metadata/former-name": CodeDoc(
        "A former name that is in use",
        "`renamedFrom` lists names that a service or an SLO had before, so that dashboards can show what was "
        "recorded under them. A name that still exists, or that two claim, belongs to somebody else.",
    ),
}
