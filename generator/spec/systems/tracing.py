"""`tracing` of the platform: who keeps the traces, what services are called there, how many are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

PROVIDERS = ("jaeger", "tempo")
SERVICE_NAME = "$service.$namespace"  # Istio's default, APP_LABEL_AND_NAMESPACE
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "How requests are traced.",
    "additionalProperties": False,
    "properties": {
        "provider": {
            "enum": list(PROVIDERS),
            "default": "jaeger",
            "description": "Who keeps the traces. Tempo is read in Grafana's Explore.",
        },
        "internalUrl": {
            "$ref": "#/definitions/url",
            "description": "Its address for other programs, such as Grafana and Kiali.",
            "x-default": "for Jaeger, its `url`",
        },
        "serviceName": {
            "type": "string",
            "minLength": 1,
            "maxLength": 253,
            "default": SERVICE_NAME,
            "description": "What services are called in traces, with `$service` and `$namespace`; as the "
            "mesh's `tracingServiceName` says.",
        },
        "headPercent": {
            "type": "number",
            "minimum": 0,
            "maximum": 100,
            "description": "Share of requests that are traced at all, decided where a trace starts. "
            "Nothing later can keep more.",
            "x-default": "unknown",
        },
        "spanBudget": {
            "type": "integer",
            "minimum": 1,
            "maximum": 10_000_000,
            "description": "Spans per second that may be stored: a line in the graph of what collectors "
            "send on.",
            "x-default": "no limit",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TracingSettings:
    """Who keeps traces (`jaeger` or `tempo`) and how many are made.

    `service_name` is a template, see `generator.spec.tokens`. `head_percent` is the share of requests that
    are traced at all, in percent; `span_budget` is in spans per second. Both are None where nobody has said.
    """

    provider: str = "jaeger"
    internal_url: str = ""
    service_name: str = SERVICE_NAME
    head_percent: Decimal | None = None
    span_budget: int | None = None
