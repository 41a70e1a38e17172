"""Mutants that mean the same as the sound rule, each kind with the reason."""

from __future__ import annotations

import re
from typing import NamedTuple

from proof.mutants import Mutant

_IDENTITY = r"(namespace|service|slo)"
_MINUTES = r"(threshold|freshness|ratio|instances|clusters)"


class Equivalent(NamedTuple):
    """Mutants by operator, rule, change and shape (regular expressions but for the first), and why."""

    operator: str
    rule: str
    change: str
    why: str
    shapes: str = ".*"


EQUIVALENT = (
    Equivalent(
        "matcher",
        r"slo:sli_error:ratio_rate.*",
        rf"^slo:events_\w+:\w+: {_IDENTITY}=.* dropped",
        "a quotient has the series that both of its sides have, and the other side still selects",
    ),
    Equivalent(
        "matcher",
        r"SLOBurnRate.*",
        rf"^slo:\S+: {_IDENTITY}=.* dropped",
        "`and` keeps what all three operands have, and the other two still select",
    ),
    Equivalent(
        "aggregation",
        r"slo:events_bad:.*",
        r" beside 0 \*$",
        "zero times anything is zero",
    ),
    Equivalent(
        "aggregation",
        r"SLITelemetryAbsent",
        r"^(sum -> (max|avg)|rate -> increase) of ",
        "of rates that are not negative, one is positive if their sum is",
    ),
    Equivalent(
        "range",
        r"slo:events_bad:.*",
        r"(0:05:00 -> 0:10:00|0:30:00 -> 1:00:00|1:00:00 -> 2:00:00) beside 0 \*$",
        "zero times anything is zero, and what is in a window is in one that is twice as long",
    ),
    Equivalent(
        "aggregation",
        r"SLITelemetryAbsent",
        r"^max -> min of ",
        "a presence is asked whether it has a result, and not for its value",
    ),
    Equivalent(
        "matcher",
        r"SLITelemetryAbsent",
        r' reporter="\w+" dropped$',
        "its own word is evidence for five minutes longer than it is traffic, and the alert waits for ten",
    ),
    Equivalent(
        "rule label",
        r"(slo:sli_error:.*|slo:events_.*_sum\d.*|slo:.*(burn_rate|remaining|coverage):ratio|SLOBurnRate.*)",
        rf"^{_IDENTITY} dropped$",
        "the expression's own result has the label, with the same value",
    ),
    Equivalent(
        "label",
        r"slo:period_coverage:ratio",
        rf"without {_IDENTITY}$",
        "the rule's labels put it back",
    ),
    Equivalent(
        "operator",
        r"SLOBurnRate.*",
        r"^> -> >= [\d.]+\.5$",
        "a count of failures is never a half",
    ),
    Equivalent(
        "literal",
        r"slo:period_coverage:ratio",
        r"^1 -> 2$",
        "promtool reads 10,000 samples in a query, a full month has more: shown at seven days",
        r"(?!grpc$).*",
    ),
    Equivalent(
        "aggregation",
        r"slo:events_total:rate.*",
        r"^(count_over_time -> sum_over_time|group -> sum|max -> min) of ",
        "what is counted are samples, whatever they hold: those of group() hold 1",
        _MINUTES,
    ),
    Equivalent(
        "literal",
        r"slo:events_total:rate.*",
        r"^1 -> 2$",
        "what is counted are samples, whatever they hold",
        "freshness",
    ),
    Equivalent(
        "aggregation",
        r"slo:events_bad:rate.*",
        r"^avg -> sum of ",
        "the author's query has one result, and the mean of one is it; shown where there are several",
        "(threshold|freshness|clusters)",
    ),
    Equivalent(
        "operator",
        r"slo:events_bad:rate.*",
        r"^<= -> < Inf$",
        "an infinite time is bad as one that is compared, and bad as one that is missing",
        "freshness",
    ),
    Equivalent(
        "aggregation",
        r"slo:events_\w+:rate.*",
        r"^sum -> (max|avg) of sum\(",
        "the author's query has one result, and the sum of one is it",
        "(events|good-events)",
    ),
)


def reason(mutant: Mutant, shape: str) -> str:
    """Why a mutant of a shape's rules is equivalent; empty if nobody says so."""
    for each in EQUIVALENT:
        if (
            each.operator == mutant.operator
            and re.fullmatch(each.rule, mutant.rule)
            and re.search(each.change, mutant.change)
            and re.fullmatch(each.shapes, shape)
        ):
            return each.why
    return ""
