"""Grafana's own schema of dashboards, derived from the types that it publishes; `make` puts them there.

A derived schema knows less than the types' authors: what it refuses although Grafana takes it is patched
here, each with its reason. What it lets pass although Grafana means something by it is written here, too:
the targets of Prometheus, whose types no package has.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from jsonschema import Draft7Validator

DERIVED = Path(__file__).parent / "schema" / "derived.json"

# Written by Grafana's editor and read by its variables and annotations, and in none of the published types
# (public/app/features/variables/types.ts, packages/grafana-data/src/types/annotations.ts).
_VARIABLE = {
    "auto": {"type": "boolean"},
    "auto_count": {"type": "integer"},
    "auto_min": {"type": "string"},
    "definition": {"type": "string"},
    "queryValue": {"type": "string"},
}
_ANNOTATION = {
    "expr": {"type": "string"},
    "step": {"type": "string"},
    "tagKeys": {"type": "string"},
    "textFormat": {"type": "string"},
    "titleFormat": {"type": "string"},
    "useValueForTime": {"enum": [True, False, "on", "off"]},
}
# The editor writes links of panels like those of values, with fewer fields than links of dashboards have
# (packages/grafana-data/src/types/dataLink.ts); the published type takes both for the same.
_PANEL_LINK = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "url"],
    "properties": {
        "title": {"type": "string"},
        "url": {"type": "string"},
        "targetBlank": {"type": "boolean"},
    },
}
# The lowest threshold has no value: JSON has no minus infinity.
_LOWEST = {"type": ["number", "null"]}

# What Grafana's Prometheus data source reads of a target (packages/grafana-prometheus/src: dataquery.ts,
# types.ts).
PROMETHEUS_TARGET: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["expr", "refId"],
    "properties": {
        "datasource": {"type": "object"},
        "editorMode": {"enum": ["code", "builder"]},
        "exemplar": {"type": "boolean"},
        "expr": {"type": "string"},
        "format": {"enum": ["time_series", "table", "heatmap"]},
        "hide": {"type": "boolean"},
        "instant": {"type": "boolean"},
        "interval": {"type": "string"},
        "intervalFactor": {"type": "integer"},
        "legendFormat": {"type": "string"},
        "range": {"type": "boolean"},
        "refId": {"type": "string", "minLength": 1},
    },
}


@functools.cache
def _derived() -> dict[str, Any]:
    if not DERIVED.exists():
        raise FileNotFoundError("Grafana's types are not installed: make test does it")
    schemas: dict[str, Any] = orjson.loads(DERIVED.read_bytes())
    shared = schemas["Dashboard"]["definitions"]
    shared["VariableModel"]["properties"] |= _VARIABLE
    shared["AnnotationQuery"]["properties"] |= _ANNOTATION
    shared["Threshold"]["properties"]["value"] = _LOWEST
    shared["Panel"]["properties"]["links"]["items"] = _PANEL_LINK
    for key, schema in schemas.items():
        if key != "Dashboard":
            _without_required(schema)
    return schemas


def _without_required(schema: Any) -> None:
    """Take back that fields must be there: a panel's plugin fills in its defaults."""
    if isinstance(schema, dict):
        schema.pop("required", None)
        for part in schema.values():
            _without_required(part)
    elif isinstance(schema, list):
        for part in schema:
            _without_required(part)


@functools.cache
def _validator(key: str) -> Draft7Validator | None:
    schema = PROMETHEUS_TARGET if key == "prometheus" else _derived().get(key)
    return Draft7Validator(schema) if schema else None


def panels_of(dashboard: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All panels, those inside of rows included."""
    for panel in dashboard.get("panels", ()):
        yield panel
        yield from panel.get("panels", ())


def refusals(dashboard: dict[str, Any]) -> list[str]:
    """What Grafana's types refuse of a dashboard: `path: message`, sorted."""
    found = list(_refused("Dashboard", dashboard, "dashboard"))
    for index, panel in enumerate(panels_of(dashboard)):
        kind, where = panel.get("type"), f"panel {index} ({panel.get('title')})"
        config = panel.get("fieldConfig") or {}
        found += _refused(f"{kind}.Options", panel.get("options") or {}, f"{where} options")
        custom = (
            config.get("defaults", {}).get("custom") if isinstance(config.get("defaults"), dict) else None
        )
        found += _refused(f"{kind}.FieldConfig", custom or {}, f"{where} custom")
        for target in panel.get("targets", ()):
            source = target.get("datasource")
            if isinstance(source, dict) and source.get("type") == "prometheus":
                found += _refused("prometheus", target, f"{where} target")
    return sorted(found)


def _refused(key: str, value: Any, where: str) -> Iterator[str]:
    validator = _validator(key)
    for error in validator.iter_errors(value) if validator else ():
        deepest = _deepest(error)
        yield f"{where}{deepest.json_path.removeprefix('$')}: {deepest.message[:200]}"


def _deepest(error: Any) -> Any:
    """The error inside of an anyOf that got furthest: the one of the branch that was meant."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return error
