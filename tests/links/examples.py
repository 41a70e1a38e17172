"""A platform and a service with every link system, to be varied by the tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from generator.diagnostics import Span
from generator.promql.duration import Duration
from generator.sli.availability import Record
from generator.spec.model import (
    SLO,
    GrafanaSettings,
    JaegerSettings,
    KialiSettings,
    Link,
    Platform,
    Service,
)

HOUR = Duration.parse("1h")


def platform(**changes: Any) -> Platform:
    fields: dict[str, Any] = {
        "project": "shop",
        "grafana": GrafanaSettings(url="https://grafana.example.com/"),
        "kiali": KialiSettings(url="https://mesh.example.com/kiali", version="2.20"),
        "jaeger": JaegerSettings(url="https://tracing.example.com:8443/jaeger"),
        "link_hosts": ("wiki.example.com",),
    }
    return Platform(**fields | changes)


def slo(name: str = "availability", **changes: Any) -> SLO:
    fields: dict[str, Any] = {
        "name": name,
        "objective": Decimal("99.9"),
        "period": Duration.parse("30d"),
        "sli": Record(),
    }
    return SLO(**fields | changes)


def service(**changes: Any) -> Service:
    fields: dict[str, Any] = {
        "name": "reviews",
        "namespace": "bookinfo",
        "display_name": "Reviews",
        "description": "Book reviews; calls ratings.",
        "workloads": ("reviews-v1", "reviews-v2"),
        "slos": (slo(),),
        "tracing_service": "reviews.bookinfo",
        "runbook": "https://wiki.example.com/runbooks/reviews",
        "links": (Link(title="Design", url="https://wiki.example.com/design?id=1&rev=2"),),
        "source": "slos/reviews.yaml",
    }
    return Service(**fields | changes)


def span(line: int) -> Span:
    return Span("slos/reviews.yaml", line, 5, line, 9)
