"""`kind: Platform`: the fragment of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.spec import slo as slo_kind
from generator.spec.alerting import ALERTING_SCHEMA
from generator.spec.pack_uses import PACK_USES
from generator.spec.platform import environments
from generator.spec.platform.lint import FRAGMENT as LINT
from generator.spec.platform.requires import FRAGMENT as REQUIRES
from generator.spec.profiles import PROFILES_SCHEMA
from generator.spec.schema import QUALIFIED_NAME, document_schema, metadata_fragment
from generator.spec.service.tracing import KEEP
from generator.spec.systems import SYSTEMS
from generator.spec.windows import WINDOWS
from generator.telemetry import DEFAULT_PROFILE

KIND = "Platform"
DEFAULT_FORMATS = ("grafana", "links", "prometheus")
FORMATS = (
    *DEFAULT_FORMATS,
    "alertmanager",
    "backstage",
    "grafana-datasources",
    "jaeger",
    "kiali",
    "kiali-health",
    "prometheus-operator",
    "prometheus-tests",
    "runbooks",
)

_TIER: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "slos": {
            "type": "object",
            "description": "SLOs by protocol; a service of that protocol gets them.",
            "additionalProperties": False,
            "properties": {
                "http": {
                    "type": "array",
                    "items": slo_kind.INLINE,
                    "description": "For services that speak HTTP.",
                },
                "grpc": {
                    "type": "array",
                    "items": slo_kind.INLINE,
                    "description": "For services that speak gRPC.",
                },
                "tcp": {
                    "type": "array",
                    "items": slo_kind.INLINE,
                    "description": "For services that are counted in connections.",
                },
                "none": {
                    "type": "array",
                    "items": slo_kind.INLINE,
                    "description": "For services without a protocol.",
                },
            },
        },
        "alerting": ALERTING_SCHEMA,
        "alertPacks": PACK_USES,
        "tracing": {
            "type": "object",
            "additionalProperties": False,
            "description": "What is kept of its services' traces, where they say nothing themselves.",
            "properties": {"keep": KEEP},
        },
    },
}
_PROPERTIES: Mapping[str, Any] = {
    "project": {
        "$ref": "#/definitions/slug",
        "description": "Owner of the manifest, and first part of every dashboard's uid.",
    },
    "requires": REQUIRES,
    "environment": {
        "type": "string",
        "maxLength": 100,
        "description": "Shown in titles of the fleet dashboard.",
        "x-default": "the name that `--environment` gives",
    },
    "identityLabels": {
        "type": "array",
        "uniqueItems": True,
        "items": {"$ref": "#/definitions/label"},
        "description": "Labels of the raw series, such as `cluster`, that are part of every SLO's "
        "identity. Decide once: a change starts all history anew.",
    },
    "defaults": {
        "type": "object",
        "description": "What a service or an SLO gets where it says nothing.",
        "additionalProperties": False,
        "properties": {
            "namespace": {
                "$ref": "#/definitions/slug",
                "description": "Of services.",
                "default": "default",
            },
            "tier": {"$ref": "#/definitions/slug", "description": "Of services.", "x-default": "none"},
            "team": {
                "type": "string",
                "minLength": 1,
                "description": "Label `team`.",
                "x-default": "none",
            },
            "profile": {
                "$ref": "#/definitions/slug",
                "description": "Telemetry profile of services.",
                "default": DEFAULT_PROFILE,
            },
            "period": {"$ref": "#/definitions/duration", "description": "Of SLOs.", "default": "30d"},
            "interval": {
                "$ref": "#/definitions/duration",
                "description": "Evaluation interval of the fast rule group.",
                "x-default": "`prometheus.evaluationInterval`, or else 30s",
            },
            "longInterval": {
                "$ref": "#/definitions/duration",
                "description": "Evaluation interval of the long rule group; below the 5-minute lookback, "
                "or its series would flicker.",
                "default": "2m",
            },
        },
    },
    "severities": {
        "type": "object",
        "description": "Values of the label `severity`.",
        "additionalProperties": False,
        "properties": {
            "page": {
                "type": "string",
                "pattern": "^[a-zA-Z0-9_-]+$",
                "default": "page",
                "description": "Of pages.",
            },
            "ticket": {
                "type": "string",
                "pattern": "^[a-zA-Z0-9_-]+$",
                "default": "ticket",
                "description": "Of tickets.",
            },
        },
    },
    "tiers": {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},
        "additionalProperties": _TIER,
        "description": "What services get by naming a tier.",
    },
    "telemetryProfiles": PROFILES_SCHEMA,
    "windows": WINDOWS,
    **{name: system.schema for name, system in SYSTEMS.items()},
    "linkHosts": {
        "type": "array",
        "uniqueItems": True,
        "items": {"type": "string", "pattern": "^[A-Za-z0-9.-]+(:[0-9]+)?$"},
        "description": "Hosts that runbooks and links may lead to, beside those of the systems above.",
    },
    "runbook": {
        "$ref": "#/definitions/url",
        "description": "Runbook of services that name none, with `$service` and `$namespace`.",
    },
    "fixtures": {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "description": "Catalogues of what the metrics look like, as paths or globs.",
        "x-default": "no fixture, no check against one",
    },
    "delivery": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 1,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["format"],
            "properties": {
                "format": {"enum": list(FORMATS), "description": "What is written."},
                "path": {
                    "type": "string",
                    "pattern": "^[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*$",
                    "maxLength": 200,
                    "description": "Folder of the output tree in which the format's files stand. Tests "
                    "stand beside the rules that they test.",
                    "x-default": "the output tree itself",
                    "x-fix": "write lower-case letters, digits, hyphens and dots, with / between folders.",
                },
                "labels": {
                    "type": "object",
                    "propertyNames": {"pattern": QUALIFIED_NAME},
                    "additionalProperties": {
                        "type": "string",
                        "maxLength": 63,
                        "pattern": "^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$",
                    },
                    "description": "Labels of the Kubernetes objects, by which an operator selects them. For "
                    "`prometheus-operator` only.",
                    "x-default": "none",
                },
            },
        },
        "description": "Which formats are generated.",
        "x-default": "grafana, links, prometheus",
    },
    "lint": LINT,
    "pythonDashboards": {
        "type": "boolean",
        "default": False,
        "description": "Run `dashboards/*.dashboard.py`. They are programs: allow them only where you "
        "review them as such.",
    },
}
SPEC: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["project"],
    "properties": {**_PROPERTIES, "environments": environments.fragment(_PROPERTIES)},
}
_METADATA = metadata_fragment(namespaced=False)
DOCUMENT = document_schema(KIND, _METADATA, SPEC)
