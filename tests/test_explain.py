"""`sightline explain`: figures worked out by hand, and what can be asked for."""

import pytest
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
  Each revision (destination_canonical_revision) has an error ratio of its own; \
with more than 50 groups the rules fail.

No error budget (budget: false), and so no period and no alerts.
  Events and error ratios up to 6h are recorded, for panels.
  These compare them with 1 %, which the objective would allow.

Rules: prometheus/rules/default/reviews.yaml
"""

# 0.1 % of 30 days (43,200 minutes) is 43.2 minutes, of 2,592,000 seconds' events 2,592. The thresholds are
# 14.4, 6, 3 and 1 times 0.1 %. In an outage an hour holds 1.44 % failures after 0.0144 x 60 min = 51.84 s,
# six hours hold 0.6 % after 0.006 x 6 h = 129.6 s, a day 0.3 % and three days 0.1 % after 259.2 s; a tenth of
# it takes ten times as long. One failure of 69.4 events is 1.44 %, and so are three of 208.3.
AVAILABILITY = """\
shop/cart/availability: 99.9 % of events are good over 30d
  Carts must not be lost.

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
  SLOBurnRatePageSlow (severity page)
    above 0.6 % errors in 6h and 30m: burn rate 6, 5 % of the budget in 6h
    at 100 % errors: after 2.16 minutes, with 5 % of the budget gone
    at 10 % errors: after 21.6 minutes, with 5 % of the budget gone
    at 2 % errors: after 108 minutes, with 5 % of the budget gone
  SLOBurnRateTicketFast (severity warning)
    above 0.3 % errors in 1d and 2h: burn rate 3, 10 % of the budget in 1d
    at 100 % errors: after 4.32 minutes, with 10 % of the budget gone
    at 10 % errors: after 43.2 minutes, with 10 % of the budget gone
    at 2 % errors: after 3.6 hours, with 10 % of the budget gone
  SLOBurnRateTicketSlow (severity warning)
    above 0.1 % errors in 3d and 6h: burn rate 1, 10 % of the budget in 3d
    at 100 % errors: after 4.32 minutes, with 10 % of the budget gone
    at 10 % errors: after 43.2 minutes, with 10 % of the budget gone
    at 2 % errors: after 3.6 hours, with 10 % of the budget gone
Low traffic: an alert stays silent below 3 failures in its long window.
  Without that, fewer than 70 events per 1h would let a single failure raise SLOBurnRatePageFast;
  it decides below 209 events per 1h (rule: more than 2.5 counted failures).

Rules: prometheus/rules/shop/cart.yaml
"""


@pytest.fixture
def explain(tmp_path, monkeypatch):
    """Run the command in a project with two services of one name."""
    (tmp_path / "sightline.yaml").write_text(PLATFORM, "utf-8")
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos" / "cart.yaml").write_text(SERVICES, "utf-8")
    monkeypatch.chdir(tmp_path)
    return lambda subject: CliRunner().invoke(cli, ["explain", subject], catch_exceptions=False)


def test_the_figures_of_three_nines_over_thirty_days(explain):
    assert explain("shop/cart/availability").stdout == AVAILABILITY


def test_a_short_period_ends_at_a_burn_rate_of_one(explain):
    """1 % of 7 days: 100.8 minutes; 3.36 % of an hour: 2.016; a day at burn rate 1 is a seventh, 14.3 %."""
    text = explain("cart/latency").stdout
    assert "As time: 101 minutes of total outage" in text
    assert "above 3.36 % errors in 1h and 5m: burn rate 3.36, 2 % of the budget in 1h" in text
    assert "at 100 % errors: after 2.02 minutes, with 2 % of the budget gone" in text
    assert "at 2 % errors: never; other tiers see it" in text
    assert "above 1 % errors in 1d and 2h: burn rate 1, 14.3 % of the budget in 1d" in text
    assert "it decides below 298 events per 1h (rule: more than 9.5 counted failures)" in text  # 10 / 0.0336


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
    assert "stays silent below 3 bad minutes in its long window (rule: more than 2.5 counted)" in text
    assert "events/s" not in text
    # 1.44 % of an hour are 0.864 minutes; three bad ones of a budget of 43.2 are 6.94 %.
    strict = explain("fresh/strict").stdout
    assert "at 100 % errors: after 3 minutes, with 6.94 % of the budget gone" in strict


def test_without_a_budget_there_is_a_ratio_to_compare(explain, tmp_path):
    (tmp_path / "slos" / "grouped.yaml").write_text(GROUPED, "utf-8")
    assert explain("reviews/b").stdout == COMPARED


def test_groups_are_named(explain, tmp_path):
    (tmp_path / "slos" / "grouped.yaml").write_text(GROUPED, "utf-8")
    said = explain("reviews/a")
    shown = "revision (destination_canonical_revision) and source_cluster"
    each = f"  Each {shown} has a budget and alerts of its own; "
    assert said.output.splitlines()[1] == each + "with more than 7 groups the rules fail."


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
