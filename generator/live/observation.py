"""What was seen, before anything is concluded from it: series by name, and what was told of metrics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(slots=True)
class Seen:
    """The series of one name: the sets of labels that they have, and each label's values."""

    label_sets: set[frozenset[str]] = field(default_factory=set)
    values: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """What a target told of a metric."""

    type: str = ""
    unit: str = ""
    help: str = ""


@dataclass(slots=True)
class Observation:
    """Everything that a source showed.

    `told` is keyed as the source does it: a counter's name may lack `_total`. `facts` are those fields of
    `generator.promql.catalogue.Server` that the source knows. `foreign` holds names of metrics and labels
    that PromQL can only write in quotes, which a catalogue cannot hold.
    """

    series: dict[str, Seen] = field(default_factory=dict)
    told: dict[str, set[Told]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)

    def add(self, labels: Mapping[str, str], unseen: frozenset[str] = frozenset()) -> None:
        """Take note of a series; `__name__` is its name, `unseen` are labels that it has with unknown values.

        An empty value is no label (prometheus.io, "Data model").
        """
        name = labels.get("__name__", "")
        if not _METRIC_NAME.fullmatch(name):
            self.foreign.add(name)
            return
        seen = self.series.get(name)
        if seen is None:
            seen = self.series[name] = Seen()
        here = []
        for label, value in labels.items():
            if label == "__name__" or not value:
                continue
            known = seen.values.get(label)
            if known is None:
                if not _LABEL_NAME.fullmatch(label):
                    self.foreign.add(label)
                    continue
                known = seen.values[label] = set()
            known.add(value)
            here.append(label)
        seen.label_sets.add(unseen.union(here))

    def tell(self, name: str, told: Told) -> None:
        """Take note of what a target said of a metric."""
        self.told.setdefault(name, set()).add(told)
