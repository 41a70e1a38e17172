"""What `sightline explain` says of each kind of SLI, of journeys, and of what was renamed."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from generator.cli import cli

PLATFORM = """\
apiVersion: sightline/v1
kind: Platform
metadata: {name: demo}
spec: {project: demo}
"""
KINDS = """
apiVersion: sightline/v1
kind: Service
metadata: {name: shop, renamedFrom: [store, old/store]}
spec:
  slos:
    - {name: policy, objective: 99, sli: {availability: {errorPolicy: {httpCodes: [5xx, "429"]}}}}
    - {name: births, renamedFrom: [first], objective: 99, firstEvents: counted, sli: {availability: {}}}
    - {name: slow, objective: 99, sli: {latency: {threshold: 500ms, of: all}}}
    - {name: bad, objective: 99, sli: {events: {total: 'a_total{x="1"}', bad: b_total}}}
    - {name: good, objective: 99, sli: {events: {total: a_total, good: 'sum(rate(c_total[$window]))'}}}
    - {name: share, objective: 99, sli: {ratio: {good: fill_ratio}}}
    - name: lag
      objective: 99
      sli: {threshold: {query: 'max(lag_seconds)', op: lte, value: 90s, missing: ignore}}
    - {name: fresh, objective: 99, sli: {threshold: {query: free, op: gt, value: 0.2, missing: bad}}}
---
apiVersion: sightline/v1
kind: Service
metadata: {name: cart}
spec:
  protocol: [http, tcp]
  slos: [{name: slow, objective: 99, sli: {latency: {threshold: 500ms}}}]
---
apiVersion: sightline/v1
kind: SLO
metadata: {name: availability}
spec:
  journey: {name: checkout, measuredAt: shop, services: [cart]}
  objective: 99
  sli: {availability: {}}
"""
_BY_TIME = "Weighted by time: a minute is a minute, however much happened in it."
COUNTED = {
    "shop/policy": "requests; bad are those that fail by the error policy of the SLO, or that reach nobody.",
    "shop/births": "requests; bad are those that fail by the error policy of the telemetry profile, or that "
    "reach nobody.",
    "shop/slow": "all requests; bad are those that take longer than 500ms.",
    "cart/slow": "successful requests, without those of tcp, which has no latency; bad are those that take "
    "longer than 500ms.",
    "shop/bad": 'a_total{x="1"}; bad is b_total.',
    "shop/good": "a_total; bad is what is not sum(rate(c_total[$window])).",
    "shop/share": f"minutes, each by the share of it that is good: fill_ratio. {_BY_TIME}",
    "shop/lag": "minutes; good are those in which max(lag_seconds) <= 90s. One without a value does not "
    f"count. {_BY_TIME}",
    "shop/fresh": "minutes; good are those in which free > 0.2. One without a value is bad. " + _BY_TIME,
    "checkout/availability": "requests; bad are those that fail by the error policy of the telemetry "
    "profile, or that reach nobody.",
}


@pytest.mark.parametrize("slo", COUNTED)
def test_it_says_what_each_kind_counts(tmp_path, monkeypatch, slo):
    (tmp_path / "sightline.yaml").write_text(PLATFORM, "utf-8")
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos" / "all.yaml").write_text(KINDS, "utf-8")
    monkeypatch.chdir(tmp_path)
    lines = CliRunner().invoke(cli, ["explain", slo], catch_exceptions=False).stdout.splitlines()
    assert [line for line in lines if line.startswith("  Counted")] == [f"  Counted are {COUNTED[slo]}"]
    first = "  The first event of a new counter is counted."
    assert (first in lines) is (slo == "shop/births")
    former = " and ".join((["first"] if slo == "shop/births" else []) + ["default/store", "old/store"])
    renamed = f"  Called {former} before; its history began anew with the new name."
    assert (renamed in lines) is slo.startswith("shop/")
    journey = "  A journey through cart, counted at default/shop."
    assert (journey in lines) is slo.startswith("checkout/")
