"""`kiali` of the platform: the Kiali that links lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "The Kiali that links lead to.",
    "additionalProperties": False,
    "properties": {
        "url": {"$ref": "#/definitions/url", "description": "Its address, web root included."},
        "version": {
            "$ref": "#/definitions/version",
            "default": "2.0",
            "description": "Decides the routes used.",
        },
        "cluster": {
            "type": "string",
            "description": "Value of `clusterName`; only for several clusters, and then exact.",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KialiSettings:
    """Where Kiali lives: `url` is its base up to and including the web root; `version` such as `2.20`."""

    url: str = ""
    version: str = "2.0"
    cluster: str = ""
