"""`alertmanager` of the platform: the Alertmanager that sends what fires, and where people silence it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "The Alertmanager that sends the alerts.",
    "additionalProperties": False,
    "properties": {
        "url": {"$ref": "#/definitions/url", "description": "Its address, route prefix included."},
        "version": {
            "$ref": "#/definitions/version",
            "default": "0.25",
            "description": "Decides which alerts a page can be asked to show.",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerSettings:
    """Where Alertmanager's pages are: `url` is its base, route prefix included; `version` such as `0.28`."""

    url: str = ""
    version: str = "0.25"
