"""Nothing happens, though every series is there: a share of nothing has no value, neither 0 nor 100 %."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from grafana.scenarios.absence import STILL
from grafana.scenarios.meaning import Kind, kind_of
from grafana.scenarios.scenario import IDLE, Scenario
from grafana.scenarios.servers import Servers

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("scenarios")]
Asked = tuple[Kind, str, str]  # kind, dashboard and title, expression


@pytest.fixture(scope="module")
def asked(compilation, panels) -> list[Asked]:
    """Every query of every panel, with its kind."""
    gauges = {
        metric.name for metric in compilation.known.catalogue.metrics.values() if metric.type == "gauge"
    }
    periods = {str(one.slo.period) for service in compilation.services for one in service.slos}
    found = []
    for panel in panels:
        for query in panel.queries:
            kind = kind_of(query.expr, query.unit, gauges, periods)
            ring = panel.kind == "nodeGraph" and kind is Kind.OF_EVENTS
            found.append((Kind.OF_RING if ring else kind, f"{panel.dashboard}: {panel.title}", query.expr))
    return found


def with_samples(
    servers: Servers, scenario: Scenario, asked: Iterable[Asked], *kinds: Kind
) -> list[tuple[str, str]]:
    """The queries of these kinds that give any sample; NaN is one too, and stands on the screen as such."""
    return [(where, expr) for kind, where, expr in asked if kind in kinds and servers.ask(scenario, expr)]


def test_it_is_known_of_every_query_what_it_means(asked):
    assert [one for one in asked if one[0] is Kind.UNKNOWN] == []
    found = Counter(kind for kind, _, _ in asked)
    assert set(found) == set(Kind) - {Kind.UNKNOWN}
    assert found[Kind.OF_EVENTS] > 400


def test_shares_of_events_have_no_value(servers, asked):
    assert with_samples(servers, IDLE, asked, Kind.OF_EVENTS) == []


@pytest.mark.parametrize("scenario", [IDLE, STILL], ids=lambda scenario: scenario.name)
def test_no_ring_is_drawn(servers, asked, scenario):
    """Grafana needs a number for every node; where all parts of a ring are 0, it draws none."""
    rings = [expr for kind, _, expr in asked if kind is Kind.OF_RING]
    values = [servers.values(scenario, expr) for expr in rings]
    assert len(rings) > 1
    assert all(values)
    assert {value for of_one in values for value in of_one} == {0}


def test_shares_of_a_period_tell_of_what_was_before(servers, asked):
    """Quiet for days, the objective is what it was: the errors of its period are still its errors."""
    of_period = [one for one in asked if one[0] is Kind.OF_PERIOD]
    assert len(with_samples(servers, IDLE, of_period, Kind.OF_PERIOD)) == len(of_period)


def test_without_an_event_in_the_whole_period_there_is_no_share_at_all(servers, asked):
    """Here the rules themselves are evaluated, over counters that stand still."""
    assert servers.values(STILL, "count(slo:events_total:rate5m == 0)")[0] > 20
    assert with_samples(servers, STILL, asked, Kind.OF_EVENTS, Kind.OF_PERIOD) == []


def test_what_is_left_out_needs_no_events(servers, asked):
    """Limits, sizes, covered time and definitions have a value while nothing happens: it is the truth."""
    kinds = (Kind.OF_CAPACITY, Kind.OF_TIME, Kind.DECLARED)
    left_out = [one for one in asked if one[0] in kinds]
    assert len(with_samples(servers, IDLE, left_out, *kinds)) == len(left_out)
    counted = [expr for kind, _, expr in asked if kind is Kind.COUNTED]
    assert all(value.is_integer() for expr in counted for value in servers.values(IDLE, expr))


TOTAL = "sum(rate(istio_requests_total[5m]))"
BAD = 'sum(rate(istio_requests_total{response_code=~"5.."}[5m]))'
BUCKETS = "sum by (le) (rate(istio_request_duration_milliseconds_bucket[5m]))"


@pytest.mark.parametrize(
    ("expr", "says"),
    [
        (f"1 - ({BAD} or vector(0)) / clamp_min({TOTAL}, 1)", ["1"]),
        (f"{BAD} / ({TOTAL} + 0.001)", ["0"]),
        (f"{BAD} / {TOTAL}", ["nan"]),
        (f"({BAD} / ({TOTAL} > 0)) or vector(0)", ["0"]),
        (f"topk(3, 100 * {BAD} * (1 / clamp_min({TOTAL}, 1)))", ["0"]),
        (f"histogram_quantile(0.95, {BUCKETS})", ["nan"]),
        ("1 - (max(slo:sli_error:ratio_rate5m) or vector(0))", ["1"]),
        ("max(slo:events_bad:rate5m) / clamp_min(max(slo:events_total:rate5m), 1)", ["0"]),
    ],
)
def test_a_naive_share_is_refused(servers, expr, says):
    """These say that all is well, or that nothing is a number, where nothing happened."""
    asked = [(kind_of(expr, "percentunit", set(), {"30d"}), "planted", expr)]
    assert with_samples(servers, IDLE, asked, Kind.OF_EVENTS) == [("planted", expr)]
    assert [f"{value:g}" for value in servers.values(IDLE, expr)] == says


@pytest.mark.parametrize(
    ("expr", "unit", "kind"),
    [
        ("sum(boutique_sessions)", "percentunit", Kind.UNKNOWN),
        ("sum(boutique_sessions) / sum(istio_requests_total)", "none", Kind.UNKNOWN),
        (f"{BAD} / 60", "reqps", Kind.PLAIN),
        (f"{TOTAL} and {BAD} / {TOTAL} > 0.1", "reqps", Kind.PLAIN),
        (f"{TOTAL} / sum(kube_pod_container_resource_limits)", "none", Kind.OF_CAPACITY),
        ("count(slo:current_burn_rate:ratio > 1)", "none", Kind.COUNTED),
        ("1 - slo:sli_error:ratio_rate30d", "percentunit", Kind.OF_PERIOD),
        ("1 - slo:sli_error:ratio_rate3d", "percentunit", Kind.OF_EVENTS),
        ("vector(0.8)", "percentunit", Kind.DECLARED),
    ],
)
def test_the_kind_is_read_from_the_form(expr, unit, kind):
    assert kind_of(expr, unit, {"kube_pod_container_resource_limits"}, {"30d"}) is kind
