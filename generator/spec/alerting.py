"""`alerting` of an SLO or a tier: the schema fragment, and its tiers as nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.documents import Mapping as MappingNode
from generator.spec.lookup import mapping_at

_TIER_PROPERTIES: Mapping[str, Any] = {
    "disabled": {"type": "boolean", "default": False, "description": "No alert of this tier."},
    "severity": {
        "type": "string",
        "pattern": "^[a-zA-Z0-9_-]+$",
        "description": "Value of the label `severity`.",
        "x-default": "the platform's severities",
    },
    "for": {
        "$ref": "#/definitions/duration",
        "description": "Time that the condition must hold.",
        "x-default": "none",
    },
    "keepFiringFor": {
        "$ref": "#/definitions/duration",
        "description": "Time that an alert stays after its condition ended.",
        "x-default": "15m for page, 1h for ticket, none for absent",
    },
    "labels": {"$ref": "#/definitions/labels", "description": "More labels on the tier's alerts."},
    "annotations": {"$ref": "#/definitions/labels", "description": "More annotations on the tier's alerts."},
}
ALERTING_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "How the SLO's alerts behave.",
    "additionalProperties": False,
    "properties": {
        "disabled": {"type": "boolean", "default": False, "description": "No alerts; the recordings stay."},
        "windows": {
            "type": "string",
            "default": "google-30d",
            "description": "Name of the set of burn-rate windows, built in or from the platform's `windows`.",
        },
        "minFailures": {
            "type": "integer",
            "minimum": 1,
            "maximum": 1000000,
            "default": 3,
            "description": "Failures in an alert's long window below which it stays silent: at low traffic "
            "one failure is not an incident.",
        },
        "page": {
            "type": "object",
            "description": "The two alerts that call somebody.",
            "additionalProperties": False,
            "properties": _TIER_PROPERTIES,
        },
        "ticket": {
            "type": "object",
            "description": "The two alerts that can wait for working hours.",
            "additionalProperties": False,
            "properties": _TIER_PROPERTIES,
        },
        "absent": {
            "type": "object",
            "description": "The alert for lost telemetry.",
            "additionalProperties": False,
            "properties": _TIER_PROPERTIES,
        },
    },
}


def alert_tiers(alerting: MappingNode | None) -> list[MappingNode]:
    """The tiers of alerts of which something is said."""
    return [tier for name in ("page", "ticket", "absent") if (tier := mapping_at(alerting, name))]
