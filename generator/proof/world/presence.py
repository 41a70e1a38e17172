"""Series by which an author's query says that a service should have telemetry, and that it need not."""

from __future__ import annotations

from dataclasses import dataclass

from generator.promql.build import Selector
from generator.promql.duration import Duration
from generator.promql.parse import parse
from generator.promql.tree import Expr, children, selectors
from generator.proof.world.arithmetic import Steady, Unknown, estimates
from generator.proof.world.labels import fitting, selector
from generator.sli import KINDS
from generator.spec.model import SLO, Service

_NOW = 86_400.0
_OTHER = "another"


@dataclass(frozen=True, slots=True)
class Presence:
    """Series with which a query has a result: gauges at 1, or counters that rise (`counts`).

    `strangers` are like them but for one label that the query asks for. `still` says that the query has no
    result where they are there at 0. It has one for `lingers` after they have gone.
    """

    series: tuple[Selector, ...]
    strangers: tuple[Selector, ...]
    counts: bool
    still: bool
    lingers: Duration


def presence(service: Service, slo: SLO, *, seen_aside: bool) -> Presence | None:
    """What the query about an SLO's telemetry reads; None where there is none, or nobody can say.

    The service's own query comes first. A profile's tells of the profile's series alone, and is not asked
    where another reporter sees the requests (`seen_aside`).
    """
    if getattr(slo.sli, "missing", "") == "bad":
        return None
    text = service.presence.text if service.presence else ""
    reads = any(kind.READS_PROFILE for kind in KINDS.values() if isinstance(slo.sli, kind.Record))
    if not text and reads and not seen_aside and service.subject:
        text = service.subject.presence
    return _read(parse(text)) if text else None


def _read(query: Expr) -> Presence | None:
    uses = [(use.metric, fitting(use.matchers)) for use in selectors(query) if use.metric]
    series = dict.fromkeys(selector(metric, labels) for metric, labels in uses)
    strangers = dict.fromkeys(
        selector(metric, {**labels, label: _OTHER}) for metric, labels in uses for label in labels
    )
    for counts in (False, True):
        try:
            full = estimates(query, [_steady(one, counts, 1.0) for one in series], _NOW)
            still = estimates(query, [_steady(one, counts, 0.0) for one in series], _NOW)
            alien = estimates(query, [_steady(one, counts, 1.0) for one in strangers], _NOW)
        except Unknown:
            return None
        if full and not alien:
            return Presence(tuple(series), tuple(strangers), counts, not still, _lingers(query))
    return None


def _steady(series: Selector, counts: bool, value: float) -> Steady:  # noqa: FBT001  # private
    return Steady(series, 0.0, value) if counts else Steady(series, value)


def _lingers(query: Expr) -> Duration:
    """The longest window of the query."""
    own = [query.range] if type(query).__name__ == "MatrixSelector" else []
    inner = [_lingers(child).milliseconds for child in children(query)]
    return Duration(max([*(round(span.total_seconds() * 1000) for span in own), *inner], default=0))


__all__ = ["Presence", "presence"]
