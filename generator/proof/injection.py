"""Recorded series given in place of computed ones, each beside those of three other SLOs.

Which records may be injected together follows from who reads whom: a record that a rule can compute from
another injected one would be written twice. Without a total no ratio and no zero is computed; without the 5m
records no sum is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.promql.build import Selector
from generator.proof.model import Labels, Subject


@dataclass(slots=True)
class Injection:
    """Records of one subject as input series; `alien` is what the other SLOs' series hold throughout."""

    subject: Subject
    alien: str
    series: list[tuple[str, str]] = field(default_factory=list)
    selectors: list[Selector] = field(default_factory=list)

    def give(self, record: str, values: Mapping[Labels, str] | str) -> None:
        """Add a record, with the same values for each group or with its own."""
        each = values if isinstance(values, Mapping) else dict.fromkeys(self.subject.groups, values)
        for group, text in each.items():
            selector = self.subject.record(record, group)
            self.selectors.append(selector)
            self.series.append((selector.render(), text))
        self.series += [(other.render(), self.alien) for other in self.subject.others(record)]
