"""A join in which several series of both sides match."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, metrics
from generator.promql.flow.matching import repeated
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import SETS, Binary
from generator.promql.known import Known

ID = "promql/many-to-many"
SEVERITY = Severity.ERROR
TITLE = "A join of many with many"
DOC = (
    "An arithmetic operation or a comparison of two vectors needs one series at least on one side for each "
    "combination of the labels that are compared, and without `group_left` or `group_right` on both. Where "
    "a side has a label with several values that is not compared, such as a code, Prometheus fails the "
    "whole query with `many-to-many matching not allowed` or `multiple matches for labels`. Aggregate that "
    "side first, or compare the label too. Only kinds that fixtures list as closed or after an event are "
    "taken to vary, and the buckets of histograms."
)
NODES = (Binary,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for a side that has several series where one is needed."""
    del known
    node = flow.node
    assert isinstance(node, Binary)  # noqa: S101  # as NODES says
    left, right = flow.of
    if node.operator in SETS or not (left.is_vector and right.is_vector):
        return
    sides = {"": ((left, "left"), (right, "right")), "left": ((right, "right"),), "right": ((left, "left"),)}
    for side, where in sides[node.group]:
        label = repeated(node, side)
        if label is None:
            continue
        yield Finding(
            code=ID,
            message=f"the {where} side of {node.operator} has one series for each {label}, not compared",
            at=node.at,
            cause=f"several series of {metrics(side.sources)} match one of the other side: the query fails",
            fix=f"aggregate the {where} side by the labels that are compared, or compare {label} too",
            severity=SEVERITY,
        )
        return
