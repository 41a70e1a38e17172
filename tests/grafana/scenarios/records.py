"""What the rules of objectives record, at the labels that the compiled rules record it with.

Values are put in directly: that the rules compute them rightly is shown elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator import names
from generator.rules.model import Rule
from generator.rules.slo import CompiledSLO
from generator.spec.model import SLO
from grafana.scenarios.writing import LAST_WEEK, SHORT, Labels, Writer


class Records(Writer):
    """Records of one objective after the other, and the alerts that fire for it."""

    def of(self, compiled: CompiledSLO, *times: range) -> Iterator[bytes]:
        """Encoded records, at `times` or in the last hours and a week ago; of a group, one value of it."""
        slo = compiled.slo
        groups = dict.fromkeys(slo.groups, "v1")
        for group in compiled.groups:
            for rule in group.rules:
                namespace = rule.labels[names.NAMESPACE]
                if rule.alert and namespace in self.scenario.failing:
                    yield self.fired(rule, groups)
                value = self.recorded(rule.record, namespace, slo) if rule.record else None
                if namespace in self.scenario.gone and rule.record not in names.CONSTANTS:
                    continue
                if value is not None:
                    more = {} if rule.record in names.CONSTANTS else groups
                    yield self.gauge(
                        rule.record, {**rule.labels, **more}, value, *(times or (SHORT, LAST_WEEK))
                    )

    def fired(self, rule: Rule, groups: Labels) -> bytes:
        """What Prometheus writes of an alert as long as it fires: in an outage, every one."""
        told = {"alertname": rule.alert, "alertstate": "firing"}
        return self.gauge("ALERTS", {**rule.labels, **groups, **told}, 1)

    def recorded(self, record: str, namespace: str, slo: SLO) -> float | None:
        budget = float(slo.budget)
        burn = self.scenario.burn(namespace, slo)
        fixed = {
            names.OBJECTIVE: 1 - budget,
            names.ERROR_BUDGET: budget,
            names.TIME_PERIOD: slo.period.milliseconds / 86_400_000,
            names.INFO: 1.0,
            names.PERIOD_COVERAGE: self.scenario.covered,
            names.BUDGET_REMAINING: 1 - burn,
            names.PERIOD_BURN_RATE: burn,
        }
        if record in fixed:
            return fixed[record]
        if "events_total" in record:
            return 10.0 if self.scenario.moving else 0.0
        if "events_bad" in record:
            return 10.0 * burn * budget if self.scenario.moving else 0.0
        of_period = record == names.error_ratio_record(str(slo.period))
        if not self.scenario.moving and not of_period:
            return None  # idle: there is no ratio of nothing
        return burn if record == names.CURRENT_BURN_RATE else burn * budget
