"""One of the two that are compared: an SLO with what it belongs to."""

from __future__ import annotations

from generator.pipeline import CompiledService
from generator.rules.slo import CompiledSLO
from generator.spec.model import Platform


class Side:
    """An SLO of one of the two projects, with what it belongs to."""

    def __init__(self, platform: Platform, service: CompiledService, compiled: CompiledSLO) -> None:
        self.platform, self.service, self.compiled = platform, service, compiled
        self.slo = compiled.slo
        self.rules = {(rule.record, rule.alert): rule for group in compiled.groups for rule in group.rules}
