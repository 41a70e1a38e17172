"""`grafana` of the platform: where dashboards live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "The Grafana that shows the dashboards.",
    "additionalProperties": False,
    "properties": {
        "url": {"$ref": "#/definitions/url", "description": "Its address, for links in alerts."},
        "folder": {
            "type": "string",
            "minLength": 1,
            "maxLength": 100,
            "default": "Sightline",
            "description": "Title of the folder of the dashboards.",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaSettings:
    """Where dashboards live. `url` has no trailing slash; `folder` is the title of their folder."""

    url: str = ""
    folder: str = "Sightline"
