"""A small project of one service, its suites, and rules with a defect."""

from __future__ import annotations

import dataclasses
from functools import cache

from spec.projects import compile_files

from generator.proof.project import Plan, plan
from generator.proof.suite import Suite

PLATFORM = """
apiVersion: sightline/v1
kind: Platform
metadata: {name: demo}
spec: {project: demo%s}
"""
SERVICE = """
apiVersion: sightline/v1
kind: Service
metadata: {name: cart, namespace: shop, labels: {team: shop}}
spec:
  protocol: %s
%s  slos:
    - {name: good, objective: %s, period: %s, sli: {%s}%s}
"""
AVAILABILITY = "availability: {}"
LATENCY = "latency: {threshold: 250ms}"
EVENTS = "events: {total: orders_total, bad: 'orders_total{result=\"failed\"}'}"
PAIR = "events: {total: mails_total, bad: mails_failed_total}"
GOOD_EVENTS = (
    "events: {total: 'sum(rate(refunds_total[$window]))', "
    "good: 'sum(rate(refunds_total{result=\"paid\"}[$window]))'}"
)
THRESHOLD = "threshold: {query: 'max(queue_length)', op: lt, value: 100, missing: ignore}"
FRESHNESS = "threshold: {query: 'time() - max(imported_timestamp_seconds)', op: lt, value: 15m, missing: bad}"
RATIO = "ratio: {good: 'cache_hit_ratio'}"
INSTANCES = "threshold: {query: queue_length, op: lte, value: 100, missing: ignore}"
PRESENT = "  telemetry: {profile: otel-http, presence: 'up{job=$service, namespace=$namespace} == 1'}\n"
BACKLOG = "threshold: {query: 'max by (cluster) (backlog)', op: lt, value: 100, missing: ignore}"
SHAPES: dict[str, dict[str, str]] = {
    "http": {},
    "latency": {"sli": LATENCY, "objective": "99"},
    "grpc": {"protocol": "grpc", "period": "7d"},
    "tcp": {"protocol": "tcp", "period": "28d"},
    "groups": {"more": ", groupBy: [revision]"},
    "waypoint": {"telemetry": "  telemetry: {dataplane: ambient, waypoint: shop}\n", "period": "90d"},
    "gateway": {"telemetry": "  telemetry: {dataplane: gateway}\n"},
    "events": {"sli": EVENTS, "protocol": "none"},
    "pair": {"sli": PAIR, "protocol": "none"},
    "good-events": {"sli": GOOD_EVENTS, "protocol": "none"},
    "threshold": {"sli": THRESHOLD, "protocol": "none", "objective": "99"},
    "freshness": {"sli": FRESHNESS, "protocol": "none", "objective": "99"},
    "instances": {"sli": INSTANCES, "protocol": "none", "objective": "99"},
    "ratio": {"sli": RATIO, "protocol": "none", "objective": "99"},
    "presence": {"telemetry": PRESENT, "sli": LATENCY, "objective": "99"},
    "clusters": {
        "platform": ", identityLabels: [cluster]",
        "telemetry": "  telemetry: {presence: 'max by (cluster) (up{job=$service}) > 0'}\n",
        "sli": BACKLOG,
        "protocol": "none",
        "objective": "99",
    },
    "windows": {
        "platform": ", windows: {own: ["
        "{tier: page, speed: fast, budgetPercent: 5, long: 2h, short: 10m}, "
        "{tier: ticket, speed: slow, budgetPercent: 20, long: 2d, short: 4h}]}",
        "more": ", alerting: {windows: own, minFailures: 1, page: {for: 3m}}",
    },
}


def plan_of(files: dict[str, str]) -> Plan:
    """What is to be proven of a project."""
    compilation = compile_files(files)
    return plan(compilation.project.platform, compilation.services, compilation.packs)


@cache
def suite_of(
    sli: str = AVAILABILITY,
    objective: str = "99.9",
    period: str = "30d",
    protocol: str = "http",
    platform: str = "",
    telemetry: str = "",
    more: str = "",
) -> Suite:
    """The suite of the one SLO of a project."""
    service = SERVICE % (protocol, telemetry, objective, period, sli, more)
    (suite,) = plan_of({"sightline.yaml": PLATFORM % platform, "slos/cart.yaml": service}).suites
    return suite


def with_defect(suite: Suite, rule: str, before: str, after: str) -> Suite:
    """The suite with a text replaced in one rule's expression."""
    changed = 0
    groups = []
    for group in suite.groups:
        rules = []
        for each in group.rules:
            hit = rule in {each.record, each.alert} and before in each.expr
            changed += hit
            expr = each.expr.replace(before, after) if hit else each.expr
            rules.append(dataclasses.replace(each, expr=expr))
        groups.append(dataclasses.replace(group, rules=tuple(rules)))
    assert changed == 1
    return dataclasses.replace(suite, groups=tuple(groups))
