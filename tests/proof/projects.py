"""A small project of one service, its suites, and rules with a defect."""

from __future__ import annotations

import dataclasses

from spec.projects import compile_files

from generator.proof.project import suites
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
  slos:
    - {name: good, objective: %s, period: %s, sli: {%s}}
"""
AVAILABILITY = "availability: {}"
LATENCY = "latency: {threshold: 250ms}"


def suite_of(
    sli: str = AVAILABILITY,
    objective: str = "99.9",
    period: str = "30d",
    protocol: str = "http",
    platform: str = "",
) -> Suite:
    """The suite of the one SLO of a project."""
    service = SERVICE % (protocol, objective, period, sli)
    compilation = compile_files({"sightline.yaml": PLATFORM % platform, "slos/cart.yaml": service})
    (suite,) = suites(compilation.project.platform, compilation.services)
    return suite


def with_defect(suite: Suite, rule: str, before: str, after: str) -> Suite:
    """The suite with a text replaced in one rule's expression, or in its labels and times."""
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
