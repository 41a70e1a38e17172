"""Who calls whom in a mesh, in Istio's standard metrics (istio.io, "Istio Standard Metrics").

An edge leads from a canonical service to a service. Proxies on both sides may report it, and on ambient the
waypoint: what the one says that says most is taken. A TCP edge counts connections.
"""

from __future__ import annotations

from decimal import Decimal

from generator.grafana.queries import quantile, share
from generator.promql.build import (
    WINDOW,
    Aggregate,
    Binary,
    Expr,
    Matcher,
    Number,
    Selector,
    either,
    equal,
    rate,
    total,
)
from generator.spec.model import Service
from generator.telemetry import edges

REQUESTS, CONNECTIONS = edges.REQUESTS, edges.CONNECTIONS
CALLER, CALLEE = edges.CALLER, edges.CALLEE
DURATIONS = "istio_request_duration_milliseconds_bucket"
RECEIVED, SENT = "istio_tcp_received_bytes_total", "istio_tcp_sent_bytes_total"
FLAGS = "response_flags"
POLICY = "connection_security_policy"
PROTOCOL = "request_protocol"
# Each request once, in the whole mesh: by the proxy of its callee, on ambient by the waypoint before it.
ONCE = Matcher("reporter", "=~", "destination|waypoint")
# What the profile counts as failures, for edges between services of any protocol.
_FAILED = (
    Matcher("response_code", "=~", "5.."),
    Matcher("grpc_response_status", "=~", "2|4|12|13|14|15"),
)
_REPORTER = "reporter"
_P95 = Decimal("0.95")


def from_service(service: Service) -> tuple[Matcher, ...]:
    """Matchers of what a service calls."""
    return (equal(CALLER[1], service.name), equal(CALLER[0], service.namespace))


def to_service(service: Service) -> tuple[Matcher, ...]:
    """Matchers of the calls of a service."""
    return (equal(CALLEE[1], service.name), equal(CALLEE[0], service.namespace))


def calls(matchers: tuple[Matcher, ...], by: tuple[str, ...]) -> Expr:
    """Requests and connections per second, summed `by` labels."""
    told = [total(_rate(metric, matchers), (_REPORTER, *by)) for metric in (REQUESTS, CONNECTIONS)]
    return either(*(_told_most(each, by) for each in told))


def failed(matchers: tuple[Matcher, ...], by: tuple[str, ...]) -> Expr:
    """The share of failed requests, summed `by` labels; connections have none."""
    failures = either(*(_rate(REQUESTS, (*matchers, each)) for each in _FAILED))
    return _told_most(share(failures, _rate(REQUESTS, matchers), (_REPORTER, *by)), by)


def p95(matchers: tuple[Matcher, ...], by: tuple[str, ...]) -> Expr:
    """The 95th percentile of durations in milliseconds, grouped `by` labels."""
    return _told_most(quantile(_P95, _rate(DURATIONS, matchers), (_REPORTER, *by)), by)


def once(metric: str, *matchers: Matcher) -> Expr:
    """Per second, each request or connection of the mesh once."""
    return rate(Selector(metric, (ONCE, *matchers), WINDOW))


def failures_once(*matchers: Matcher) -> Expr:
    """Failed requests per second, each once."""
    return either(*(once(REQUESTS, each, *matchers) for each in _FAILED))


def positive(expression: Expr) -> Expr:
    """Only what is more than nothing: an edge that was idle for a while is no edge of now."""
    return Binary(expression, ">", Number(0))


def _rate(metric: str, matchers: tuple[Matcher, ...]) -> Expr:
    return rate(Selector(metric, matchers, WINDOW))


def _told_most(expression: Expr, by: tuple[str, ...]) -> Expr:
    """Of several reporters the one that tells most: callers know what never arrived, callees all callers."""
    return Aggregate("max", expression, by)
