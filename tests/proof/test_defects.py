"""Defects that a hand makes in generated rules: each is seen, and said so that it needs no other tool."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.diagnostics import Diagnostics
from generator.promql.duration import Duration
from generator.proof import run
from generator.proof.reports.findings import failures
from proof.projects import LATENCY, suite_of

pytestmark = pytest.mark.engine

FAST, SLOW = "SLOBurnRatePageFast", "SLOBurnRatePageSlow"


def changed(suite, rule, **change):
    """The suite with one rule changed: `expr` as a pair of texts, labels, or times."""
    before, after = change.pop("expr", ("", ""))
    groups, hits = [], 0
    for group in suite.groups:
        rules = []
        for each in group.rules:
            if rule in {each.record, each.alert}:
                assert before in each.expr
                hits += 1
                labels = {**each.labels, **change.get("labels", {})}
                fields = {**change, "labels": labels}
                rules.append(
                    replace(each, expr=each.expr.replace(before, after) if before else each.expr, **fields)
                )
            else:
                rules.append(each)
        groups.append(replace(group, rules=tuple(rules)))
    assert hits == 1
    return replace(suite, groups=tuple(groups))


def said(suite, *scenarios) -> list[str]:
    """The messages about a suite; with `scenarios` only those are run."""
    trials = tuple(trial for trial in suite.trials if not scenarios or trial.scenario in scenarios)
    diagnostics = Diagnostics()
    failures(run.run([replace(suite, trials=trials)], run.find()), diagnostics)
    return [item.message.removeprefix("shop/cart/good: ") + " | " + item.cause for item in diagnostics.items]


SOURCE = (
    '    or\n    rate(istio_requests_total{reporter="source",response_flags=~"(.*,)?(UH|UF|UO|NR|NC)(,.*)?",'
    'destination_service_name="cart",destination_service_namespace="shop"}[5m])\n'
)
DEFECTS = {
    "a threshold ten times as high": (
        FAST,
        {"expr": ("> 0.0144", "> 0.144")},
        'SLOBurnRatePageFast must fire at 3m, and is silent | this is "burn just above the threshold',
    ),
    "a comparison the wrong way round": (
        SLOW,
        {"expr": ("> 0.006", "< 0.006")},
        "SLOBurnRatePageSlow must",
    ),
    "a window half as long": (
        "slo:events_total:rate1h",
        {"expr": ("[1h]", "[30m]")},
        "slo:events_total:rate1h must be",
    ),
    "another class of codes": (
        "slo:events_bad:rate5m",
        {"expr": ("5..", "4..")},
        "slo:events_bad:rate5m must be",
    ),
    "no failures that reached nobody": (
        "slo:events_bad:rate5m",
        {"expr": ("UH|UF|UO|NR|NC", "UH|UF|UO|NR")},
        "slo:events_bad:rate5m must be",
    ),
    "no zeros": (
        "slo:events_bad:rate30m",
        {"expr": ("0 * sum(", "0 / sum(")},
        "slo:events_bad:rate30m must be 0, and is NaN (at 100m)",
    ),
    "a division by nothing": (
        "slo:sli_error:ratio_rate5m",
        {"expr": (" > 0)", " >= 0)")},
        'slo:sli_error:ratio_rate5m must have no series at 100m, and has NaN | this is "idle',
    ),
    "another severity": (
        FAST,
        {"labels": {"severity": "ticket"}},
        "SLOBurnRatePageFast has other labels: severity is 'ticket', must be 'page' (at ",
    ),
    "an alert that ends at once": (
        FAST,
        {"keep_firing_for": None},
        'SLOBurnRatePageFast must fire at 18m, and is silent | this is "recovery within the short window',
    ),
    "a fill with labels": (
        "slo:events_bad:rate5m",
        {"expr": ("0 * sum(", "0 * (")},
        "slo:events_bad:rate5m cannot be evaluated: vector contains metrics with the same labelset",
    ),
    "another budget": (
        "slo:period_burn_rate:ratio",
        {"expr": ("/ 0.001", "/ 0.01")},
        "slo:period_burn_rate:ratio must be",
    ),
    "a guard that counts too much": (
        FAST,
        {"expr": ("* 3600", "* 36000")},
        'SLOBurnRatePageFast must be silent at 63m, and fires with {burn_tier="page",',
    ),
    "telemetry that is missed too late": (
        "SLITelemetryAbsent",
        {"for_": Duration.parse("1h")},
        'SLITelemetryAbsent must fire at 48m, and is silent | this is "telemetry gone, series gone"',
    ),
}


@pytest.mark.parametrize(("rule", "change", "message"), DEFECTS.values(), ids=DEFECTS)
def test_a_defect_is_seen_and_said(rule, change, message):
    sound = suite_of()
    asked = tuple(trial for trial in sound.trials if any(claim.rule == rule for claim in trial.claims))
    found = said(changed(replace(sound, trials=asked), rule, **change))
    about = [line for line in found if line.startswith(rule)]
    assert about, found
    assert message in about[0]


def test_a_value_is_compared_with_what_it_must_be():
    """The difference says what the defect is: here, that half of the hour is counted twice."""
    (line,) = (
        each
        for each in said(changed(suite_of(), "slo:current_burn_rate:ratio", expr=("0.001", "0.002")))
        if each.startswith("slo:current")
    )
    assert "0.5 times that (at 30m)" in line


def test_a_latency_that_is_green_without_its_bucket():
    suite = suite_of(LATENCY, "99")
    (rule,) = (
        each for group in suite.groups for each in group.rules if each.record == "slo:events_bad:rate5m"
    )
    total = 'slo:events_total:rate5m{namespace="shop",service="cart",slo="good"}'
    green = changed(suite, "slo:events_bad:rate5m", expr=(rule.expr, f"{rule.expr} or 0 * sum({total})"))
    (line,) = said(green, "a missing bucket")[:1]
    assert line.startswith(
        'slo:events_bad:rate5m must have no series at 75m, and has 0 | this is "a missing bucket"'
    )
