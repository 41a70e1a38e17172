"""Jaeger's UI configuration: links from spans and traces to dashboards, Kiali and logs.

Patterns: jaegertracing.io, "Frontend/UI Configuration", linkPatterns. `#{}` stands for a tag or a value of
the trace. Jaeger encodes what it puts there, and leaves a link out when a value is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from generator import names
from generator.delivery import addresses
from generator.delivery.artifact import Artifact
from generator.diagnostics import Diagnostics
from generator.links import explore, grafana, kiali, kibana
from generator.links.providers import PROVIDERS, base_of
from generator.links.service import parsed_back
from generator.links.url import Base, JaegerVariable, Raw, Url
from generator.links.values import MARKS, with_raw
from generator.links.window import TraceWindow
from generator.spec.model import Platform, Project
from generator.spec.service.logs import platform_selector
from generator.spec.tokens import fill

FORMAT = "jaeger"
_SERVICE, _NAMESPACE, _TRACE = MARKS["service"], MARKS["namespace"], MARKS["trace"]
_OF_SPAN: dict[str, Raw] = {
    _SERVICE: JaegerVariable("istio.canonical_service"),
    _NAMESPACE: JaegerVariable("istio.namespace"),
    _TRACE: JaegerVariable("trace.traceID"),
}
_OF_TRACE: dict[str, Raw] = {_TRACE: JaegerVariable("traceID")}
_SPAN_WINDOW, _TRACE_WINDOW = TraceWindow("trace."), TraceWindow()
_VARIABLE = re.compile(r"#\{([^}]*)\}")
_PARSERS = {provider.SYSTEM: (provider, parse) for provider, parse in PROVIDERS}


def artifacts(project: Project, diagnostics: Diagnostics) -> Iterator[Artifact]:
    """Yield `jaeger/ui.json`, to be merged into the UI's configuration."""
    platform = project.platform
    patterns = [*_dashboards(project), *_kiali(platform), *_logs(platform)]
    if not patterns:
        why = "without Grafana, Kiali and logs there is nothing that a span could lead to."
        addresses.missing(platform, FORMAT, "delivery", "grafana.url or kiali.url", why, diagnostics)
        return
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    text = orjson.dumps({"linkPatterns": patterns}, option=options).decode()
    yield Artifact(names.JAEGER_UI_PATH, text, platform.source)


def _dashboards(project: Project) -> Iterator[dict[str, Any]]:
    """The objectives of a span's namespace: their overview is there wherever there is an error budget."""
    platform = project.platform
    base = base_of(grafana, platform)
    if base and any(slo.has_budget for service in project.services for slo in service.slos):
        fleet = names.dashboard_uid(platform.project, "fleet")
        url = grafana.dashboard(base, fleet, _SPAN_WINDOW, {"namespace": _NAMESPACE})
        yield _pattern(platform, "grafana", base, url, "SLOs of #{istio.namespace}", "istio.namespace")


def _kiali(platform: Platform) -> Iterator[dict[str, Any]]:
    base = base_of(kiali, platform)
    if base:
        service = kiali.NodeKind.SERVICE
        url = kiali.details(base, platform.kiali, _NAMESPACE, service, _SERVICE, "info", _SPAN_WINDOW)
        text = "#{istio.canonical_service} in Kiali"
        yield _pattern(platform, "kiali", base, url, text, "istio.canonical_service")


def _logs(platform: Platform) -> Iterator[dict[str, Any]]:
    """The lines of a trace, by its id; Loki wants to know the service as well, so there it is a span's."""
    logs, settings = platform.logs, platform.grafana
    by_trace = f'{logs.trace_field}:"{_TRACE}"'
    text = "Logs of this trace"
    if base := base_of(kibana, platform):
        url = kibana.discover(base, logs.data_view, by_trace, _TRACE_WINDOW, time_field=logs.time_field)
        yield _pattern(platform, "kibana", base, url, text)
        return
    base, uid = base_of(grafana, platform), settings.data_sources.logs
    if not base or not uid:
        return
    if logs.kind == "elasticsearch":
        query = explore.elasticsearch(by_trace, logs.time_field)
        url = explore.explore(base, settings, uid, query, _TRACE_WINDOW)
        yield _pattern(platform, "grafana", base, url, text)
    elif logs.kind == "loki":
        selector = fill(platform_selector(platform), {"service": _SERVICE, "namespace": _NAMESPACE})
        query = explore.loki(f'{selector} |= "{_TRACE}"')
        url = explore.explore(base, settings, uid, query, _SPAN_WINDOW)
        yield _pattern(platform, "grafana", base, url, text, "istio.canonical_service")


def _pattern(
    platform: Platform, system: str, base: Base, url: Url, text: str, tag: str = ""
) -> dict[str, Any]:
    """A link of the spans that have `tag`, or of the trace; read back as it is when values stand in it."""
    link = with_raw(url, _OF_SPAN if tag else _OF_TRACE).render()
    provider, parse = _PARSERS[system]
    parsed_back(_VARIABLE.sub(_example, link), base, parse, provider.version(platform))
    kind: dict[str, Any] = {"type": "tags", "key": tag} if tag else {"type": "traces"}
    return kind | {"url": link, "text": text}


def _example(variable: re.Match[str]) -> str:
    """What may stand in place of a variable: the time around a trace, or a name."""
    if "startTime" in variable[1]:
        return "2026-01-01T00:00:00.000Z"
    return "2026-01-01T01:00:00.000Z" if "endTime" in variable[1] else "x"
