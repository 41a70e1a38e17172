"""A window with too few scrapes in it."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding
from generator.promql.duration import Duration
from generator.promql.flow.functions import RATES, SLOPES
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Call, Selector, Subquery
from generator.promql.known import Known

ID = "promql/short-window"
SEVERITY = Severity.ERROR
TITLE = "A window under two scrapes"
DOC = (
    "A rate, an increase or a slope needs two samples. A window shorter than two scrape intervals often "
    "holds one alone, and then there is no result: the graph has gaps, the alert resets. Four intervals "
    "leave room for a scrape that fails. The interval is the one of the fixture's `server`, else the "
    "platform's; for a subquery it is its step. Recorded series have intervals of their own and are not "
    "judged."
)
NODES = (Call,)


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """A finding for a window that may hold fewer than two samples."""
    node = flow.node
    assert isinstance(node, Call)  # noqa: S101  # as NODES says
    if node.name not in RATES | SLOPES or not node.arguments:
        return
    read = node.arguments[0]
    if isinstance(read, Selector):
        facts = known.facts(read.metric)
        interval = known.scrape_interval
        window = read.window
        if interval is None or (facts is not None and facts.recorded):
            return
        every, what = interval.milliseconds, f"one scrape each {interval}"
    elif isinstance(read, Subquery) and read.step.milliseconds:
        window, every = read.window, read.step.milliseconds
        what = f"one step each {Duration(every)}"
    else:
        return
    if window is None or window.milliseconds is None or window.milliseconds >= 2 * every:
        return
    yield Finding(
        code=ID,
        message=f"{node.name} over {Duration(window.milliseconds)} needs two samples, and there is {what}",
        at=window.at,
        cause="most of the time the window holds one sample, and there is no result",
        fix=f"use at least {Duration(4 * every)}, four times as long as the interval",
        severity=SEVERITY,
    )
