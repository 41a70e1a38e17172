"""A sample of the mutants that `make mutate` tries: the trials kill them."""

from __future__ import annotations

import pytest

from generator.promql.parse import parse
from proof.equivalent import reason
from proof.mutants import mutants
from proof.mutation import run_all
from proof.projects import SHAPES, suite_of


def test_mutants_are_rules():
    """Each can be parsed: what Prometheus refuses is killed for nothing."""
    every = list(mutants(suite_of()))
    assert len(every) > 500
    for mutant in every:
        parse(mutant.mutated.expr)


def test_every_operator_is_there():
    assert {mutant.operator for name in SHAPES for mutant in mutants(suite_of(**SHAPES[name]))} == {
        *("literal", "matcher", "label", "operator", "aggregation", "range"),
        *("or branch", "time", "rule label"),
    }


@pytest.mark.engine
def test_a_sample_is_killed():
    suite = suite_of()
    by_operator = {}
    for mutant in mutants(suite):
        by_operator.setdefault(mutant.operator, []).append(mutant)
    chosen = [own[place * len(own) // 4] for own in by_operator.values() for place in range(4)]
    survived = [
        str(mutant)
        for mutant, dead in run_all(suite, chosen).items()
        if not dead and not reason(mutant, "http")
    ]
    assert survived == []
