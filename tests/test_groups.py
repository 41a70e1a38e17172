"""SLOs with groups on a real Prometheus: each group has its own budget and its own page.

Beside the generated rules stand the ones that are easily written instead: the same assertion refuses them.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest
import yaml
from engine import groups
from engine.generated import PLATFORM, generated_rules
from engine.groups import CALLER, INCIDENT, NO_HOST, REVISION, UNCONNECTED
from engine.rules import Rule, RuleError, evaluate
from engine.scenario import Scenario, World, at, played
from engine.series import HOUR, MINUTE, START
from engine.server import QueryError

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("groups")]

LABELS = {"revisions": REVISION, "callers": CALLER, "availability": ""}
REMAINING = "slo:period_error_budget_remaining:ratio"
PAGES = ("SLOBurnRatePageFast", "SLOBurnRatePageSlow")
GROUPS = [(each.service, key) for each in (groups.revisions(), groups.vanishing()) for key in each.truths]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with played(tmp_path_factory.mktemp("groups"), [groups.revisions(), groups.vanishing()]) as played_world:
        yield played_world


@pytest.fixture(scope="module")
def two_clusters(tmp_path_factory):
    directory = tmp_path_factory.mktemp("clusters")
    with played(directory, [groups.clusters()], groups.TWO_CLUSTERS) as played_world:
        yield played_world


def selector(scenario: Scenario, key: str, label: str | None = None) -> str:
    """The matchers of a group's records; `key` is `<slo>/<group>`."""
    slo, group = key.split("/")
    label = LABELS[slo] if label is None else label
    return scenario.selector(slo) + (f',{label}="{group}"' if label else "")


def is_true(scenario: Scenario, key: str, remaining: float | None, time: float) -> bool:
    """Whether this is the group's remaining budget: to 0.005, or to two scrapes of each error series."""
    truth, budget = scenario.truths[key], scenario.objective(key.split("/", maxsplit=1)[0]).budget
    events = truth.bad.two_scrapes(START, time) if truth.bad.count(START, time) < 1000 else 0
    # What was overspent many times is right to half a percent of that.
    expected = truth.remaining(time, budget)
    tolerance = max(0.005 * max(1, abs(expected)), events / truth.total.count(START, time) / budget)
    return remaining is not None and abs(remaining - expected) <= tolerance


@pytest.mark.parametrize(("service", "key"), GROUPS)
def test_each_group_has_the_budget_of_its_own_events(world: World, service: str, key: str):
    scenario = world.scenarios[service]
    record = f"{REMAINING}{{{selector(scenario, key)}}}"
    time = world.server.value(f"timestamp({record})", scenario.end)
    assert is_true(scenario, key, world.server.value(record, scenario.end), time)
    # Neither a whole budget nor that of another group would pass.
    others = [scenario.truths[other] for other in scenario.truths if other != key]
    budget = scenario.objective(key.split("/", maxsplit=1)[0]).budget
    for wrong in (1.0, *(truth.remaining(time, budget) for truth in others)):
        assert not is_true(scenario, key, wrong, time)


def test_there_are_no_other_groups(world: World):
    for service, scenario in world.scenarios.items():
        for slo in {key.split("/")[0] for key in scenario.truths}:
            found = world.server.instant(f"{REMAINING}{{{scenario.selector(slo)}}}", scenario.end)
            groups_found = {f"{slo}/{each.labels.get(LABELS[slo], '')}" for each in found}
            assert groups_found == {key for key in scenario.truths if key.startswith(slo)}, service
        assert world.outcomes[service].not_numbers == set()


def test_only_the_group_that_burns_pages(world: World):
    outcome = world.outcomes["revisions"]
    for alert in PAGES:
        assert outcome.values("revisions", alert, REVISION) == {"v2"}
    assert outcome.values("callers", "SLOBurnRatePageFast", CALLER) == {"caller"}
    for begin in (INCIDENT[0], UNCONNECTED[0]):
        first = outcome.first("revisions", "SLOBurnRatePageFast", START + begin)
        assert first is not None
        assert first <= START + begin + 4 * MINUTE


def test_requests_that_nobody_got_have_no_revision(world: World):
    """The SLO without groups keeps them; a union that is not narrowed makes a group that always burns."""
    time = START + NO_HOST[1]
    scenario = world.scenarios["revisions"]
    ratio = f"slo:sli_error:ratio_rate5m{{{scenario.selector()}}}"
    assert world.server.value(ratio, time) > 0.4
    own = 'destination_service_name="revisions"'
    union = f'rate(istio_requests_total{{reporter="source",response_flags=~".*U[FH].*",{own}}}[5m])'
    wrong = world.server.instant(f"sum by ({REVISION}) ({union}) > 0", time)
    assert [each.labels for each in wrong] == [{REVISION: "unknown"}]
    assert world.server.instant(f'slo:events_total:rate5m{{{REVISION}="unknown"}}', time) == []
    lost = world.outcomes["revisions"].values("revisions", "SLITelemetryAbsent", REVISION)
    assert lost == set()


def test_the_callee_alone_would_miss_what_could_not_connect(world: World):
    scenario = world.scenarios["revisions"]
    own = f'reporter="destination",destination_service_name="revisions",{REVISION}="v2"'
    bad, total = (
        f"sum(increase(istio_requests_total{{{own}{code}}}[30d]))" for code in (',response_code=~"5.."', "")
    )
    wrong = world.server.value(f"1 - {bad} / {total} / 0.001", scenario.end)
    assert not is_true(scenario, "revisions/v2", wrong, scenario.end)


@pytest.mark.parametrize("fill", ["vector(0)", "0 * sum(TOTAL)"])
def test_a_fill_without_groups_makes_a_group_without_a_name(world: World, fill: str):
    scenario = world.scenarios["revisions"]
    total = f"slo:events_total:rate5m{{{scenario.selector('revisions')}}}"
    own = 'reporter="destination",destination_service_name="revisions",response_code=~"5.."'
    bad = f"sum by ({REVISION}) (rate(istio_requests_total{{{own}}}[5m]))"
    found = world.server.instant(f"{bad} or {fill.replace('TOTAL', total)}", scenario.end)
    assert {} in [each.labels for each in found]
    right = world.server.instant(f"slo:events_bad:rate5m{{{scenario.selector('revisions')}}}", scenario.end)
    assert {each.labels.get(REVISION) for each in right} == {"v1", "v2"}


def test_a_group_that_vanished_stays_in_the_period_alone(world: World):
    scenario = world.scenarios["vanishing"]
    assert (
        world.server.value(f"{REMAINING}{{{selector(scenario, 'revisions/v1')}}}", scenario.end) is not None
    )
    now = world.server.instant(f"slo:events_total:rate5m{{{scenario.selector('revisions')}}}", scenario.end)
    assert {each.labels[REVISION] for each in now} == {"v0", "v2"}
    covered = world.server.value(
        f"slo:period_coverage:ratio{{{selector(scenario, 'revisions/v1')}}}", scenario.end
    )
    assert covered == pytest.approx(2 / 30, abs=1e-3)


def test_a_team_label_on_records_would_break_the_groups_too(world: World):
    """Two series for one group are two results; a rule that writes them under one name fails."""
    scenario = world.scenarios["vanishing"]
    start, end = at(scenario.history)
    half = (start + end) // 2
    for outcome in ("bad", "total"):
        for owner, span in (("orders", (start, half)), ("payments", (half + 30, end))):
            read = f"slo:events_{outcome}:rate5m{{{selector(scenario, 'revisions/v0')}}}"
            evaluate(world.server, [Rule(f"wrong:{outcome}", read, {"team": owner})], span, [span])
    wrong = f'1 - sum_over_time(wrong:bad{{{REVISION}="v0"}}[30d]) / sum_over_time(wrong:total[30d]) / 0.001'
    with pytest.raises(QueryError, match="2 series"):
        world.server.value(wrong, scenario.end)
    drop = Rule("wrong:record", f"sum by ({REVISION}, team) (wrong:bad or wrong:total)", {"team": "x"})
    both = [(half - 60, half + 60)]
    with pytest.raises(RuleError, match="same labelset"):
        evaluate(world.server, [drop], both[0], both)


@pytest.mark.parametrize("cluster", ["east", "west"])
def test_each_cluster_has_its_own_budget(two_clusters: World, cluster: str):
    scenario, key = two_clusters.scenarios["clusters"], f"availability/{cluster}"
    record = f"{REMAINING}{{{selector(scenario, key, 'cluster')}}}"
    time = two_clusters.server.value(f"timestamp({record})", scenario.end)
    assert is_true(scenario, key, two_clusters.server.value(record, scenario.end), time)
    merged = " / ".join(
        f"sum(sum_over_time(slo:events_{outcome}:rate5m_sum2m[30d]))" for outcome in ("bad", "total")
    )
    wrong = two_clusters.server.value(f"1 - {merged} / 0.001", scenario.end)
    assert not is_true(scenario, key, wrong, time)


def test_only_the_cluster_that_burns_pages(two_clusters: World):
    outcome = two_clusters.outcomes["clusters"]
    for alert in PAGES:
        assert outcome.values("availability", alert, "cluster") == {"west"}


@pytest.mark.parametrize("group", ["v1", "v2"])
@pytest.mark.parametrize(("window", "seconds"), [("1h", HOUR), ("6h", 6 * HOUR)])
def test_without_a_budget_revisions_can_be_compared(world: World, group: str, window: str, seconds: int):
    scenario, time = world.scenarios["revisions"], START + INCIDENT[1] + 15 * MINUTE
    ratio = f'slo:sli_error:ratio_rate{window}{{{scenario.selector("compared")},{REVISION}="{group}"}}'
    truth = scenario.truths[f"revisions/{group}"]
    # At v1's few failures a scrape more or less at each end of the window; staging blurs a little, too.
    slack = truth.bad.two_scrapes(time - seconds, time) / truth.total.count(time - seconds, time)
    found = world.server.value(ratio, time)
    assert found == pytest.approx(truth.ratio(time, seconds), rel=0.01, abs=2 * slack)
    other = scenario.truths["revisions/v1" if group == "v2" else "revisions/v2"]
    assert found != pytest.approx(other.ratio(time, seconds), rel=0.01, abs=2 * slack)


def test_without_a_budget_nothing_else_is_recorded(world: World):
    scenario = world.scenarios["revisions"]
    found = world.server.instant(f"{{{scenario.selector('compared')}}}", scenario.end)
    assert {each.labels["__name__"] for each in found} == {
        *(
            f"slo:events_{outcome}:rate{window}"
            for outcome in ("total", "bad")
            for window in ("5m", "30m", "1h")
        ),
        *(f"slo:sli_error:ratio_rate{window}" for window in ("5m", "30m", "1h", "2h", "6h")),
    }


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("promtool")
    assert program, "promtool is missing: install Debian's package prometheus"
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("limit", "fails"), [(2, False), (1, True)])
def test_more_groups_than_the_limit_fail_the_rules_loudly(tmp_path, limit: int, fails: bool):
    document = groups.revisions().document("orders").replace("maxGroups: 5", f"maxGroups: {limit}")
    rules = generated_rules(tmp_path, document, PLATFORM) / "shop" / "revisions.yaml"
    assert promtool("check", "rules", str(rules)).returncode == 0
    series = [
        {
            "series": 'istio_requests_total{reporter="destination",destination_service_name="revisions",'
            f'destination_service_namespace="shop",{REVISION}="{revision}",response_code="200"}}',
            "values": "0+10x40",
        }
        for revision in ("v1", "v2")
    ]
    checks = [{"expr": "vector(1)", "eval_time": "10m", "exp_samples": [{"labels": "{}", "value": 1}]}]
    test = {
        "rule_files": [str(rules)],
        "evaluation_interval": "30s",
        "tests": [{"interval": "15s", "input_series": series, "promql_expr_test": checks}],
    }
    path = tmp_path / "test.yaml"
    path.write_text(yaml.safe_dump(test))
    done = promtool("test", "rules", str(path))
    assert ("exceeded limit of 1 with 2 series" in done.stdout + done.stderr) == fails
    assert (done.returncode != 0) == fails
