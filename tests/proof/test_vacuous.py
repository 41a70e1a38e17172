"""Nothing passes in vain: promtool is silent about much, so what it is asked is looked at here."""

from __future__ import annotations

from functools import cache

import pytest
import yaml

from generator.promql.tokens import parse_selector
from generator.proof import run
from generator.proof.coverage import coverage
from generator.proof.project import Plan
from proof.projects import SHAPES, suite_of

# What no trial on this engine can show: minutes that are bad without any series are never absent.
SHAPE = pytest.mark.parametrize("shape", SHAPES)
_BURNS = ("SLOBurnRate",)


@cache
def suite(shape):
    return suite_of(**SHAPES[shape])


def claims_of(shape):
    return [claim for trial in suite(shape).trials for claim in trial.claims]


@SHAPE
def test_every_rule_is_shown_to_say_something(shape):
    rules = {rule.record or rule.alert for group in suite(shape).groups for rule in group.rules}
    positive = {claim.rule for claim in claims_of(shape) if claim.kind in {"value", "fires"}}
    assert rules == positive


@SHAPE
def test_every_alert_is_shown_to_be_silent_too(shape):
    alerts = {rule.alert for group in suite(shape).groups for rule in group.rules if rule.alert}
    assert alerts
    assert alerts == {claim.rule for claim in claims_of(shape) if claim.kind == "silent"}


@SHAPE
def test_a_positive_claim_has_samples_and_a_negative_one_has_none(shape):
    for claim in claims_of(shape):
        assert bool(claim.expectation.samples) == (claim.kind in {"value", "fires"})
        assert all("nan" not in sample.value.lower() for sample in claim.expectation.samples)


@SHAPE
def test_times_are_evaluations_and_the_order_of_groups_is_given(shape):
    """promtool looks at the last evaluation before a time, and takes groups in any order unless told."""
    for job in suite(shape).jobs():
        written = yaml.safe_load(job.text("x_test.yaml"))
        assert written["group_eval_order"] == [group.name for group in suite(shape).groups]
        assert written["rule_files"] == ["rules.yaml"]
        for trial, test in zip(job.trials, written["tests"], strict=True):
            assert test["interval"]
            assert test["name"].startswith("shop/cart/good: ")
            assert len(trial.claims) == len(test["promql_expr_test"])
            for claim in trial.claims:
                assert claim.expectation.at.milliseconds % trial.evaluation.milliseconds == 0


@SHAPE
def test_no_two_claims_are_confused(shape):
    """promtool names an expression and a time, and not the test that they stand in."""
    asked = [
        (trial.expectation(claim).expr, claim.expectation.at)
        for trial in suite(shape).trials
        for claim in trial.claims
    ]
    assert len(asked) == len(set(asked))


@SHAPE
def test_what_is_injected_is_what_raw_series_make(shape):
    """Alerts are tried on records that are given: with the labels that recordings are shown to have."""
    given = {
        (selector.metric, frozenset((one.label, one.value) for one in selector.matchers))
        for trial in suite(shape).trials
        for selector in trial.injected
        if trial.scenario != "one group of several burning"
    }
    made = {
        (
            claim.rule,
            frozenset((one.label, one.value) for one in parse_selector(f"x{sample.labels}").matchers),
        )
        for trial in suite(shape).trials
        for claim in trial.claims
        for sample in claim.expectation.samples
        if not trial.injected and claim.rule.startswith("slo:")
    }
    assert given
    assert given <= made


@pytest.mark.engine
def test_without_rules_every_positive_claim_fails():
    from dataclasses import replace

    empty = replace(suite("http"), groups=tuple(replace(group, rules=()) for group in suite("http").groups))
    failed = {failure.claim for outcome in run.run([empty], run.find()) for failure in outcome.failures}
    assert {claim for claim in claims_of("http") if claim.kind in {"value", "fires"}} <= failed


def test_coverage_counts_what_says_something():
    from proof.projects import AVAILABILITY, PLATFORM, SERVICE, plan_of

    service = SERVICE % ("http", "", "99.9", "30d", AVAILABILITY, "")
    pack = (
        "apiVersion: sightline/v1\nkind: AlertPack\nmetadata: {name: own}\nspec:\n"
        "  forEach: {kind: service}\n"
        "  rules: [{alert: Untested, expr: 'up{$selector} == 0'}]\n"
    )
    files = {"sightline.yaml": PLATFORM % "", "slos/cart.yaml": service, "alerts/own.yaml": pack}
    found = coverage(plan_of(files))
    assert [rule for _, rule in found.missing] == ["Untested"]
    assert found.rules == 30
    assert coverage(Plan((), ())).percent == 100
