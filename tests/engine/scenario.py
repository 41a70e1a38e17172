"""A scenario: one service with its counters, its objectives, the truth, and the times to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine import rules
from engine.rules import Outcome, Span
from engine.series import START, Counter
from engine.server import Prometheus
from engine.truth import Truth

NAMESPACE = "shop"


@dataclass(frozen=True, slots=True)
class Objective:
    """An SLO of a scenario: `sli` is the YAML flow mapping a user would write."""

    name: str = "availability"
    percent: float = 99.9
    sli: str = "{availability: {}}"

    @property
    def budget(self) -> float:
        """The share of events that may be bad."""
        return 1 - self.percent / 100


AVAILABILITY = Objective()


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happened to one service.

    `history` (seconds since `START`) is the span with data; `focus` are the spans in which everything is evaluated and
    not only the records that long windows need. `down` is when Prometheus did not run. `truths` are by SLO name.
    """

    service: str
    counters: Sequence[Counter]
    truths: Mapping[str, Truth]
    history: Span
    focus: Sequence[Span]
    down: Span | None = None
    objectives: Sequence[Objective] = field(default=(AVAILABILITY,))

    @property
    def end(self) -> int:
        """The last evaluation, in seconds since the epoch."""
        return START + self.focus[-1][1]

    def selector(self, slo: str = "availability") -> str:
        """The matchers of this SLO's records."""
        return f'namespace="{NAMESPACE}",service="{self.service}",slo="{slo}"'

    def document(self, labels: str = "{team: orders}") -> str:
        """The Service as a user writes it."""
        slos = "\n".join(
            f"    - {{name: {each.name}, objective: {each.percent:g}, sli: {each.sli}}}" for each in self.objectives
        )
        return (
            "apiVersion: sightline/v1\nkind: Service\n"
            f"metadata: {{name: {self.service}, namespace: {NAMESPACE}, labels: {labels}}}\n"
            f"spec:\n  protocol: http\n  telemetry: {{profile: istio, dataplane: sidecar}}\n  slos:\n{slos}\n"
        )


def load(server: Prometheus, scenarios: Iterable[Scenario]) -> None:
    """Store the raw counters."""
    for scenario in scenarios:
        for counter in scenario.counters:
            server.write([counter.encoded()])


def run(server: Prometheus, scenario: Scenario, rule_file: Path) -> Outcome:
    """Evaluate a service's rule file on its stored counters."""
    return rules.evaluate(
        server,
        rules.load(rule_file),
        at(scenario.history),
        [at(each) for each in scenario.focus],
        at(scenario.down) if scenario.down else None,
    )


def at(span: Span) -> Span:
    """A span since `START` in seconds since the epoch."""
    return START + span[0], START + span[1]
