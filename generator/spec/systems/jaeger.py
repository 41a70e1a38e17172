"""`jaeger` of the platform: the Jaeger that links lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "The Jaeger that links lead to.",
    "additionalProperties": False,
    "properties": {
        "url": {"$ref": "#/definitions/url", "description": "Its address, base path included."},
        "version": {
            "$ref": "#/definitions/version",
            "default": "2.0",
            "description": "Decides the parameters used.",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JaegerSettings:
    """Where Jaeger's UI lives: `url` is its base, base path included; `version` such as `2.17`."""

    url: str = ""
    version: str = "2.0"
