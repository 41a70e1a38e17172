"""What its telemetry tells of a service's requests, read through its subject: rate, errors, latency."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.grafana.dashboards import charts, scales
from generator.grafana.dashboards.context import Links
from generator.grafana.model import DataLink, Field, Query
from generator.grafana.panels import Heatmap, Panel, SeriesColour, TimeSeries
from generator.grafana.queries import Text, quantile_of, ranked, share, text
from generator.promql.build import Call, Expr, total
from generator.telemetry import Subject, durations

_QUANTILES = (("p50", Decimal("0.5")), ("p95", Decimal("0.95")), ("p99", Decimal("0.99")))
_CLASS = "class"
_COLOURS = (
    SeriesColour("^1xx", "purple"),
    SeriesColour("^2xx", "green"),
    SeriesColour("^3xx", "blue"),
    SeriesColour("^4xx", "yellow"),
    SeriesColour("^5xx", "red"),
    SeriesColour("^no answer", "orange"),
)
_RANKED = 10
_WHY_FLAGGED = {
    "requests": "Why requests failed, in Envoy's words. “-” is the service's own answer; UH no healthy pod, "
    "UF no connection, UO circuit breaker open, NR no route, UT timeout, URX retries used up.",
    "connections": "Why connections failed, in the words of Envoy (UF no connection, UH no healthy pod, UO "
    "circuit breaker open) or of ztunnel (CONNECT no connection, TLS_FAILURE and IDENTITY_ERROR "
    "certificates, DENY and NETWORK_POLICY refused by a policy).",
}


def traffic(subject: Subject, links: tuple[DataLink, ...]) -> Iterator[Panel]:
    """Yield requests by how they ended, share of failures, failures by response flag."""
    requests, failures = subject.all_requests(), subject.failed_requests()
    codes, outcomes = subject.code_labels, subject.outcomes
    if "httpCodes" in codes:
        by_class = total(_by_class(requests, codes["httpCodes"]), (_CLASS,))
        yield charts.graph(
            "requests",
            "Requests by response",
            "Requests per second by class of code. A drop to nothing is an outage before this service or "
            "lost telemetry; “no answer” are callers that went away.",
            {f"{{{{{_CLASS}}}}}": by_class},
            charts.PER_SECOND,
            width=8,
            stacked=True,
            colours=_COLOURS,
        )
    elif codes:
        yield charts.graph(
            "requests",
            "Requests by result",
            "Requests per second by how they ended. A drop to nothing is an outage before this service "
            "or lost telemetry.",
            {_legend(outcomes): total(requests, outcomes)},
            charts.PER_SECOND,
            width=8,
            stacked=True,
        )
    else:
        yield charts.graph(
            "connections",
            "New connections by response flag",
            "Connections opened per second. “-” are those that were made; any other flag is Envoy's or "
            "ztunnel's word for why one was not.",
            {_legend(outcomes): total(requests, outcomes)},
            charts.CONNECTIONS_PER_SECOND,
            width=8,
            stacked=True,
        )
    if failures is not None:
        yield from _failures(subject, requests, failures, links)


def _failures(
    subject: Subject, requests: Expr, failures: Expr, links: tuple[DataLink, ...]
) -> Iterator[Panel]:
    """Yield the share of what failed, and why; what has no codes is connections."""
    outcomes = subject.outcomes
    what = "requests" if subject.code_labels else "connections"
    yield charts.graph(
        "errors",
        f"Share of failed {what}",
        f"Failed {what} over all {what}, as the telemetry profile counts them; an SLO of this service "
        f"may count otherwise. No value while there are no {what}.",
        {"failed": share(failures, requests)},
        Field(unit="percentunit", minimum=Decimal(0), links=links),
        width=8,
        colours=(SeriesColour("^failed", "red"),),
    )
    flagged = bool(subject.flags_label)
    yield charts.graph(
        "flags" if flagged else "results",
        f"Failures by {'response flag' if flagged else 'result'}: the {_RANKED} highest",
        _WHY_FLAGGED[what] if flagged else f"Why {what} failed, in the service's own words.",
        {_legend(outcomes): ranked("topk", _RANKED, total(failures, (*outcomes[1:], outcomes[0])))},
        charts.PER_SECOND if subject.code_labels else charts.CONNECTIONS_PER_SECOND,
        width=8,
    )


def latency(subject: Subject, links: Links) -> Iterator[Panel]:
    """Yield percentiles of the time that requests took, with lines where SLOs call it slow."""
    if not subject.histograms:
        return
    distribution = durations.distribution(subject.timed())
    yield TimeSeries(
        key="percentiles",
        title="Request duration",
        description=(
            "Half of the requests are faster than p50, one in a hundred is slower than p99. Estimated within "
            "the buckets of the histogram: between two bounds it is a guess. p99 alone rising points to a "
            "few slow calls, all of them rising to load."
            + (" Dashed: from there on an SLO counts a request as slow." if links.slow else "")
        ),
        width=12,
        height=8,
        queries=tuple(
            Query(
                expr=text(quantile_of(value, distribution)),
                legend=legend,
                exemplar=_has_exemplars(subject) and legend == _QUANTILES[-1][0],
            )
            for legend, value in _QUANTILES
        ),
        field=scales.duration(subject.histograms[0], links.slow, links.durations),
        lines="dashed" if links.slow else "off",
    )
    yield Heatmap(
        key="heatmap",
        title="Durations over time",
        description=(
            "How many requests took how long: the darker, the more. Two bands are two kinds of request, or a "
            "slow pod among quick ones; percentiles hide that."
        ),
        width=12,
        height=8,
        queries=(Query(expr=text(distribution), legend="{{le}}", buckets=True),),
        field=Field(unit=subject.histograms[0].unit),
    )


def _has_exemplars(subject: Subject) -> bool:
    """Whether buckets name traces; those of one quantile's buckets are those of all."""
    return subject.histograms[0].exemplars and not subject.histograms[0].native


def _legend(labels: tuple[str, ...]) -> str:
    return " ".join(f"{{{{{label}}}}}" for label in labels)


def _by_class(requests: Expr, code: str) -> Expr:
    """Return the series with a label `class`: `2xx` for 200 to 299, and `no answer` for code 0 or none."""
    answered = Call("label_replace", (requests, Text(_CLASS), Text("${1}xx"), Text(code), Text("([1-5])..")))
    return Call("label_replace", (answered, Text(_CLASS), Text("no answer"), Text(code), Text("0?")))
