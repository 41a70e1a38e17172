"""The fragment of `kind: Dashboard`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.spec.for_each import FOR_EACH
from generator.spec.schema import document_schema, metadata_fragment

KIND = "Dashboard"
# The kinds of panels by Grafana's ids; what each is, `generator.grafana.panels` says.
PANEL_TYPES = (
    "alertlist",
    "bargauge",
    "gauge",
    "heatmap",
    "logs",
    "nodeGraph",
    "stat",
    "state-timeline",
    "table",
    "text",
    "timeseries",
    "traces",
)
_HUES = ("blue", "green", "orange", "purple", "red", "yellow")
_SHADES = ("", "super-light-", "light-", "semi-dark-", "dark-")
# Grafana's colours that have the same name in its light and its dark theme.
COLOURS = (*(shade + hue for hue in _HUES for shade in _SHADES), "text", "transparent")

_QUERY: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["expr"],
    "properties": {
        "expr": {
            "$ref": "#/definitions/promql",
            "description": "PromQL with Grafana's variables: `$__rate_interval` and the like, and those of "
            "the dashboard.",
        },
        "legend": {
            "type": "string",
            "maxLength": 200,
            "description": "Name of each series, with labels as `{{label}}`; in a table that of the column.",
            "x-default": "Grafana's",
        },
    },
}
_LINK: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "url"],
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 100, "description": "What is shown."},
        "url": {
            "$ref": "#/definitions/url",
            "description": "Its host must be one that the platform allows. `${name}` of a variable, "
            "`${__from}` and `${__to}` may stand in it.",
        },
    },
}
_THRESHOLD: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["color"],
    "properties": {
        "value": {
            "type": "number",
            "description": "From here on; only the first may lack it, and is the colour below all others.",
        },
        "color": {"enum": list(COLOURS), "description": "One of Grafana's colours."},
    },
}
_PANEL: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "type"],
    "properties": {
        "id": {
            "$ref": "#/definitions/slug",
            "description": "What links to the panel hold on to; keep it when the title changes.",
            "x-default": "made from the title",
        },
        "title": {"type": "string", "minLength": 1, "maxLength": 200, "description": "What it shows; prose."},
        "type": {"enum": list(PANEL_TYPES), "description": "The kind of panel."},
        "description": {
            "type": "string",
            "maxLength": 5000,
            "description": "What it means and what to do about it; prose. In a panel of the type `text` it "
            "is what is shown.",
        },
        "unit": {
            "type": "string",
            "minLength": 1,
            "maxLength": 60,
            "description": "One of Grafana's units, such as `reqps`, `s`, `percentunit`, or `suffix: items`.",
            "x-default": "`short`, plain numbers",
        },
        "decimals": {
            "type": "integer",
            "minimum": 0,
            "maximum": 15,
            "description": "Digits after the point.",
            "x-default": "Grafana's choice",
        },
        "min": {"type": "number", "description": "Lower end of the scale.", "x-default": "from the data"},
        "max": {"type": "number", "description": "Upper end of the scale.", "x-default": "from the data"},
        "queries": {
            "type": "array",
            "items": _QUERY,
            "description": "What is asked of Prometheus; in a panel of the type `logs`, of where logs are; "
            "of the type `traces`, the id of a trace.",
        },
        "thresholds": {
            "type": "array",
            "items": _THRESHOLD,
            "description": "Colours by value; in graphs also dashed lines.",
            "x-default": "one plain colour",
        },
        "links": {"type": "array", "items": _LINK, "description": "Links in the panel's head."},
        "valueLinks": {
            "type": "array",
            "items": _LINK,
            "description": "Links on values, in a table on each cell of a query. Beside variables, "
            "`${__value.raw}`, `${__field.labels.<label>}`, `${__series.name}` and "
            "`${__data.fields.<column>}` may stand in their addresses.",
        },
        "width": {
            "type": "integer",
            "minimum": 1,
            "maximum": 24,
            "default": 12,
            "description": "Columns of 24; a line of panels is stretched to fill them.",
        },
        "height": {
            "type": "integer",
            "minimum": 1,
            "maximum": 60,
            "default": 8,
            "description": "In steps of 30 pixels.",
        },
    },
}
_ROW: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["panels"],
    "properties": {
        "title": {
            "type": "string",
            "maxLength": 200,
            "description": "Its heading; prose.",
            "x-default": "no heading",
        },
        "collapsed": {
            "type": "boolean",
            "default": False,
            "description": "Whether its panels are shown only on request. It needs a title.",
        },
        "panels": {"type": "array", "minItems": 1, "items": _PANEL, "description": "From left to right."},
    },
}
_VARIABLE: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {
            "type": "string",
            "pattern": "^[a-zA-Z][a-zA-Z0-9_]{0,49}$",
            "description": "What queries call it: `$name`.",
        },
        "title": {
            "type": "string",
            "maxLength": 100,
            "description": "What is shown before the choice.",
            "x-default": "the name",
        },
        "label": {
            "$ref": "#/definitions/label",
            "description": "A label whose values are offered, several or all at once: match them with `=~`.",
        },
        "multi": {
            "type": "boolean",
            "default": True,
            "description": "With `false`, one of the label's values is chosen, and `=` matches it.",
        },
        "of": {
            "$ref": "#/definitions/promql",
            "description": "The series that have the label, as a plain selector.",
            "x-example": "istio_requests_total",
        },
        "values": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": "^[^,:]+$"},
            "description": "Fixed choices in place of a label's; the first is chosen at first.",
            "x-example": ["5m", "1h"],
        },
        "text": {
            "type": "string",
            "maxLength": 200,
            "description": "What a box to type into holds at first.",
        },
    },
}
SPEC: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "rows"],
    "properties": {
        "title": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "Title of the dashboard; prose, which may use `<< service >>`, `<< namespace >>` "
            "and `<< workload >>` of `forEach`.",
        },
        "uid": {
            "type": "string",
            "pattern": "^[A-Za-z0-9_][A-Za-z0-9_-]{0,39}$",
            "description": "Its address. With `forEach` each dashboard's own names follow.",
            "x-default": "`<project>--dashboard--<name>`",
        },
        "folder": {
            "type": "string",
            "minLength": 1,
            "maxLength": 100,
            "description": "Title of its folder.",
            "x-default": "the platform's",
        },
        "tags": {
            "type": "array",
            "uniqueItems": True,
            "items": {"type": "string", "minLength": 1, "maxLength": 50},
            "description": "Tags beside `sightline` and `dashboard`.",
        },
        "time": {
            "$ref": "#/definitions/duration",
            "default": "6h",
            "description": "How much of the past is shown at first.",
        },
        "refresh": {
            "$ref": "#/definitions/duration",
            "default": "1m",
            "description": "How often Grafana asks anew, at least 5s.",
        },
        "forEach": {
            **FOR_EACH,
            "description": "Makes a dashboard for each service or workload. Its names are the variables "
            "`$service`, `$namespace` and `$workload`.",
            "x-default": "one dashboard",
        },
        "variables": {
            "type": "array",
            "items": _VARIABLE,
            "description": "Choices in the dashboard's head, after the data source.",
        },
        "rows": {"type": "array", "minItems": 1, "items": _ROW, "description": "What it shows."},
    },
}
DOCUMENT = document_schema(KIND, metadata_fragment(namespaced=False), SPEC)
