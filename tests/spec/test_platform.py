"""Which environment and which version: what the golden cases cannot vary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostics
from generator.pipeline import compile_project
from generator.spec.platform.requires import satisfies
from spec.projects import Memory

NUMBERS = st.integers(0, 50)
RELEASES = st.tuples(NUMBERS, NUMBERS, NUMBERS)


@pytest.mark.parametrize(
    ("version", "wanted", "verdict"),
    [
        ("1.2.3", ">=1.2", True),
        ("1.2.3", ">=1.2.4", False),
        ("1.10.0", ">=1.9", True),
        ("2.0.0", ">=1,<2", False),
        ("2.0.0rc1", ">=2", True),
        ("1.9.9", ">=1, <2", True),
        ("1.0", "==1.0.0", True),
        ("0.1.0", ">0.1", False),
        ("0.1.1.dev3", "<=0.1.1", True),
    ],
)
def test_versions_are_compared_as_numbers(version, wanted, verdict):
    assert satisfies(version, wanted) is verdict


@given(RELEASES, RELEASES)
def test_ranges_agree_with_the_order_of_releases(one, other):
    version, bound = (".".join(map(str, release)) for release in (one, other))
    for sign in ("<", "<=", "==", ">", ">="):
        assert satisfies(version, f"{sign}{bound}") is eval(f"one {sign} other", {"one": one, "other": other})


PLATFORM = """\
apiVersion: sightline/v1
kind: Platform
metadata: {name: shop}
spec:
  project: shop
  environment: base
  grafana: {folder: SLOs}
  environments:
    staging: {grafana: {url: "https://grafana.example.com"}}
    production: {environment: Production of the shop}
"""


@pytest.mark.parametrize(
    ("chosen", "title"),
    [(None, "base"), ("staging", "staging"), ("production", "Production of the shop")],
)
def test_an_environment_is_called_by_its_name_unless_it_says_otherwise(chosen, title):
    diagnostics = Diagnostics()
    project = compile_project(Memory({"sightline.yaml": PLATFORM}), diagnostics, chosen).project
    assert list(diagnostics) == []
    assert project.platform.environment == title
    assert project.platform.grafana.folder == "SLOs"
    assert bool(project.platform.grafana.url) is (chosen == "staging")


@pytest.mark.parametrize("chosen", ["", "Staging", "environment", 'x"\n'])
def test_another_name_is_no_environment(chosen):
    diagnostics = Diagnostics()
    compilation = compile_project(Memory({"sightline.yaml": PLATFORM}), diagnostics, chosen)
    assert compilation.artifacts == ()
    assert [item.code for item in diagnostics] == ["platform/unknown-environment"]


TIERS = """\
apiVersion: sightline/v1
kind: Platform
metadata: {name: shop}
spec:
  project: shop
  defaults: {tier: gold}
  tiers:
    gold: {tracing: {keep: {errors: 100%, slowerThan: 500ms, remainder: 5%}}}
    none: {}
---
apiVersion: sightline/v1
kind: Service
metadata: {name: cart}
spec: {tracing: {keep: {slowerThan: 2s}}}
---
apiVersion: sightline/v1
kind: Service
metadata: {name: card}
spec: {}
---
apiVersion: sightline/v1
kind: Service
metadata: {name: mail}
spec: {tier: none}
"""


def test_what_a_tier_keeps_of_traces_is_overridden_field_by_field():
    diagnostics = Diagnostics()
    project = compile_project(Memory({"sightline.yaml": TIERS}), diagnostics).project
    assert list(diagnostics) == []
    kept = {service.name: service.keep for service in project.services}
    assert kept["mail"] is None
    assert str(kept["card"].slower_than) == "500ms"
    assert str(kept["cart"].slower_than) == "2s"
    assert kept["cart"].errors == kept["card"].errors
    assert kept["cart"].remainder == kept["card"].remainder is not None
