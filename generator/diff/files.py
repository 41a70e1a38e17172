"""Generated files of which nothing is told otherwise: that they are new, gone or different."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.delivery.artifact import Artifact
from generator.diff.model import Difference
from generator.diff.pairs import sign_of, texts

# What is told thing by thing; its files follow.
_TOLD = ("grafana/", "links/", "prometheus/")


def differences(before: Iterable[Artifact], after: Iterable[Artifact], *, told: bool) -> Iterator[Difference]:
    """Files of formats that nothing else tells of; where nothing at all was `told`, those of every format.

    So what changes a generated file is never no difference.
    """
    left, right = ({artifact.path: artifact.text for artifact in side} for side in (before, after))
    for path, old, new in texts(left, right):
        if old != new and not (told and path.startswith(_TOLD)):
            yield Difference("file", path, sign_of(old, new))
