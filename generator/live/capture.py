"""What was seen to the text of a catalogue's file, beside what stood there before."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from generator.diagnostics import Diagnostics
from generator.documents import Source
from generator.documents.decode import MAX_FILE_BYTES
from generator.live.catalogue_text import catalogue_text
from generator.live.observation import Observation
from generator.live.summary import summarise
from generator.live.volatile import is_legible
from generator.promql.catalogue import Catalogue
from generator.promql.catalogue_file import load_catalogue

_SHOWN = 5


def file_text(
    observation: Observation,
    name: str,
    before: Source | None,
    dropped: Set[str],
    secret: str,
    diagnostics: Diagnostics,
) -> str:
    """The text of the file; empty after an error.

    `name` is the catalogue's; `before` is what stands in the file now; values of `dropped` labels are left
    out; `secret` may be nowhere in the text.
    """
    if diagnostics.has_errors:
        return ""
    earlier = load_catalogue([before], diagnostics) if before else None
    _tell_foreign(observation, diagnostics)
    if not observation.series:
        fix = "check the selectors, and whether anything is scraped; --since looks further back"
        diagnostics.error("capture/empty", "there is no series", None, fix=fix)
    if diagnostics.has_errors:
        return ""
    catalogue = summarise(observation, earlier, dropped, diagnostics)
    text = catalogue_text(catalogue, name if is_legible(name) else "captured")
    if secret and secret in text:
        fix = "look at what answers at this URL"
        diagnostics.error("capture/token", "the token stands in the server's answer", None, fix=fix)
        return ""
    found = Diagnostics()
    again = load_catalogue([Source(name, text)], found) if len(text.encode()) <= MAX_FILE_BYTES else None
    if again is None or any(item.code == "yaml/too-many-nodes" for item in found):
        message = f"the catalogue has {len(catalogue.metrics):,} metrics, more than one file can hold"
        fix = "capture a part of them with --match into each of several files"
        diagnostics.error("capture/too-large", message, None, fix=fix)
        return ""
    assert list(found) == []  # noqa: S101  # what is written is read back
    assert _is_same(again, catalogue)  # noqa: S101  # as above
    return text


def _is_same(one: Catalogue, other: Catalogue) -> bool:
    return one.metrics == other.metrics and one.server == other.server


def hide(secret: str, diagnostics: Diagnostics) -> None:
    """Take a secret out of what a report would quote of a server's words."""
    if secret:
        diagnostics.items = [
            replace(item, message=item.message.replace(secret, "***")) for item in diagnostics.items
        ]


def _tell_foreign(observation: Observation, diagnostics: Diagnostics) -> None:
    """Say which names are left out."""
    if observation.foreign:
        names = sorted(observation.foreign)
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        shown = ", ".join(repr(name[:40]) for name in names[:_SHOWN])
        message = f"names that a catalogue cannot hold are left out: {shown}{more}"
        fix = "give them names of letters, digits and _ where they come from"
        diagnostics.warning("capture/left-out", message, None, fix=fix)
