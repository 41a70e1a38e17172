"""`grafana` of the platform: where dashboards live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_UID: Mapping[str, Any] = {
    "type": "string",
    "pattern": "^[A-Za-z0-9_-]{1,40}$",
    "x-fix": "write its uid, which ends the address of its page in Grafana: letters, digits, - and _.",
}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "The Grafana that shows the dashboards.",
    "additionalProperties": False,
    "properties": {
        "url": {"$ref": "#/definitions/url", "description": "Its address, for links in alerts."},
        "internalUrl": {
            "$ref": "#/definitions/url",
            "description": "Its address for other programs, such as Kiali.",
            "x-default": "the `url`",
        },
        "version": {
            "$ref": "#/definitions/version",
            "default": "12.0",
            "description": "Decides how links into Explore are written.",
        },
        "folder": {
            "type": "string",
            "minLength": 1,
            "maxLength": 100,
            "default": "Sightline",
            "description": "Title of the folder of the dashboards.",
        },
        "dataSources": {
            "type": "object",
            "description": "Uids of the data sources: links into Explore need them, because Grafana shows "
            "its default in place of one that it does not know.",
            "additionalProperties": False,
            "properties": {
                "prometheus": {**_UID, "description": "The Prometheus that evaluates the rules."},
                "logs": {**_UID, "description": "The Loki or Elasticsearch of `logs`."},
                "traces": {**_UID, "description": "The Jaeger or Tempo of `tracing`."},
            },
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSources:
    """Uids of Grafana's data sources; empty where there is none."""

    prometheus: str = ""
    logs: str = ""
    traces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaSettings:
    """Where dashboards live: `folder` is the title of their folder, `version` such as `12.0`."""

    url: str = ""
    internal_url: str = ""
    version: str = "12.0"
    folder: str = "Sightline"
    data_sources: DataSources = DataSources()
