"""`kind: Service`: the fragment of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.spec import slo as slo_kind
from generator.spec.aspects import business, calls, rollout, saturation
from generator.spec.pack_uses import PACK_USES
from generator.spec.schema import document_schema, metadata_fragment
from generator.spec.service.logs import LOGS
from generator.spec.service.tracing import TRACING
from generator.spec.service.workloads import SCHEMA as WORKLOADS
from generator.spec.telemetry import PROTOCOL, TELEMETRY

KIND = "Service"
SPEC: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "description": {"type": "string", "maxLength": 2000, "description": "What it does, in a sentence."},
        "runbook": {
            "$ref": "#/definitions/url",
            "description": "What to do when it alerts.",
            "x-default": "the platform's",
        },
        "tier": {
            "$ref": "#/definitions/slug",
            "description": "Brings SLOs, alerting and packs.",
            "x-default": "the platform's",
        },
        "disabled": {
            "type": "boolean",
            "default": False,
            "description": "Still validated, but nothing is generated for it.",
        },
        "protocol": PROTOCOL,
        "streaming": {
            "type": "boolean",
            "default": False,
            "description": "Its requests may stay open for long; a latency SLI must then choose others "
            "with matchers.",
        },
        "telemetry": TELEMETRY,
        "workloads": WORKLOADS,
        "calls": calls.SCHEMA,
        "rollout": rollout.SCHEMA,
        "slos": {
            "type": "array",
            "items": slo_kind.INLINE,
            "description": "Its objectives, over those of the tier.",
            "x-default": "the tier's",
        },
        "alertPacks": {**PACK_USES, "x-default": "the tier's"},
        "saturation": saturation.SCHEMA,
        "businessMetrics": business.SCHEMA,
        "tracing": TRACING,
        "logs": LOGS,
        "links": {
            "type": "array",
            "description": "More links, shown beside the generated ones.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["title", "url"],
                "properties": {
                    "title": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 100,
                        "description": "What is shown.",
                    },
                    "url": {
                        "$ref": "#/definitions/url",
                        "description": "Its host must be one that the platform allows.",
                    },
                },
            },
        },
    },
}
DOCUMENT = document_schema(KIND, metadata_fragment(namespaced=True, titled=True), SPEC)
