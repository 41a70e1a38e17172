"""A platform from nodes."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from generator.diagnostics import Diagnostics
from generator.documents import Mapping as MappingNode
from generator.documents import Scalar, Sequence
from generator.names import RESERVED_LABELS
from generator.promql.duration import Duration
from generator.spec import slo as slo_kind
from generator.spec.burn import built_in_windows
from generator.spec.lookup import is_set, list_at, mapping_at, text_at
from generator.spec.model import Platform
from generator.spec.platform.checks import check_platform
from generator.spec.platform.delivery import read_delivery, read_labels
from generator.spec.platform.fields import DEFAULT_FORMATS
from generator.spec.platform.lint import read_lint
from generator.spec.profiles import read_profiles
from generator.spec.read import places, plain, read
from generator.spec.systems import SYSTEMS, System
from generator.spec.tiers import Tiers
from generator.spec.windows import read_windows
from generator.telemetry import DEFAULT_PROFILE

_INTERVAL = Duration.parse("30s")
_LONG_INTERVAL = Duration.parse("2m")


def read_platform(root: MappingNode, source: str, diagnostics: Diagnostics) -> tuple[Platform, Tiers]:
    """The platform and its tiers from a structurally sound document."""
    spec = root.get("spec")
    assert isinstance(spec, MappingNode)  # noqa: S101  # the structure says so
    defaults = mapping_at(spec, "defaults")
    period_leaf = defaults.get("period") if defaults else None
    period = slo_kind.checked_period(period_leaf, diagnostics) if isinstance(period_leaf, Scalar) else None
    tiers = _tiers(spec)
    severities = mapping_at(spec, "severities")
    profiles, damaged = read_profiles(spec, diagnostics)
    folders = read_delivery(spec, diagnostics)
    systems = {name: _settings(system, spec, name, diagnostics) for name, system in SYSTEMS.items()}
    of_server = systems["prometheus"].evaluation_interval
    platform = Platform(
        project=text_at(spec, "project"),
        environment=text_at(spec, "environment"),
        identity_labels=_identity_labels(spec, diagnostics),
        namespace=text_at(defaults, "namespace") or "default",
        tier=text_at(defaults, "tier"),
        team=text_at(defaults, "team"),
        profile=text_at(defaults, "profile") or DEFAULT_PROFILE,
        period=period or Duration.parse("30d"),
        interval=_duration(defaults, "interval", of_server or _INTERVAL, diagnostics),
        long_interval=_duration(defaults, "longInterval", _LONG_INTERVAL, diagnostics),
        severities={"page": "page", "ticket": "ticket", **(plain(severities) if severities else {})},
        telemetry_profiles=profiles,
        damaged_profiles=damaged,
        windows={**built_in_windows(), **read_windows(spec, diagnostics)},
        **systems,
        link_hosts=tuple(list_at(spec, "linkHosts")),
        fixtures=tuple(list_at(spec, "fixtures")),
        runbook=text_at(spec, "runbook"),
        python_dashboards=is_set(spec, "pythonDashboards"),
        delivery=tuple(sorted(folders)) or DEFAULT_FORMATS,
        delivery_paths=folders,
        delivery_labels=read_labels(spec, diagnostics),
        silenced=read_lint(spec),
        source=source,
        at=_all_places(spec),
    )
    check_platform(platform, tiers, diagnostics)
    return platform, tiers


def _tiers(spec: MappingNode) -> Tiers:
    node = mapping_at(spec, "tiers")
    named = {key.text: tier for key, tier in node.entries if isinstance(tier, MappingNode)} if node else {}
    return Tiers(MappingProxyType(named))


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


def _settings(system: System, spec: MappingNode, key: str, diagnostics: Diagnostics) -> Any:
    node = mapping_at(spec, key)
    return read(system.record, node, diagnostics) if node else system.record()


def _duration(node: MappingNode | None, key: str, default: Duration, diagnostics: Diagnostics) -> Duration:
    leaf = node.get(key) if node else None
    if not isinstance(leaf, Scalar):
        return default
    try:
        return Duration.parse(leaf.text)
    except ValueError as error:
        diagnostics.error("spec/value", str(error), leaf.span)
        return default
