"""The example compiled once, its dashboards, and a Prometheus for each scenario that a test asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from generator.diagnostics import Diagnostics
from generator.pipeline import Compilation, compile_project
from generator.tree.inputs import Inputs
from grafana.scenarios.servers import Servers
from grafana.scenarios.shown import Panel, panels_of

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="package")
def compilation() -> Compilation:
    diagnostics = Diagnostics()
    made = compile_project(Inputs(ROOT), diagnostics)
    assert not diagnostics.has_errors
    return made


@pytest.fixture(scope="package")
def dashboards(compilation) -> list[dict[str, Any]]:
    found = [one for one in compilation.artifacts if one.path.startswith("grafana/dashboards/")]
    assert len(found) > 25
    return [json.loads(artifact.text) for artifact in found]


@pytest.fixture(scope="package")
def panels(dashboards) -> list[Panel]:
    found = [panel for dashboard in dashboards for panel in panels_of(dashboard)]
    assert len(found) > 500
    return found


@pytest.fixture(scope="package")
def servers(compilation, tmp_path_factory) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(compilation, tmp_path_factory.mktemp("scenarios"), stack)
