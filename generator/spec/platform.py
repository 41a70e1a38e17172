"""`kind: Platform`, the file `sightline.yaml`: what a whole project shares."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from generator.diagnostics import Diagnostics
from generator.documents import Mapping as MappingNode
from generator.documents import Scalar, Sequence
from generator.names import RESERVED_LABELS
from generator.promql.duration import Duration
from generator.spec import slo as slo_kind
from generator.spec.alerting import ALERTING_SCHEMA
from generator.spec.burn import built_in_windows
from generator.spec.lookup import is_set, list_at, mapping_at, text_at
from generator.spec.model import Platform
from generator.spec.read import places, plain, read
from generator.spec.schema import document_schema, metadata_fragment
from generator.spec.service import PACK_USES, Tiers
from generator.spec.systems import SYSTEMS, System
from generator.spec.windows import WINDOWS, read_windows

KIND = "Platform"
DEFAULT_FORMATS = ("grafana", "links", "prometheus")
FORMATS = (*DEFAULT_FORMATS, "prometheus-tests")

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
    },
}
SPEC: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["project"],
    "properties": {
        "project": {
            "$ref": "#/definitions/slug",
            "description": "Owner of the manifest, and first part of every dashboard's uid.",
        },
        "environment": {
            "type": "string",
            "maxLength": 100,
            "description": "Shown in titles of the fleet dashboard.",
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
                "period": {"$ref": "#/definitions/duration", "description": "Of SLOs.", "default": "30d"},
                "interval": {
                    "$ref": "#/definitions/duration",
                    "description": "Evaluation interval of the fast rule group.",
                    "default": "30s",
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
        "windows": WINDOWS,
        **{name: system.schema for name, system in SYSTEMS.items()},
        "linkHosts": {
            "type": "array",
            "uniqueItems": True,
            "items": {"type": "string", "pattern": "^[A-Za-z0-9.-]+(:[0-9]+)?$"},
            "description": "Hosts that runbooks and links may lead to, beside those of the systems above.",
        },
        "runbook": {"$ref": "#/definitions/url", "description": "Runbook of services that name none."},
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
                "properties": {"format": {"enum": list(FORMATS), "description": "What is written."}},
            },
            "description": "Which formats are generated.",
            "x-default": "grafana, links, prometheus",
        },
        "pythonDashboards": {
            "type": "boolean",
            "default": False,
            "description": "Run `dashboards/*.dashboard.py`. They are programs: allow them only where you "
            "review them as such.",
        },
    },
}
_METADATA = metadata_fragment(namespaced=False)
DOCUMENT = document_schema(KIND, _METADATA, SPEC)


def read_platform(root: MappingNode, source: str, diagnostics: Diagnostics) -> tuple[Platform, Tiers]:
    """The platform and its tiers from a structurally sound document."""
    spec = root.get("spec")
    assert isinstance(spec, MappingNode)  # noqa: S101  # the structure says so
    defaults = mapping_at(spec, "defaults")
    period_leaf = defaults.get("period") if defaults else None
    period = slo_kind.checked_period(period_leaf, diagnostics) if isinstance(period_leaf, Scalar) else None
    tiers = mapping_at(spec, "tiers")
    severities = mapping_at(spec, "severities")
    platform = Platform(
        project=text_at(spec, "project"),
        environment=text_at(spec, "environment"),
        identity_labels=_identity_labels(spec, diagnostics),
        namespace=text_at(defaults, "namespace") or "default",
        tier=text_at(defaults, "tier"),
        team=text_at(defaults, "team"),
        period=period or Duration.parse("30d"),
        interval=_duration(defaults, "interval", "30s", diagnostics),
        long_interval=_duration(defaults, "longInterval", "2m", diagnostics),
        severities={"page": "page", "ticket": "ticket", **(plain(severities) if severities else {})},
        windows={**built_in_windows(), **read_windows(spec, diagnostics)},
        **{name: _settings(system, spec, name, diagnostics) for name, system in SYSTEMS.items()},
        link_hosts=tuple(list_at(spec, "linkHosts")),
        fixtures=tuple(list_at(spec, "fixtures")),
        runbook=text_at(spec, "runbook"),
        python_dashboards=is_set(spec, "pythonDashboards"),
        delivery=tuple(sorted(item["format"] for item in list_at(spec, "delivery"))) or DEFAULT_FORMATS,
        source=source,
        at=_all_places(spec),
    )
    _check_intervals(platform, diagnostics)
    _check_formats(platform, diagnostics)
    _check_default_tier(platform, tiers, diagnostics)
    named = {key.text: node for key, node in tiers.entries if isinstance(node, MappingNode)} if tiers else {}
    return platform, Tiers(MappingProxyType(named))


def _all_places(spec: MappingNode) -> dict[str, Any]:
    """Places of the fields and, as `kiali.url`, of the fields one level down."""
    at = places(spec)
    for key, node in spec.entries:
        if isinstance(node, MappingNode):
            at |= {f"{key.text}.{name}": span for name, span in places(node).items() if name}
    return at


def _identity_labels(spec: MappingNode, diagnostics: Diagnostics) -> tuple[str, ...]:
    node = spec.get("identityLabels")
    labels = []
    for item in node.items if isinstance(node, Sequence) else ():
        if not isinstance(item, Scalar):
            continue
        if item.text in RESERVED_LABELS:
            diagnostics.error(
                "slo/reserved-label",
                f'the label "{item.text}" is reserved',
                item.span,
                cause="Sightline sets it itself.",
                fix="rename the label when it is scraped.",
            )
        labels.append(item.text)
    return tuple(labels)


def _check_intervals(platform: Platform, diagnostics: Diagnostics) -> None:
    lookback = Duration.parse("5m")
    for field, interval in (("interval", platform.interval), ("longInterval", platform.long_interval)):
        if interval >= lookback:
            diagnostics.error(
                "platform/interval",
                f"an interval of {interval} is not below Prometheus' lookback of {lookback}",
                platform.at.get(f"defaults.{field}"),
                cause="a series written less often than the lookback disappears between its samples.",
                fix="use 4m or less.",
            )
    if platform.long_interval.milliseconds % platform.interval.milliseconds:
        diagnostics.error(
            "platform/interval",
            f"the long interval {platform.long_interval} is not a multiple of the interval "
            f"{platform.interval}",
            platform.at.get("defaults.longInterval") or platform.at.get("defaults.interval"),
            cause="each record of the fast group must be read exactly once by the long group.",
            fix="use 30s and 2m.",
        )
    scrape = platform.prometheus.scrape_interval
    if scrape.milliseconds * 4 > lookback.milliseconds:
        diagnostics.error(
            "platform/scrape-interval",
            f"with a scrape interval of {scrape} the 5m window holds fewer than four scrapes",
            platform.at.get("prometheus.scrapeInterval"),
            cause="rates over fewer than four samples lose one missed scrape as a quarter of the traffic.",
            fix="scrape at least every 75s.",
        )


def _check_formats(platform: Platform, diagnostics: Diagnostics) -> None:
    if "prometheus-tests" in platform.delivery and "prometheus" not in platform.delivery:
        diagnostics.error(
            "platform/tests-without-rules",
            "prometheus-tests are delivered without the rules that they test",
            platform.at.get("delivery"),
            cause="promtool passes a test whose rule file is not there.",
            fix="add {format: prometheus}.",
        )


def _check_default_tier(platform: Platform, tiers: MappingNode | None, diagnostics: Diagnostics) -> None:
    if platform.tier and (tiers is None or tiers.get(platform.tier) is None):
        diagnostics.error(
            "service/unknown-tier",
            f'no tier is called "{platform.tier}"',
            platform.at.get("defaults.tier"),
            fix="define it under tiers.",
        )


def _settings(system: System, spec: MappingNode, key: str, diagnostics: Diagnostics) -> Any:
    node = mapping_at(spec, key)
    return read(system.record, node, diagnostics) if node else system.record()


def _duration(node: MappingNode | None, key: str, default: str, diagnostics: Diagnostics) -> Duration:
    leaf = node.get(key) if node else None
    if not isinstance(leaf, Scalar):
        return Duration.parse(default)
    try:
        return Duration.parse(leaf.text)
    except ValueError as error:
        diagnostics.error("spec/value", str(error), leaf.span)
        return Duration.parse(default)


__all__ = ["DEFAULT_FORMATS", "DOCUMENT", "FORMATS", "KIND", "SPEC", "read_platform"]
