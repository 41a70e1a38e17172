"""`logs` of the platform: where the logs of all services are kept, and how one service's are found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("loki", "elasticsearch")
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "Where logs are kept.",
    "additionalProperties": False,
    "required": ["kind"],
    "properties": {
        "kind": {
            "enum": list(KINDS),
            "description": "Loki is read in Grafana's Explore, Elasticsearch in Kibana's Discover.",
        },
        "url": {
            "$ref": "#/definitions/url",
            "description": "Address of Kibana, a space such as `/s/mesh` included; for Loki, of Loki itself.",
        },
        "internalUrl": {
            "$ref": "#/definitions/url",
            "description": "Address of Loki or Elasticsearch for other programs, such as Grafana.",
            "x-default": "for Loki, the `url`",
        },
        "index": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "Index or pattern of indices in Elasticsearch, such as `istio-*`.",
        },
        "dataView": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "Id of the data view in Kibana; nobody can guess it.",
            "x-default": "no links to Kibana",
        },
        "selector": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1000,
            "description": "What selects a service's lines, with `$service` and `$namespace`: LogQL for "
            "Loki, Lucene for Elasticsearch.",
            "x-default": '`{namespace="$namespace", app="$service"}` for Loki; required for Elasticsearch '
            "links",
        },
        "traceField": {
            "type": "string",
            "pattern": "^[A-Za-z_][A-Za-z0-9_.]*$",
            "default": "trace_id",
            "description": "Field of a line that holds the id of its trace.",
        },
        "timeField": {
            "type": "string",
            "pattern": "^@?[A-Za-z_][A-Za-z0-9_.]*$",
            "default": "@timestamp",
            "description": "Field that holds the time of a line in Elasticsearch.",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """Where logs are kept: `kind` is `loki` or `elasticsearch`, or empty where there are none.

    `url` is what people open (Kibana's base for Elasticsearch), `internal_url` what Grafana asks. `selector`
    is a template, see `generator.spec.tokens`; empty where the platform gives none.
    """

    kind: str = ""
    url: str = ""
    internal_url: str = ""
    index: str = ""
    data_view: str = ""
    selector: str = ""
    trace_field: str = "trace_id"
    time_field: str = "@timestamp"
