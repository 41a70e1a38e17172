"""A scenario: one service with its counters, its objectives, the truth, and the times to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine import rules
from engine.generated import PLATFORM, generated_rules
from engine.rules import Outcome, Span
from engine.series import START, Counter, Gauge
from engine.server import Prometheus
from engine.truth import Truth

NAMESPACE = "shop"


@dataclass(frozen=True, slots=True)
class Objective:
    """An SLO of a scenario: `sli` is the YAML flow mapping a user would write, `more` are further fields."""

    name: str = "availability"
    percent: float = 99.9
    sli: str = "{availability: {}}"
    more: str = ""

    @property
    def budget(self) -> float:
        """The share of events that may be bad."""
        return 1 - self.percent / 100


AVAILABILITY = Objective()


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happened to one service.

    `history` (seconds since `START`) is the span with data; `focus` are the spans in which everything is
    evaluated and not only the records that long windows need. `down` is when Prometheus did not run. `truths`
    are by SLO name. `teams` are the owners that the Service names; the second one takes over half way.
    `protocol` and `telemetry` are YAML as a user would write it.
    """

    service: str
    counters: Sequence[Counter | Gauge]
    truths: Mapping[str, Truth]
    history: Span
    focus: Sequence[Span]
    down: Span | None = None
    objectives: Sequence[Objective] = (AVAILABILITY,)
    teams: Sequence[str] = ("orders",)
    protocol: str = "http"
    telemetry: str = "{profile: istio, dataplane: sidecar}"

    @property
    def end(self) -> int:
        """The last evaluation, in seconds since the epoch."""
        return START + self.focus[-1][1]

    def selector(self, slo: str = "availability") -> str:
        """The matchers of this SLO's records."""
        return f'namespace="{NAMESPACE}",service="{self.service}",slo="{slo}"'

    def objective(self, slo: str) -> Objective:
        """An objective by its name."""
        return next(each for each in self.objectives if each.name == slo)

    def document(self, team: str) -> str:
        """The Service as a user writes it."""
        slos = "\n".join(
            f"    - {{name: {each.name}, objective: {each.percent:g}, sli: {each.sli}{each.more}}}"
            for each in self.objectives
        )
        return (
            "apiVersion: sightline/v1\nkind: Service\n"
            f"metadata: {{name: {self.service}, namespace: {NAMESPACE}, labels: {{team: {team}}}}}\n"
            f"spec:\n  protocol: {self.protocol}\n  telemetry: {self.telemetry}\n  slos:\n{slos}\n"
        )


@dataclass(frozen=True, slots=True)
class World:
    """A server on which all scenarios have happened and their rules were evaluated."""

    server: Prometheus
    scenarios: Mapping[str, Scenario]
    outcomes: Mapping[str, Outcome]


@contextmanager
def played(
    directory: Path, scenarios: Sequence[Scenario], platform: str = PLATFORM, flags: Sequence[str] = ()
) -> Iterator[World]:
    """Generate the rules of all scenarios, store their counters on a fresh server, and evaluate the rules
    there. `flags` are the server's.
    """
    eras = [
        generated_rules(
            directory / f"era{era}",
            "---\n".join(each.document(each.teams[era]) for each in those),
            platform,
        )
        for era, those in enumerate((scenarios, [each for each in scenarios if len(each.teams) > 1]))
        if those
    ]
    with Prometheus(directory / "prometheus", flags=flags) as server:
        for counter in (counter for each in scenarios for counter in each.counters):
            server.write([counter.encoded()])
        outcomes = {}
        for each in scenarios:
            files = [era / NAMESPACE / f"{each.service}.yaml" for era in eras[: len(each.teams)]]
            outcomes[each.service] = run(server, each, files)
        yield World(server, {each.service: each for each in scenarios}, outcomes)


def run(server: Prometheus, scenario: Scenario, rule_files: Sequence[Path]) -> Outcome:
    """Evaluate a service's rule file; with two of them, the second one from the middle of the history on."""
    start, end = at(scenario.history)
    focus = [at(each) for each in scenario.focus]
    down = at(scenario.down) if scenario.down else None
    if len(rule_files) > 1:
        half = (start + end) // 2
        rules.evaluate(server, rules.load(rule_files[0]), (start, half - 1), [], down)
        start = half
    return rules.evaluate(server, rules.load(rule_files[-1]), (start, end), focus, down)


def at(span: Span) -> Span:
    """A span since `START` in seconds since the epoch."""
    return START + span[0], START + span[1]
