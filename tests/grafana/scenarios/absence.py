"""What the rules record where there is nothing to measure: Prometheus itself evaluates them.

`ABSENT`: nothing of the mesh, of Kubernetes or of anything else is there. `STILL`: all series are there, and
no counter moved in the whole period.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.remote_write import samples, series
from engine.server import Prometheus, Result

from generator.pipeline import Compilation
from generator.rules.model import Rule
from generator.rules.slo import CompiledSLO
from grafana.scenarios.scenario import NOW, Scenario
from grafana.scenarios.writing import LAST_WEEK, SHORT, write

ABSENT = Scenario("absent")
# The same for objectives that call a missing value a bad one: absence is a fact there.
ABSENT_IS_BAD = Scenario("absent-is-bad")
STILL = Scenario("still", moving=False)


def has_rules(compiled: CompiledSLO, scenario: Scenario) -> bool:
    """Whether the rules of an objective run in the scenario.

    What a query says at each tick of the clock is an event as well: such objectives are never still.
    """
    missing = getattr(compiled.slo.sli, "missing", "")
    if scenario == STILL:
        return not missing
    return (missing == "bad") == (scenario == ABSENT_IS_BAD)


def evaluate_rules(server: Prometheus, compilation: Compilation, scenario: Scenario) -> None:
    """Let Prometheus evaluate the rules, and store what they give as if it had always been so."""
    rules = [
        rule
        for service in compilation.services
        for compiled in service.slos
        if has_rules(compiled, scenario)
        for group in compiled.groups
        for rule in group.rules
    ]
    found: dict[int, list[Result]] = {-1: []}
    while found:  # rules read what others record
        asked = {index: server.instant(rule.expr, NOW) for index, rule in enumerate(rules)}
        found = {index: results for index, results in asked.items() if results}
        write(server, (one for index, results in found.items() for one in _stored(rules[index], results)))
        rules = [rule for index, rule in enumerate(rules) if index not in found]


def _stored(rule: Rule, results: list[Result]) -> Iterator[bytes]:
    at = [moment * 1000 for moment in sorted({*LAST_WEEK, *SHORT})]
    for result in results:
        kept = {name: value for name, value in result.labels.items() if name != "__name__"}
        name = {"__name__": rule.record} if rule.record else {"__name__": "ALERTS", "alertname": rule.alert}
        state = {} if rule.record else {"alertstate": "firing"}
        value = result.values[0] if rule.record else 1.0
        yield series({**kept, **rule.labels, **name, **state}, samples(at, [value] * len(at)))
