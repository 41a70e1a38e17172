"""A real Prometheus for each scenario, started when it is first asked for."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from engine.server import Prometheus, Result

from generator.pipeline import Compilation
from grafana.scenarios.absence import ABSENT, ABSENT_IS_BAD, STILL, evaluate_rules
from grafana.scenarios.brinks import BRINKS, on_the_brinks
from grafana.scenarios.scenario import NOW, Scenario
from grafana.scenarios.simulated import everything, measured
from grafana.scenarios.writing import write


class Servers:
    """Answers of Prometheus by scenario; each query of a scenario and moment is sent once."""

    def __init__(self, compilation: Compilation, directory: Path, stack: ExitStack) -> None:
        self._compilation, self._directory, self._stack = compilation, directory, stack
        self._running: dict[str, Prometheus] = {}
        self._answers: dict[tuple[str, str, int], list[Result]] = {}

    def ask(self, scenario: Scenario, query: str, at: int = NOW) -> list[Result]:
        """The instant vector of a query."""
        key = (scenario.name, query, at)
        if key not in self._answers:
            self._answers[key] = self._server(scenario).instant(query, at)
        return self._answers[key]

    def values(self, scenario: Scenario, query: str) -> list[float]:
        """The values of a query now."""
        return [result.values[0] for result in self.ask(scenario, query)]

    def _server(self, scenario: Scenario) -> Prometheus:
        if scenario.name not in self._running:
            server = self._stack.enter_context(Prometheus(self._directory / scenario.name))
            self._running[scenario.name] = server
            self._fill(server, scenario)
        return self._running[scenario.name]

    def _fill(self, server: Prometheus, scenario: Scenario) -> None:
        known = self._compilation.known
        assert known is not None
        given = (scenario, self._compilation.services, known.catalogue)
        if scenario.name == BRINKS.name:
            write(server, on_the_brinks(self._compilation))
        elif scenario in (ABSENT, ABSENT_IS_BAD, STILL):
            if scenario == STILL:
                write(server, measured(*given))
            evaluate_rules(server, self._compilation, scenario)
        else:
            write(server, everything(*given))
