"""Generated files of which nothing is told otherwise: that they are new, gone or different."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.delivery.artifact import Artifact
from generator.diff.model import Difference
from generator.diff.pairs import sign_of, texts

# What is told thing by thing, wherever the platform puts it; its files follow.
_TOLD = ("grafana/dashboards/", "grafana/provisioning/", "links/", "prometheus/")


def differences(before: Iterable[Artifact], after: Iterable[Artifact], *, told: bool) -> Iterator[Difference]:
    """Files of formats that nothing else tells of; where nothing at all was `told`, those of every format.

    So what changes a generated file is never no difference.
    """
    left, right = ({artifact.path: artifact.text for artifact in side} for side in (before, after))
    for path, old, new in texts(left, right):
        follows = any(f"/{folder}" in f"/{path}" for folder in _TOLD)
        if old != new and not (told and follows):
            yield Difference("file", path, sign_of(old, new))


def below(artifacts: Iterable[Artifact], folder: str) -> dict[str, str]:
    """The texts of the files in a `folder`, wherever that is, by their paths in it."""
    found = ((artifact.path.partition(folder), artifact.text) for artifact in artifacts)
    return {rest: text for (_, there, rest), text in found if there}
