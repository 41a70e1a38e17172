"""A service from nodes, with its tier merged in."""

from __future__ import annotations

from generator.diagnostics import Diagnostics, did_you_mean
from generator.documents import Mapping as MappingNode
from generator.documents import Sequence
from generator.spec import slo as slo_kind
from generator.spec.aspects.business import read_business
from generator.spec.aspects.calls import read_calls
from generator.spec.aspects.rollout import read_rollout
from generator.spec.aspects.saturation import Saturation
from generator.spec.lookup import is_set, mapping_at, strings_at, text_at
from generator.spec.model import Link, Metadata, Platform, Service
from generator.spec.pack_uses import read_uses
from generator.spec.read import places, plain, read
from generator.spec.renames import former_keys
from generator.spec.service.logs import read_selector
from generator.spec.service.slos import read_slos
from generator.spec.service.tracing import read_keep, tracing_name
from generator.spec.service.workloads import read_workloads
from generator.spec.telemetry import read_telemetry
from generator.spec.tiers import Tiers
from generator.spec.tokens import fill


def read_service(
    root: MappingNode,
    platform: Platform,
    tiers: Tiers,
    extra_slos: list[tuple[str, MappingNode]],
    source: str,
    diagnostics: Diagnostics,
) -> Service | None:
    """A service from its document, its tier and the SLO documents that name it.

    None when its identity or a setting that everything else needs is wrong, or when it is disabled; the
    mistakes of single SLOs are reported and leave those out.
    """
    metadata = metadata_of(root, platform)
    spec = mapping_at(root, "spec")
    assert spec is not None  # noqa: S101  # the structure says so
    tier = text_at(spec, "tier") or platform.tier
    if tier and tier not in tiers.by_name:
        diagnostics.error(
            "service/unknown-tier",
            f'no tier is called "{tier}"',
            (spec.get("tier") or root).span if spec.get("tier") else metadata.at.get("name"),
            fix=did_you_mean(tier, tiers.by_name) or f"known: {', '.join(sorted(tiers.by_name)) or 'none'}.",
        )
        return None
    seen = read_telemetry(spec, metadata, platform, diagnostics)
    owner = slo_kind.Owner(seen.subject, metadata.labels, seen.damaged)
    slos = read_slos(spec, tier, platform, tiers, extra_slos, owner, diagnostics)
    workloads = read_workloads(spec.get("workloads"), metadata.name, diagnostics)
    keep = read_keep(spec, tiers.by_name.get(tier), platform, diagnostics)
    log_selector = read_selector(spec, metadata, platform, diagnostics)
    calls = read_calls(spec.get("calls"), metadata.namespace, diagnostics)
    rollout = read_rollout(mapping_at(spec, "rollout"), seen.subject, diagnostics)
    business = read_business(spec.get("businessMetrics"), diagnostics)
    if seen.damaged or is_set(spec, "disabled"):
        return None
    saturation = mapping_at(spec, "saturation")
    links = spec.get("links")
    packs = spec.get("alertPacks") or tiers.packs(tier)
    return Service(
        name=metadata.name,
        namespace=metadata.namespace,
        display_name=metadata.display_name or metadata.name,
        labels=metadata.labels,
        description=text_at(spec, "description"),
        tier=tier,
        protocols=seen.protocols,
        dataplane=seen.dataplane,
        profile=seen.profile,
        waypoint=seen.waypoint,
        presence=seen.presence,
        subject=seen.subject,
        workloads=tuple(workloads),
        workload_kinds=workloads,
        calls=calls,
        rollout=rollout,
        saturation=read(Saturation, saturation, diagnostics) if saturation else Saturation(),
        business_metrics=business,
        slos=tuple(sorted(slos, key=lambda slo: slo.name)),
        alert_packs=read_uses(packs, diagnostics),
        tracing_service=tracing_name(spec, metadata, platform),
        keep=keep,
        log_selector=log_selector,
        runbook=text_at(spec, "runbook")
        or fill(platform.runbook, {"service": metadata.name, "namespace": metadata.namespace}),
        links=tuple(
            read(Link, item, diagnostics)
            for item in (links.items if isinstance(links, Sequence) else ())
            if isinstance(item, MappingNode)
        ),
        annotations=metadata.annotations,
        renamed_from=metadata.renamed_from,
        source=source,
        at={**metadata.at, **places(spec), "name": metadata.at.get("name", root.span)},
    )


def metadata_of(root: MappingNode, platform: Platform) -> Metadata:
    """The document's identity with the platform's namespace and team filled in."""
    node = mapping_at(root, "metadata")
    assert node is not None  # noqa: S101  # the structure says so
    labels = mapping_at(node, "labels")
    values = plain(labels) if labels else {}
    if platform.team:
        values = {"team": platform.team, **values}
    return Metadata(
        name=text_at(node, "name"),
        namespace=text_at(node, "namespace") or platform.namespace,
        display_name=text_at(node, "displayName"),
        labels=values,
        annotations=strings_at(node, "annotations"),
        renamed_from=former_keys(node, text_at(node, "namespace") or platform.namespace),
        at=places(node),
    )
