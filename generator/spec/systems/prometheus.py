"""`prometheus` of the platform: the server that evaluates the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.promql.duration import Duration

_SCRAPE_INTERVAL = Duration.parse("15s")
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "The Prometheus that evaluates the rules.",
    "additionalProperties": False,
    "properties": {
        "url": {"$ref": "#/definitions/url", "description": "Its address for links."},
        "internalUrl": {
            "$ref": "#/definitions/url",
            "description": "Its address for other programs, such as Grafana and Kiali.",
            "x-default": "the `url`",
        },
        "version": {
            "$ref": "#/definitions/version",
            "default": "2.42",
            "description": "Rules use nothing that this version lacks.",
        },
        "flags": {
            "type": "array",
            "uniqueItems": True,
            "maxItems": 50,
            "items": {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"},
            "x-default": "none",
            "description": "What `--enable-feature` switches on, such as promql-experimental-functions.",
        },
        "scrapeInterval": {
            "$ref": "#/definitions/duration",
            "default": "15s",
            "description": "How often it scrapes the proxies; windows hold at least four scrapes.",
        },
        "evaluationInterval": {
            "$ref": "#/definitions/duration",
            "x-default": "unknown",
            "description": "How often it evaluates rules that do not say. The generated rule groups say it "
            "all the same: this is the default of `defaults.interval`.",
        },
        "externalLabels": {
            "type": "object",
            "propertyNames": {"pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$"},
            "additionalProperties": {"type": "string"},
            "x-default": "none",
            "description": "What it adds to whatever leaves it, such as alerts; its own rules never see "
            "them.",
        },
        "retention": {
            "$ref": "#/definitions/duration",
            "x-default": "not checked",
            "description": "How long it keeps samples; an SLO's period must fit.",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrometheusSettings:
    """The target Prometheus as far as rules depend on it; `version` such as `2.42` or `3.10`.

    `flags` are what `--enable-feature` switches on in it; `external_labels` are on its alerts once they have
    left it. `evaluation_interval` is None where nobody has said.
    """

    url: str = ""
    internal_url: str = ""
    version: str = "2.42"
    flags: tuple[str, ...] = ()
    scrape_interval: Duration = _SCRAPE_INTERVAL
    evaluation_interval: Duration | None = None
    external_labels: Mapping[str, str] = field(default_factory=dict)
    retention: Duration | None = None
