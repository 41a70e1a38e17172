"""JSON Schemas of what other systems are told, strict: an unknown field is a mistake.

Kiali's parts follow kiali/kiali-operator crd-docs/crd/kiali.io_kialis.yaml, Jaeger's its documentation of
link patterns, Grafana's its pages about provisioning and about each data source.
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string", "minLength": 1}
URL = {"type": "string", "pattern": "^https?://[^ @]+$"}
UID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"}
BOOLEAN = {"type": "boolean"}


def fields(needed: str = "", **properties: Any) -> dict[str, Any]:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": needed.split(),
    }


def listed(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": items}


_PERCENT = {"type": "integer", "minimum": 0, "maximum": 100}  # the resource takes whole numbers only
_TOLERANCE = fields(
    "code degraded failure protocol direction",
    code=TEXT,
    degraded=_PERCENT,
    failure=_PERCENT,
    protocol={"enum": ["http", "grpc"]},
    direction={"enum": ["inbound", "outbound"]},
)
_KIALI_VARIABLES = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"enum": ["app", "datasource", "namespace", "service", "version", "workload"]},
    "additionalProperties": {"type": "string", "pattern": "^var-[A-Za-z0-9_]+$"},
}
KIALI = fields(
    "spec",
    spec=fields(
        "external_services",
        external_services=fields(
            prometheus=fields("url", url=URL),
            grafana=fields(
                "enabled internal_url",
                enabled=BOOLEAN,
                internal_url=URL,
                external_url=URL,
                datasource_uid=UID,
                dashboards=listed(fields("name variables", name=TEXT, variables=_KIALI_VARIABLES)),
            ),
            tracing=fields(
                "enabled provider internal_url use_grpc namespace_selector",
                enabled=BOOLEAN,
                provider={"enum": ["jaeger", "tempo"]},
                internal_url=URL,
                external_url=URL,
                use_grpc=BOOLEAN,
                namespace_selector=BOOLEAN,
                tempo_config=fields(
                    datasource_uid=UID, org_id=TEXT, url_format={"enum": ["jaeger", "grafana", "openshift"]}
                ),
            ),
        ),
        health_config=fields(
            compute=fields(
                duration={"enum": "1m 2m 5m 10m 30m 1h 3h 6h 12h 1d 7d 30d".split()},  # noqa: SIM905
            ),
            rate=listed(
                fields(
                    "namespace kind name tolerance",
                    namespace=TEXT,
                    kind={"enum": ["app", "service", "workload"]},
                    name=TEXT,
                    tolerance=listed(_TOLERANCE),
                )
            ),
        ),
    ),
)

_PATTERN = {"type": "string", "pattern": r"^https?://([^#{}]|#\{[^{}]+\})+(#/([^#{}]|#\{[^{}]+\})+)?$"}
JAEGER_UI = fields(
    "linkPatterns",
    linkPatterns=listed(
        {
            "oneOf": [
                fields(
                    "type key url text",
                    type={"enum": ["process", "tags", "logs"]},
                    key=TEXT,
                    url=_PATTERN,
                    text=TEXT,
                ),
                fields("type url text", type={"const": "traces"}, url=_PATTERN, text=TEXT),
            ]
        }
    ),
)

# In provisioning a plain dollar is doubled.
_DOUBLED = {"type": "string", "pattern": r"^([^$]|\$\$)*$"}
_SHIFT = {"type": "string", "pattern": "^-?[0-9]+(ms|s|m|h)$"}
_TAGS = listed(fields("key value", key=TEXT, value=TEXT))
_TO_LOGS = fields(
    "datasourceUid customQuery query",
    datasourceUid=UID,
    spanStartTimeShift=_SHIFT,
    spanEndTimeShift=_SHIFT,
    tags=_TAGS,
    filterByTraceID=BOOLEAN,
    filterBySpanID=BOOLEAN,
    customQuery={"const": True},
    query=_DOUBLED,
)
_TO_METRICS = fields(
    "datasourceUid queries",
    datasourceUid=UID,
    spanStartTimeShift=_SHIFT,
    spanEndTimeShift=_SHIFT,
    tags=_TAGS,
    queries=listed(fields("name query", name=TEXT, query=_DOUBLED)),
)
_TRACES = {
    "nodeGraph": fields("enabled", enabled=BOOLEAN),
    "tracesToLogsV2": _TO_LOGS,
    "tracesToMetrics": _TO_METRICS,
}
_JSON_DATA = {
    "prometheus": fields(
        "httpMethod timeInterval prometheusType prometheusVersion",
        httpMethod={"enum": ["GET", "POST"]},
        timeInterval={"type": "string", "pattern": "^[0-9]+(s|m)$"},
        prometheusType={"enum": ["Prometheus", "Cortex", "Mimir", "Thanos"]},
        prometheusVersion={"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
        exemplarTraceIdDestinations=listed(fields("name datasourceUid", name=TEXT, datasourceUid=UID)),
    ),
    "jaeger": fields(**_TRACES),
    "tempo": fields(**_TRACES, serviceMap=fields("datasourceUid", datasourceUid=UID)),
    "loki": fields(
        derivedFields=listed(
            fields(
                "name matcherRegex datasourceUid url",
                name=TEXT,
                matcherType={"enum": ["label", "regex"]},
                matcherRegex=_DOUBLED,
                datasourceUid=UID,
                url=_DOUBLED,
                urlDisplayLabel=TEXT,
            )
        )
    ),
    "elasticsearch": fields(
        "index timeField",
        index=TEXT,
        timeField=TEXT,
        dataLinks=listed(fields("field url", field=TEXT, url=_DOUBLED, datasourceUid=UID)),
    ),
}


def _source(kind: str) -> dict[str, Any]:
    return fields(
        "name uid type access url",
        name=TEXT,
        uid=UID,
        type={"const": kind},
        access={"const": "proxy"},
        url=URL,
        editable=BOOLEAN,
        jsonData=_JSON_DATA[kind],
    )


DATA_SOURCES = fields(
    "apiVersion datasources",
    apiVersion={"const": 1},
    datasources=listed({"oneOf": [_source(kind) for kind in _JSON_DATA]}),
)
_BACKSTAGE_LINK = fields("url title", url={"type": "string", "pattern": "^https?://"}, title=TEXT, icon=TEXT)
BACKSTAGE = fields(
    "metadata",
    metadata=fields(
        annotations={
            "type": "object",
            "propertyNames": {
                "enum": ["grafana/overview-dashboard", "jaegertracing.io/service", "kiali.io/namespace"]
            },
            "additionalProperties": TEXT,
        },
        links=listed(_BACKSTAGE_LINK),
    ),
)
