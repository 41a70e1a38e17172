"""Mistakes that such rules are known for, each a course of events: ours pass, one written so fails."""

from __future__ import annotations

import pytest

from proof.projects import AVAILABILITY, LATENCY, suite_of
from proof.test_defects import changed, said

pytestmark = pytest.mark.engine

IDS = '{namespace="shop",service="cart",slo="good"}'
SHORT, PERIOD = "slo:sli_error:ratio_rate5m", "slo:sli_error:ratio_rate30d"
BAD, TOTAL = "slo:events_bad:rate5m", "slo:events_total:rate5m"
BAD_SUMS, TOTAL_SUMS = (f"slo:events_{each}:rate5m_sum2m{IDS}" for each in ("bad", "total"))


def expression(suite, record):
    (rule,) = (each for group in suite.groups for each in group.rules if record in {each.record, each.alert})
    return rule.expr


def written(suite, record, expr):
    """The suite with one rule's expression written another way."""
    return changed(suite, record, expr=(expression(suite, record), expr))


def fails(suite, record, scenario):
    assert any(line.startswith(record) for line in said(suite, scenario)), said(suite, scenario)


def passes(suite, *scenarios):
    assert {trial.scenario for trial in suite.trials} >= set(scenarios)
    assert said(suite, *scenarios) == []


def without_fill(suite, record):
    return written(suite, record, expression(suite, record).split("\nor\n0 *")[0])


def test_a_ratio_of_the_minutes_that_have_one():
    """Averaged over the samples that exist, an hour of errors after clean weeks counts as if it were all."""
    suite = suite_of()
    passes(suite, "first error of a new series")
    theirs = without_fill(suite, BAD)
    theirs = written(theirs, "slo:sli_error:ratio_rate1h", f"avg_over_time({SHORT}{IDS}[1h])")
    fails(theirs, "slo:sli_error:ratio_rate1h", "first error of a new series")


def test_an_idle_hour_poisons_a_ratio():
    """Nothing over nothing is no number, and stays in every average for a period."""
    suite = suite_of()
    passes(suite, "idle hour")
    theirs = written(suite, SHORT, f"{BAD}{IDS} / {TOTAL}{IDS}")
    fails(theirs, SHORT, "idle hour")


def test_an_average_of_ratios_has_no_weights():
    """A night's few failures weigh as much as a day's hundred thousand requests."""
    suite = suite_of()
    passes(suite, "day and night")
    share = f"{BAD_SUMS} / {TOTAL_SUMS}"
    fails(written(suite, PERIOD, f"avg_over_time(({share})[30d:1h])"), PERIOD, "day and night")


def test_a_label_that_changed_breaks_a_period():
    """Two series of one SLO in a window, and the rule fails for as long as both are in it."""
    suite = suite_of()
    passes(suite, "a label that changed")
    bad, total = (f"sum_over_time({each}[30d])" for each in (BAD_SUMS, TOTAL_SUMS))
    fails(written(suite, PERIOD, f"{bad} / ({total} > 0)"), PERIOD, "a label that changed")


def test_a_bucket_that_does_not_exist_is_green():
    """With something in place of what is missing, every request was fast."""
    suite = suite_of(LATENCY, "99")
    passes(suite, "a missing bucket", "traffic of every kind")
    theirs = written(suite, BAD, f"{expression(suite, BAD)} or 0 * vector(1)")
    fails(theirs, BAD, "a missing bucket")


def test_a_bucket_has_two_spellings():
    suite = suite_of(LATENCY, "99")
    theirs = changed(suite, BAD, expr=('le=~"250(\\\\.0)?"', 'le="250"'))
    fails(theirs, BAD, "traffic of every kind")


def test_both_proxies_report_a_request():
    """Without the reporter each request counts twice, and what reached nobody once."""
    suite = suite_of()
    passes(suite, "traffic of every kind")
    theirs = written(suite, TOTAL, 'sum(rate(istio_requests_total{destination_service_name="cart"}[5m]))')
    fails(theirs, TOTAL, "traffic of every kind")


def test_a_label_that_istio_does_not_have():
    suite = suite_of()
    theirs = changed(suite, BAD, expr=("response_code", "code"))
    fails(theirs, BAD, "traffic of every kind")


def test_a_grpc_failure_is_an_http_success():
    suite = suite_of(protocol="grpc")
    passes(suite, "traffic of every kind")
    theirs = changed(suite, BAD, expr=("grpc_response_status=~", "response_code=~"))
    fails(theirs, BAD, "traffic of every kind")


def test_the_first_failure_of_a_series():
    """A counter that is born with its first failure has no increase; where births count, it does."""
    suite = suite_of(more=", firstEvents: counted")
    passes(suite, "the first failures of several pods")
    theirs = written(suite, BAD, expression(suite_of(AVAILABILITY), BAD))
    fails(theirs, BAD, "the first failures of several pods")


def test_one_failure_at_low_traffic_pages():
    suite = suite_of()
    alert = "SLOBurnRatePageFast"
    passes(suite, "one failure at low traffic", "one failure too few")
    theirs = written(suite, alert, expression(suite, alert).rpartition("\nand\n")[0])
    fails(theirs, alert, "one failure at low traffic")
    fails(theirs, alert, "one failure too few")


def test_rules_that_take_another_slos_records_for_their_own():
    suite = suite_of()
    passes(suite, "a whole period")
    theirs = changed(suite, PERIOD, expr=(',slo="good"', ""))
    fails(theirs, PERIOD, "a whole period")


def test_a_sum_that_lost_the_code():
    """Summed without the label that tells failures, nothing ever fails."""
    suite = suite_of("availability: {matchers: ['response_code!=\"404\"']}")
    passes(suite, "traffic of every kind")
    theirs = written(suite, BAD, f"0 * sum({TOTAL}{IDS})")
    fails(theirs, BAD, "traffic of every kind")


def test_one_of_several_groups():
    suite = suite_of(more=", groupBy: [revision]")
    passes(suite, "one group failing", "one group of several burning")
    label = "destination_canonical_revision"
    fails(changed(suite, BAD, expr=(f"sum by ({label}) (\n", "sum (\n")), BAD, "traffic of every kind")
