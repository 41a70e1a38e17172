"""`sightline explain`: figures worked out by hand, and what can be asked for."""

import json
import re
import textwrap

import pytest
import yaml
from click.testing import CliRunner

from generator.cli import cli
from generator.explain import code_tables

PLATFORM = """
apiVersion: sightline/v1
kind: Platform
metadata: {name: demo}
spec:
  project: demo
  severities: {ticket: warning}
"""
SERVICES = """
apiVersion: sightline/v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  slos:
    - {name: availability, objective: 99.9, description: Carts must not be lost., sli: {availability: {}}}
    - {name: latency, objective: 99, period: 7d, sli: {latency: {threshold: 1s}}, alerting: {minFailures: 10}}
    - {name: quiet, objective: 60, period: 90d, sli: {availability: {}}, alerting: {disabled: true}}
---
apiVersion: sightline/v1
kind: Service
metadata: {name: cart, namespace: test}
spec:
  slos:
    - {name: availability, objective: 95, sli: {availability: {}}}
"""
GROUPED = """
apiVersion: sightline/v1
kind: Service
metadata: {name: reviews}
spec:
  slos:
    - {name: a, objective: 99, groupBy: [revision, source_cluster], maxGroups: 7, sli: {availability: {}}}
    - {name: b, objective: 99, groupBy: [revision], budget: false, sli: {availability: {}}}
"""
COMPARED = """\
default/reviews/b: the share of events that are bad
  Counted are requests; bad are those that fail by the error policy of the telemetry profile, or that reach \
nobody.
  Each revision (destination_canonical_revision) has an error ratio of its own; \
with more than 50 groups the rules fail.

No error budget (budget: false), and so no period and no alerts.
  Events and error ratios up to 6h are recorded, for panels.
  These compare them with 1 %, which the objective would allow.

When the rules are new
  5m, 30m, 1h: at once, from what is stored of the raw series.
  2h, 6h: at once, of what was recorded since; all of it after 6h.

Samples read at each evaluation for each group, once the windows are full
  fast group, every 30s: 1,929 of own records (64.3 a second)
    and 760 of each series of istio_requests_total in one selector
    and 380 of each series of istio_requests_total in each of 2 selectors

Queries (records of 5m, in events a second; then the alerts)
"""

EVERY_KIND = """
apiVersion: sightline/v1
kind: Service
metadata: {name: all}
spec:
  slos:
    - {name: births, objective: 99, firstEvents: counted, sli: {availability: {}}}
    - {name: events, objective: 99, sli: {events: {total: a_total, bad: b_total}}}
    - {name: latency, objective: 99, groupBy: [revision], sli: {latency: {threshold: 1s}}}
    - {name: minutes, objective: 95, sli: {threshold: {query: a, op: lt, value: 1, missing: ignore}}}
    - {name: ratio, objective: 95, sli: {ratio: {bad: a}}}
    - {name: shares, objective: 99, budget: false, sli: {availability: {}}}
    - name: waits
      objective: 99
      sli: {availability: {}}
      alerting: {windows: own, minFailures: 1, page: {for: 10m}}
"""
# 0.1 % of 30 days (43,200 minutes) is 43.2 minutes, of 2,592,000 seconds' events 2,592. The thresholds are
# 14.4, 6, 3 and 1 times 0.1 %. In an outage an hour holds 1.44 % failures after 0.0144 x 60 min = 51.84 s,
# six hours hold 0.6 % after 0.006 x 6 h = 129.6 s, a day 0.3 % and three days 0.1 % after 259.2 s; a tenth of
# it takes ten times as long. One failure is more than 1.44 % of up to 69 events (1 / 0.0144 = 69.4), two are
# of up to 138; three would be of up to 208, but so many the guard lets pass.
#
# Samples, each 30 s and 2 minutes: windows of 2 h and 6 h hold 240 and 720 of each record, bad and total,
# which makes 1,920; the slow page counts failures in 720 records; 6 to divide, 3 to fill, 1 for the burn
# rate, 3 and 2 for the pages, 1 for the telemetry: 2,656. A day holds 720, three days 2,160, the period
# 21,600: twice each 48,960, the coverage 21,600, the tickets' counts 2,880; 8 to sum up, 2 for the budget, 4
# for the tickets: 73,454. Of a raw series 5m, 30m and 1h hold 20, 120 and 240, each 15 s: 380, and twice
# that in a selector of the total and of the bad events; ten minutes hold 40.
AVAILABILITY = """\
shop/cart/availability: 99.9 % of events are good over 30d
  Carts must not be lost.
  Counted are requests; bad are those that fail by the error policy of the telemetry profile, or that reach \
nobody.

Error budget
  0.1 % of the period's events may be bad, weighted by events and not by time.
  As time: 43.2 minutes of total outage at steady traffic.
  At 1 events/s: 2592 of 2592000 events.
  At 100 events/s: 259200 of 259200000 events.

Alerts (each needs both windows above its threshold)
  SLOBurnRatePageFast (severity page)
    above 1.44 % errors in 1h and 5m: burn rate 14.4, 2 % of the budget in 1h
    at 100 % errors: after 51.8 seconds, with 2 % of the budget gone
    at 10 % errors: after 8.64 minutes, with 2 % of the budget gone
    at 2 % errors: after 43.2 minutes, with 2 % of the budget gone
    low traffic: below 70 events in 1h one failure is above the threshold;
      silent until 3 have failed, which below 139 events is later than the threshold
  SLOBurnRatePageSlow (severity page)
    above 0.6 % errors in 6h and 30m: burn rate 6, 5 % of the budget in 6h
    at 100 % errors: after 2.16 minutes, with 5 % of the budget gone
    at 10 % errors: after 21.6 minutes, with 5 % of the budget gone
    at 2 % errors: after 108 minutes, with 5 % of the budget gone
    low traffic: below 167 events in 6h one failure is above the threshold;
      silent until 3 have failed, which below 334 events is later than the threshold
  SLOBurnRateTicketFast (severity warning)
    above 0.3 % errors in 1d and 2h: burn rate 3, 10 % of the budget in 1d
    at 100 % errors: after 4.32 minutes, with 10 % of the budget gone
    at 10 % errors: after 43.2 minutes, with 10 % of the budget gone
    at 2 % errors: after 3.6 hours, with 10 % of the budget gone
    low traffic: below 334 events in 1d one failure is above the threshold;
      silent until 3 have failed, which below 667 events is later than the threshold
  SLOBurnRateTicketSlow (severity warning)
    above 0.1 % errors in 3d and 6h: burn rate 1, 10 % of the budget in 3d
    at 100 % errors: after 4.32 minutes, with 10 % of the budget gone
    at 10 % errors: after 43.2 minutes, with 10 % of the budget gone
    at 2 % errors: after 3.6 hours, with 10 % of the budget gone
    low traffic: below 1000 events in 3d one failure is above the threshold;
      silent until 3 have failed, which below 2000 events is later than the threshold
  SLITelemetryAbsent (severity warning)
    when others see traffic and this SLO sees none, for 10m

When the rules are new
  5m, 30m, 1h: at once, from what is stored of the raw series.
  2h, 6h: at once, of what was recorded since; all of it after 6h.
  1d, 3d, 30d and the budget: within 2.5 minutes, of what was recorded since; all of it after 30d.
  slo:period_coverage:ratio is the share of 30d that there are records of.

Samples read at each evaluation, once the windows are full
  fast group, every 30s: 2,656 of own records (88.5 a second)
    and 760 of each series of istio_requests_total in one selector
    and 380 of each series of istio_requests_total in each of 2 selectors
    and 40 of each series of istio_requests_total in one selector
  long group, every 2m: 73,454 of own records (612 a second)

Queries (records of 5m, in events a second; then the alerts)
"""
RULES = """
Rules: prometheus/rules/shop/cart.yaml
"""


@pytest.fixture
def explain(tmp_path, monkeypatch):
    """Run the command in a project with two services of one name."""
    (tmp_path / "sightline.yaml").write_text(PLATFORM, "utf-8")
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos" / "cart.yaml").write_text(SERVICES, "utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(cli, ["explain", *arguments], catch_exceptions=False)

    run.folder = tmp_path
    return run


def test_the_figures_of_three_nines_over_thirty_days(explain):
    said = explain("shop/cart/availability").stdout
    figures, queries = said[: len(AVAILABILITY)], said[len(AVAILABILITY) : -len(RULES)]
    assert figures == AVAILABILITY
    assert said.endswith(RULES)
    rules = _rules(explain.folder)
    named = dict(_indented(queries))
    assert named.keys() == {"total", "bad"} | {rule["alert"] for rule in rules if "alert" in rule}
    written = {rule.get("record", rule.get("alert")): rule["expr"] for rule in rules}
    for name, query in named.items():
        assert query == written[f"slo:events_{name}:rate5m" if name in {"total", "bad"} else name]


def _rules(folder) -> list[dict]:
    """The rules of shop/cart/availability, as `generate` writes them."""
    assert CliRunner().invoke(cli, ["generate"]).exit_code == 0
    text = (folder / "out" / "prometheus" / "rules" / "shop" / "cart.yaml").read_text("utf-8")
    groups = yaml.safe_load(text)["groups"]
    return [rule for group in groups if ".availability." in group["name"] for rule in group["rules"]]


def _indented(text):
    """Names, each with the indented lines below it."""
    for part in re.split(r"^  (?=\S)", text, flags=re.MULTILINE)[1:]:
        name, _, query = part.partition("\n")
        yield name, textwrap.dedent(query).strip()


def test_a_short_period_ends_at_a_burn_rate_of_one(explain):
    """1 % of 7 days: 100.8 minutes; 3.36 % of an hour: 2.016; a day at burn rate 1 is a seventh, 14.3 %."""
    text = explain("cart/latency").stdout
    assert "As time: 101 minutes of total outage" in text
    assert "above 3.36 % errors in 1h and 5m: burn rate 3.36, 2 % of the budget in 1h" in text
    assert "at 100 % errors: after 2.02 minutes, with 2 % of the budget gone" in text
    assert "at 2 % errors: never; other alerts see it" in text
    assert "above 1 % errors in 1d and 2h: burn rate 1, 14.3 % of the budget in 1d" in text
    assert "silent until 10 have failed, which below 268 events is later" in text  # 9 / 0.0336 = 267.9


BLIND = """
apiVersion: sightline/v1
kind: Service
metadata: {name: itself}
spec:
  telemetry: {profile: otel-http}
  slos:
    - {name: a, objective: 99, sli: {availability: {}}}
    - {name: b, objective: 99, sli: {threshold: {query: x, op: lt, value: 1, missing: bad}}}
---
apiVersion: sightline/v1
kind: Service
metadata: {name: present}
spec:
  telemetry: {profile: otel-http, presence: up == 1}
  slos:
    - {name: a, objective: 99, sli: {availability: {}}, alerting: {absent: {for: 1h}}}
"""


@pytest.mark.parametrize(
    ("slo", "said"),
    [
        ("itself/a", "Lost telemetry: no alert; nobody else sees the same events"),
        ("itself/b", "Lost telemetry: no alert; a minute without a value is bad, and burns the budget"),
        ("present/a", "when presence has a result and this SLO has no series, for 1h"),
    ],
)
def test_who_can_tell_of_lost_telemetry(tmp_path, monkeypatch, slo, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sightline.yaml").write_text(PLATFORM, "utf-8")
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos" / "a.yaml").write_text(BLIND, "utf-8")
    assert said in CliRunner().invoke(cli, ["explain", slo], catch_exceptions=False).stdout


def test_without_alerts_there_is_a_budget(explain):
    """40 % of 90 days are 36."""
    text = explain("shop/cart/quiet").stdout
    assert "As time: 36 days of total outage" in text
    assert "Alerts: none" in text


# 5 % of 30 days (43,200 minutes) are 2,160 minutes; 14.4 times 5 % of an hour are 43.2 minutes.
@pytest.mark.parametrize(
    "sli",
    [
        "{ratio: {bad: stale_ratio}}",
        "{threshold: {query: age_seconds, op: lt, value: 15m, missing: ignore}}",
    ],
)
def test_minutes_are_explained_as_minutes(explain, tmp_path, sli):
    (tmp_path / "slos" / "fresh.yaml").write_text(
        "apiVersion: sightline/v1\nkind: Service\nmetadata: {name: fresh}\nspec:\n  protocol: none\n"
        f"  slos:\n    - {{name: daily, objective: 95, sli: {sli}}}\n"
        f"    - {{name: strict, objective: 99.9, sli: {sli}}}\n",
        "utf-8",
    )
    text = explain("fresh/daily").stdout
    assert "fresh/daily: 95 % of minutes are good over 30d" in text
    assert "5 % of the period's minutes may be bad, time-weighted: a minute is an event." in text
    assert "Where each minute counts: 2160 of 43200, 36 hours." in text
    assert "at 100 % errors: after 43.2 minutes, with 2 % of the budget gone" in text
    assert "silent below 3 bad minutes in 1h" in text
    assert "events/s" not in text
    # 1.44 % of an hour are 0.864 minutes; three bad ones of a budget of 43.2 are 6.94 %.
    strict = explain("fresh/strict").stdout
    assert "at 100 % errors: after 3 minutes, with 6.94 % of the budget gone" in strict


def test_without_a_budget_there_is_a_ratio_to_compare(explain, tmp_path):
    (tmp_path / "slos" / "grouped.yaml").write_text(GROUPED, "utf-8")
    figures, _, queries = explain("reviews/b").stdout.partition("  total\n")
    assert figures == COMPARED
    assert queries.count("sum by (destination_canonical_revision)") == 3  # total, bad, and the fill
    assert queries.endswith("\n\nRules: prometheus/rules/default/reviews.yaml\n")


def test_groups_are_named(explain, tmp_path):
    (tmp_path / "slos" / "grouped.yaml").write_text(GROUPED, "utf-8")
    said = explain("reviews/a")
    shown = "revision (destination_canonical_revision) and source_cluster"
    each = f"  Each {shown} has a budget and alerts of its own; "
    assert said.output.splitlines()[2] == each + "with more than 7 groups the rules fail."


@pytest.mark.parametrize(
    ("subject", "titles"),
    [
        (
            "cart",
            ["shop/cart/availability", "shop/cart/latency", "shop/cart/quiet", "test/cart/availability"],
        ),
        ("shop/cart", ["shop/cart/availability", "shop/cart/latency", "shop/cart/quiet"]),
        ("cart/availability", ["shop/cart/availability", "test/cart/availability"]),
        ("test/cart/availability", ["test/cart/availability"]),
    ],
)
def test_a_name_may_leave_out_the_namespace(explain, subject, titles):
    lines = explain(subject).stdout.splitlines()
    assert [line.partition(":")[0] for line in lines if " of events are good over " in line] == titles


def test_every_code_can_be_explained(explain):
    for code, doc in code_tables().items():
        result = explain(code)
        assert result.exit_code == 0
        assert result.stdout.startswith(f"{code}: {doc.title}\n\n{doc.explanation}\n")
        assert doc.example.rstrip("\n").replace("\n", "\n    ") in result.stdout


@pytest.mark.parametrize(
    "subject", ["nobody", "shop", "cart/nothing", "spec/nothing", "", "shop/cart/availability/x"]
)
def test_what_is_not_there_is_said_to_be_so(explain, subject):
    result = explain(subject)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f'nothing is called "{subject}"' in result.stderr


def test_mistakes_come_before_explanations(explain, tmp_path):
    (tmp_path / "slos" / "more.yaml").write_text("kind: Servce\n", "utf-8")
    result = explain("cart")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "spec/unknown-kind" in result.stderr


def _json(explain, subject) -> dict:
    (slo,) = json.loads(explain(subject, "--format", "json").stdout)["slos"]
    return slo


def test_programs_get_the_same_figures(explain):
    """Shares and seconds as numbers, nothing rounded: 0.0144 x 3600 s / 0.02 = 2592 s."""
    slo = _json(explain, "shop/cart/availability")
    assert (slo["namespace"], slo["service"], slo["slo"]) == ("shop", "cart", "availability")
    assert slo["budget"] == {
        "share": 0.001,
        "period_seconds": 2592000,
        "outage_seconds": 2592,
        "first_value_within_seconds": 150,
        "complete_after_seconds": 2592000,
    }
    fast = slo["alerts"][0]
    assert (fast["name"], fast["severity"], fast["burn_rate"]) == ("SLOBurnRatePageFast", "page", 14.4)
    assert (fast["long_window_seconds"], fast["short_window_seconds"]) == (3600, 300)
    assert (fast["threshold"], fast["budget_spent"]) == (0.0144, 0.02)
    assert fast["detection"] == [
        {"errors": 1, "after_seconds": 51.84, "budget_spent": 0.02},
        {"errors": 0.1, "after_seconds": 518.4, "budget_spent": 0.02},
        {"errors": 0.02, "after_seconds": 2592, "budget_spent": 0.02},
    ]
    assert (fast["one_failure_below_events"], fast["guard_decides_below_events"]) == (70, 139)
    assert slo["queries"].keys() >= {"total", "bad", "SLOBurnRatePageFast", "SLITelemetryAbsent"}
    assert [group["own"] for group in slo["samples"]] == [2656, 73454]
    names = json.loads(explain("cart", "--format", "json").stdout)["slos"]
    assert [each["slo"] for each in names] == ["availability", "latency", "quiet", "availability"]


def test_every_kind_is_explained_in_both_forms(explain, tmp_path):
    """Groups, minutes, no budget, windows of the project's own, a wait, the first event, a guard of one."""
    (tmp_path / "sightline.yaml").write_text(
        PLATFORM
        + "  windows:\n    own: [{tier: page, speed: fast, budgetPercent: 10, long: 12h, short: 1h}]\n",
        "utf-8",
    )
    (tmp_path / "slos" / "all.yaml").write_text(EVERY_KIND, "utf-8")
    said = explain("all").stdout
    slos = json.loads(explain("all", "--format", "json").stdout)["slos"]
    assert [each["slo"] for each in slos] == [
        "births", "events", "latency", "minutes", "ratio", "shares", "waits",
    ]  # fmt: skip
    by_name = {each["slo"]: each for each in slos}
    assert by_name["shares"]["budget"] is None
    assert by_name["shares"]["alerts"] == []
    assert by_name["minutes"]["unit"] == "minutes"
    assert by_name["minutes"]["alerts"][0]["one_failure_below_events"] is None
    assert by_name["latency"]["groups"] == ["destination_canonical_revision"]
    assert "The first event of a new counter is counted." in said
    # 10 % of 30 days' budget in 12 h is a burn rate of 6: of 1 % that is 6 %. 2 % errors spend it unseen.
    waits = by_name["waits"]["alerts"]
    assert [(alert["name"], alert["threshold"]) for alert in waits] == [("SLOBurnRatePageFast", 0.06)]
    # 0.06 x 12 h = 43.2 minutes, and 10 that it waits; 53.2 minutes of a budget of 432 are 12.3 %.
    assert waits[0]["detection"][0] == {
        "errors": 1, "after_seconds": 3192, "budget_spent": pytest.approx(3192 / 25920),
    }  # fmt: skip
    page = said.partition("default/all/waits:")[2]
    assert "above 6 % errors in 12h and 1h: burn rate 6, 10 % of the budget in 12h; for 10m" in page
    assert "at 100 % errors: after 53.2 minutes, with 12.3 % of the budget gone" in page
    assert "at 2 % errors: never, and no other alert sees it" in page
    assert "below 17 events in 12h one failure is above the threshold; minFailures 1 lets it" in page
    assert "silent until" not in page.partition("When the rules")[0]
