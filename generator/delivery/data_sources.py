"""Grafana's data sources for file provisioning, each leading to the others: metrics, traces, logs.

Fields: grafana.com/docs, "Provision Grafana" and the page of each data source. A `$` is doubled, because
Grafana puts environment variables into the strings of provisioning files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator import names
from generator.delivery import addresses, yaml_text
from generator.delivery.artifact import Artifact
from generator.diagnostics import Diagnostics
from generator.spec.model import Platform
from generator.spec.service.logs import platform_selector
from generator.spec.tokens import fill

FORMAT = "grafana-datasources"
_TRACE_TAG = "trace_id"  # what exemplars call the id of their trace (OpenMetrics, "Exemplars")
_SHIFT = "5m"
# What Envoy's spans and Istio's metrics call the same thing (istio.io, "Customize tracing spans").
_TAGS = (
    ("istio.canonical_service", "destination_canonical_service"),
    ("istio.namespace", "destination_workload_namespace"),
)
_SPAN = {
    "service": '${__span.tags["istio.canonical_service"]}',
    "namespace": '${__span.tags["istio.namespace"]}',
}
_SERVER = 'reporter=~"destination|waypoint"'
_DURATIONS = f"rate(istio_request_duration_milliseconds_bucket{{$__tags,{_SERVER}}}[5m])"
_QUERIES = (
    ("Requests", f"sum(rate(istio_requests_total{{$__tags,{_SERVER}}}[5m]))"),
    ("Errors", f'sum(rate(istio_requests_total{{$__tags,{_SERVER},response_code=~"5.."}}[5m]))'),
    ("95th percentile in ms", f"histogram_quantile(0.95, sum by (le) ({_DURATIONS}))"),
)


def artifacts(platform: Platform, diagnostics: Diagnostics) -> Iterator[Artifact]:
    """Yield one provisioning file with the data sources that the platform gives a uid."""
    sources = platform.grafana.data_sources
    if not (sources.prometheus or sources.traces or sources.logs):
        why = "a data source is known by its uid, and links are made with it."
        addresses.missing(platform, FORMAT, "grafana.dataSources", "grafana.dataSources", why, diagnostics)
        return
    found = [
        _checked(platform, "prometheus", addresses.prometheus(platform), "prometheus.url", diagnostics),
        _checked(
            platform, "traces", addresses.traces_over_http(platform), "tracing.internalUrl", diagnostics
        ),
        _checked(platform, "logs", addresses.logs(platform), "logs.internalUrl", diagnostics),
    ]
    if sources.logs and platform.logs.kind == "elasticsearch" and not platform.logs.index:
        why = "Grafana searches the indices that it is told."
        addresses.missing(platform, FORMAT, "logs", "logs.index", why, diagnostics)
    made = [make(platform) for make, ready in zip((_prometheus, _traces, _logs), found, strict=True) if ready]
    if sources.traces and platform.tracing.provider == "jaeger":
        addresses.check_jaeger_search(platform, "Grafana", diagnostics)
    content = {"apiVersion": 1, "datasources": [_doubled(source) for source in made]}
    text = yaml_text.document(content, platform.source)
    yield Artifact(names.data_sources_path(platform.project), text, platform.source)


def _checked(platform: Platform, what: str, url: str, needed: str, diagnostics: Diagnostics) -> bool:
    """Whether a data source is wanted; one without an address is reported."""
    wanted = bool(getattr(platform.grafana.data_sources, what))
    if wanted and not url:
        why = f"grafana.dataSources.{what} names a data source, and nobody says where it reads."
        addresses.missing(platform, FORMAT, "grafana.dataSources", needed, why, diagnostics)
    return wanted


def _prometheus(platform: Platform) -> dict[str, Any]:
    settings, sources = platform.prometheus, platform.grafana.data_sources
    version = settings.version if settings.version.count(".") > 1 else f"{settings.version}.0"
    data: dict[str, Any] = {
        "httpMethod": "POST",
        "timeInterval": str(settings.scrape_interval),
        "prometheusType": "Prometheus",
        "prometheusVersion": version,
    }
    if sources.traces:
        data["exemplarTraceIdDestinations"] = [{"name": _TRACE_TAG, "datasourceUid": sources.traces}]
    return _source(
        platform, "Prometheus", "prometheus", sources.prometheus, addresses.prometheus(platform), data
    )


def _traces(platform: Platform) -> dict[str, Any]:
    sources, provider = platform.grafana.data_sources, platform.tracing.provider
    data: dict[str, Any] = {"nodeGraph": {"enabled": True}}
    if sources.logs and platform_selector(platform):
        data["tracesToLogsV2"] = {
            "datasourceUid": sources.logs,
            "spanStartTimeShift": f"-{_SHIFT}",
            "spanEndTimeShift": _SHIFT,
            "filterByTraceID": False,  # the query does it, by the field that the platform names
            "filterBySpanID": False,
            "customQuery": True,
            "query": _logs_of_a_span(platform),
        }
    if sources.prometheus:
        data["tracesToMetrics"] = {
            "datasourceUid": sources.prometheus,
            "spanStartTimeShift": f"-{_SHIFT}",
            "spanEndTimeShift": _SHIFT,
            "tags": [{"key": key, "value": value} for key, value in _TAGS],
            "queries": [{"name": name, "query": query} for name, query in _QUERIES],
        }
        if provider == "tempo":
            data["serviceMap"] = {"datasourceUid": sources.prometheus}
    return _source(
        platform, provider.capitalize(), provider, sources.traces, addresses.traces_over_http(platform), data
    )


def _logs(platform: Platform) -> dict[str, Any]:
    settings, sources = platform.logs, platform.grafana.data_sources
    url = addresses.logs(platform)
    if settings.kind == "loki":
        data: dict[str, Any] = {}
        if sources.traces:
            field = {
                "name": settings.trace_field,
                "matcherType": "regex",
                "matcherRegex": _in_line(settings.trace_field),
                "datasourceUid": sources.traces,
                "url": "${__value.raw}",
                "urlDisplayLabel": "Trace",
            }
            data["derivedFields"] = [field]
        return _source(platform, "Loki", "loki", sources.logs, url, data)
    data = {"index": settings.index, "timeField": settings.time_field}
    if sources.traces:
        link = {"field": settings.trace_field, "url": "${__value.raw}", "datasourceUid": sources.traces}
        data["dataLinks"] = [link]
    return _source(platform, "Elasticsearch", "elasticsearch", sources.logs, url, data)


def _source(
    platform: Platform, title: str, kind: str, uid: str, url: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """One data source; its name is its identity for people, so the project is part of it."""
    fields: dict[str, Any] = {"name": f"{title} ({platform.project})", "uid": uid, "type": kind}
    fields |= {"access": "proxy", "url": url, "editable": False}
    return fields | ({"jsonData": dict(data)} if data else {})


def _logs_of_a_span(platform: Platform) -> str:
    """The platform's selector with what Grafana knows of a span in place of the service's names."""
    query = fill(platform_selector(platform), _SPAN)
    if platform.logs.kind == "loki":
        return f'{query} |= "${{__trace.traceId}}"'
    return f'({query}) AND {platform.logs.trace_field}:"${{__trace.traceId}}"'


def _in_line(field: str) -> str:
    """A regular expression for a field of a JSON or logfmt line, with its value as the group."""
    return rf'{re.escape(field)}"?\s*[:=]\s*"?(\w+)'


def _doubled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _doubled(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_doubled(below) for below in value]
    return value.replace("$", "$$") if isinstance(value, str) else value
