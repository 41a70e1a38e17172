"""A release in progress, or an A/B test: revisions of a service side by side, and whether to go on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.grafana.dashboards import charts, marks, scales
from generator.grafana.dashboards.context import CARRY, Context
from generator.grafana.model import Dashboard, DashboardLink, Field, Mapping, Query, Threshold
from generator.grafana.panels import BarGauge, Panel, SeriesColour, Stat, StateTimeline
from generator.grafana.queries import constant, quantile_of, share, text
from generator.promql.build import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Matcher,
    Number,
    either,
    equal,
    regex_literal,
    total,
)
from generator.promql.duration import Duration
from generator.spec.aspects.rollout import DIMENSION, Rollout
from generator.spec.model import SLO, Service
from generator.telemetry import Subject, durations

KIND = "release"
_FINE, _WATCH, _STOP = 0, 1, 2
_VERDICTS = (
    Mapping(f"^{_FINE}$", "no worse", scales.GREEN),
    Mapping(f"^{_WATCH}$", "watch", scales.ORANGE),
    Mapping(f"^{_STOP}$", "stop", scales.RED),
)
_QUANTILES = (("p50", Decimal("0.5")), ("p95", Decimal("0.95")))


def build(context: Context, service: Service) -> Iterator[Dashboard]:
    """Yield the dashboard of a service with a rollout."""
    if service.rollout and service.subject:
        yield _dashboard(context, service, service.rollout, service.subject)


def _dashboard(context: Context, service: Service, rollout: Rollout, subject: Subject) -> Dashboard:
    label = subject.dimensions[DIMENSION]
    named = "|".join(map(regex_literal, rollout.revisions))
    revisions = subject.grouped_by((label,)).with_matchers(
        (Matcher(label, "=~", named), *context.identity_matchers)
    )
    links = context.links_of(service)
    back = DashboardLink(title="Service", url=f"/d/{context.service_uid(service)}?{CARRY}")
    parts = (
        ("verdict", "", _verdicts(service, rollout, revisions, label)),
        ("traffic", "Traffic", _traffic(rollout, revisions, label)),
        ("quality", "Errors and latency", _quality(service, rollout, revisions, label, links.slow)),
    )
    return Dashboard(
        uid=context.uid(KIND, service.namespace, service.name),
        kind=KIND,
        title=f"Release / {context.title(service).removeprefix('Service / ')}",
        description=f"{rollout.baseline} against {', '.join(rollout.candidates)}.",
        start="now-6h",
        variables=context.variables,
        annotations=(marks.of_service(service), *marks.rollouts_of(context, service)),
        links=(back, *links.dashboard),
        rows=charts.rows(parts),
        source=service.source,
    )


def strictest(service: Service) -> SLO | None:
    """The objective that errors are judged by: the one with the smallest budget."""
    with_budget = (slo for slo in service.slos if slo.has_budget)
    return min(with_budget, key=lambda slo: (slo.budget, slo.name), default=None)


def _failed(revisions: Subject, label: str) -> Expr | None:
    failures = revisions.failed_requests()
    return share(failures, revisions.all_requests(), (label,)) if failures else None


def _verdicts(service: Service, rollout: Rollout, revisions: Subject, label: str) -> Iterator[Panel]:
    failures, slo = revisions.failed_requests(), strictest(service)
    if failures is not None and slo is not None:
        paging = [alert.threshold for alert in slo.burn_alerts if alert.window.tier == "page"]
        for candidate in rollout.candidates:
            yield _verdict(candidate, rollout, revisions, label, slo, min(paging, default=slo.budget))
    if rollout.weights:
        yield BarGauge(
            key="off",
            title="Share of traffic against the plan",
            description="Real share less declared share, in points. A revision that gets much less than "
            "planned may have no healthy pods; one that gets more may be reached past the route.",
            width=8,
            height=6,
            queries=(
                Query(
                    expr=text(Binary(_shares(revisions, label), "-", _planned(rollout, label), (label,))),
                    legend=f"{{{{{label}}}}}",
                    instant=True,
                ),
            ),
            field=Field(unit="percentunit", decimals=1, minimum=Decimal(-1), maximum=Decimal(1)),
        )


def _verdict(
    candidate: str, rollout: Rollout, revisions: Subject, label: str, slo: SLO, stop: Decimal
) -> Stat:
    """0, 1 or 2: more errors than the baseline and than the budget allows, or than what pages."""
    mine = _failed(revisions.with_matchers((equal(label, candidate),)), label)
    base = _failed(revisions.with_matchers((equal(label, rollout.baseline),)), label)
    failures = revisions.with_matchers((equal(label, candidate),)).failed_requests()
    assert mine is not None and base is not None and failures is not None  # noqa: S101, PT018  # asked before
    mine, base = (Aggregate("max", each) for each in (mine, base))
    enough = Binary(
        Binary(total(failures), "*", Number(3600)), ">=", Number(slo.alerting.min_failures), bool_=True
    )
    known = either(enough, Binary(Number(0), "*", mine))
    worse = Binary(mine, ">", base, bool_=True)
    steps = [Binary(mine, ">", Number(limit), bool_=True) for limit in (slo.budget, stop)]
    return Stat(
        key=f"verdict.{candidate}",
        title=f"{candidate} against {rollout.baseline}",
        description=f"“watch”: {candidate} fails more often than {rollout.baseline} and more often than "
        f"the objective {slo.name} allows; “stop”: as often as what pages. At a rate below "
        f"{slo.alerting.min_failures} failures an hour nothing is said against it. No value without "
        "requests to both.",
        width=8,
        height=6,
        queries=(
            Query(
                expr=text(Binary(Binary(worse, "*", known), "*", Binary(steps[0], "+", steps[1]))),
                instant=True,
            ),
        ),
        field=Field(
            unit="none",
            decimals=0,
            mappings=_VERDICTS,
            thresholds=(
                Threshold(None, scales.GREEN),
                Threshold(Decimal(_WATCH), scales.ORANGE),
                Threshold(Decimal(_STOP), scales.RED),
            ),
        ),
        colour="background",
    )


def _shares(revisions: Subject, label: str) -> Expr:
    """The share of the requests that each revision gets, of those that are compared."""
    requests = revisions.all_requests()
    every = Binary(total(requests), ">", Number(0))
    return Binary(total(requests, (label,)), "/", every, on=(), group_left=())


def _planned(rollout: Rollout, label: str) -> Expr:
    planned = [
        constant(Call("vector", (Number(Decimal(rollout.weights.get(revision, 0)) / 100),)), label, revision)
        for revision in rollout.revisions
    ]
    return either(*planned)


def _traffic(rollout: Rollout, revisions: Subject, label: str) -> Iterator[Panel]:
    legend = f"{{{{{label}}}}}"
    queries = {legend: _shares(revisions, label)}
    if rollout.weights:
        queries[f"{legend} planned"] = _planned(rollout, label)
    yield charts.graph(
        "share",
        "Share of traffic",
        "Who gets which share of the requests. Dashed: what was planned. With few requests shares jump.",
        queries,
        Field(unit="percentunit", decimals=1, minimum=Decimal(0), maximum=Decimal(1)),
        colours=(SeriesColour(" planned$", "text", dashed=True),),
    )
    yield charts.graph(
        "requests",
        "Requests by revision",
        "Requests per second. Whether a comparison means anything depends on these.",
        {legend: total(revisions.all_requests(), (label,))},
        charts.PER_SECOND,
        stacked=True,
    )


def _quality(
    service: Service, rollout: Rollout, revisions: Subject, label: str, slow: tuple[Duration, ...]
) -> Iterator[Panel]:
    legend = f"{{{{{label}}}}}"
    failed = _failed(revisions, label)
    slo = strictest(service)
    if failed is not None:
        limits = scales.failing(slo) if slo else charts.SHARE
        yield charts.graph(
            "failed",
            "Share of failed requests",
            f"Compare with {rollout.baseline}: what fails everywhere is not the release."
            + (" Orange line: what the objective allows." if slo else ""),
            {legend: failed},
            limits,
            lines="dashed" if slo else "off",
        )
        yield StateTimeline(
            key="limits",
            title="Revisions over their limits",
            description="Green: within what the objective allows. Orange: above. Red: as many errors as "
            "what pages.",
            width=12,
            height=8,
            queries=(Query(expr=text(failed), legend=legend),),
            field=_states(limits),
        )
    if revisions.histograms:
        timed = durations.distribution(revisions.timed(), (label,))
        yield charts.graph(
            "durations",
            "Durations",
            "Half of the requests are faster than p50, one in twenty is slower than p95. A new pod is "
            "slow at first." + (" Dashed: from there on an SLO counts a request as slow." if slow else ""),
            {f"{legend} {name}": quantile_of(value, timed) for name, value in _QUANTILES},
            scales.duration(revisions.histograms[0], slow),
            lines="dashed" if slow else "off",
        )
        yield charts.graph(
            "slower",
            f"p95 against {rollout.baseline}",
            "How many times as long. 1 is as quick as the baseline, 2 twice as slow.",
            {legend: _against(rollout, timed, label)},
            Field(unit="suffix:×", decimals=2, minimum=Decimal(0)),
        )


def _against(rollout: Rollout, timed: Expr, label: str) -> Expr:
    p95 = quantile_of(Decimal("0.95"), timed)
    base = Binary(
        Aggregate("max", Binary(p95, "and", _only(rollout.baseline, label), (label,))), ">", Number(0)
    )
    return Binary(p95, "/", base, on=(), group_left=())


def _only(revision: str, label: str) -> Expr:
    return constant(Call("vector", (Number(1),)), label, revision)


def _states(limits: Field) -> Field:
    """The same limits as states: green below the first."""
    steps = tuple(
        Threshold(step.value, scales.GREEN if step.value is None else step.colour)
        for step in limits.thresholds
    )
    return Field(unit="percentunit", decimals=limits.decimals, thresholds=steps)
