"""`kind: Service`: fragment, and a service read from nodes with its tier merged in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.diagnostics import Diagnostics, Related, did_you_mean
from generator.documents import Mapping as MappingNode
from generator.documents import Node, Scalar, Sequence
from generator.spec import slo as slo_kind
from generator.spec import structure
from generator.spec.lookup import is_set, mapping_at, text_at
from generator.spec.merge import merge
from generator.spec.model import SLO, Link, Metadata, PackUse, Platform, Service
from generator.spec.read import places, plain, read
from generator.spec.schema import document_schema, metadata_fragment
from generator.spec.telemetry import PROTOCOL, TELEMETRY, protocols_of, read_telemetry

KIND = "Service"
PACK_USES: Mapping[str, Any] = {
    "type": "array",
    "description": "Alert packs that apply.",
    "items": {
        "anyOf": [
            {"$ref": "#/definitions/slug"},
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": {"$ref": "#/definitions/slug", "description": "The pack."},
                    "parameters": {
                        "type": "object",
                        "additionalProperties": {"type": ["string", "number"]},
                        "description": "Values for the pack's parameters.",
                    },
                },
            },
        ]
    },
}
SPEC: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "description": {"type": "string", "maxLength": 2000, "description": "What it does, in a sentence."},
        "runbook": {
            "$ref": "#/definitions/url",
            "description": "What to do when it alerts.",
            "x-default": "the platform's",
        },
        "tier": {
            "$ref": "#/definitions/slug",
            "description": "Brings SLOs, alerting and packs.",
            "x-default": "the platform's",
        },
        "disabled": {
            "type": "boolean",
            "default": False,
            "description": "Still validated, but nothing is generated for it.",
        },
        "protocol": PROTOCOL,
        "streaming": {
            "type": "boolean",
            "default": False,
            "description": "Its requests may stay open for long; a latency SLI must then choose others "
            "with matchers.",
        },
        "telemetry": TELEMETRY,
        "workloads": {
            "type": "array",
            "items": {"$ref": "#/definitions/slug"},
            "uniqueItems": True,
            "description": "Its Deployments.",
            "x-default": "one, of the service's name",
        },
        "slos": {
            "type": "array",
            "items": slo_kind.INLINE,
            "description": "Its objectives, over those of the tier.",
            "x-default": "the tier's",
        },
        "alertPacks": {**PACK_USES, "x-default": "the tier's"},
        "tracing": {
            "type": "object",
            "description": "How it is found in Jaeger.",
            "additionalProperties": False,
            "properties": {
                "service": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 253,
                    "description": "Its service name in Jaeger.",
                    "x-default": "`<name>.<namespace>`",
                }
            },
        },
        "links": {
            "type": "array",
            "description": "More links, shown beside the generated ones.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["title", "url"],
                "properties": {
                    "title": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 100,
                        "description": "What is shown.",
                    },
                    "url": {
                        "$ref": "#/definitions/url",
                        "description": "Its host must be one that the platform allows.",
                    },
                },
            },
        },
    },
}
DOCUMENT = document_schema(KIND, metadata_fragment(namespaced=True, titled=True), SPEC)


@dataclass(frozen=True, slots=True)
class Tiers:
    """What the platform's tiers give, as nodes to be merged: tier -> its node."""

    by_name: Mapping[str, MappingNode]

    def slos(self, tier: str, protocols: tuple[str, ...]) -> list[MappingNode]:
        """The SLO nodes of a tier for a service of these protocols; of one name, the first protocol's."""
        slos = mapping_at(self.by_name.get(tier), "slos")
        found: dict[str, MappingNode] = {}
        for protocol in protocols or ("none",):
            listed = slos.get(protocol) if slos else None
            for item in listed.items if isinstance(listed, Sequence) else ():
                if isinstance(item, MappingNode):
                    found.setdefault(text_at(item, "name"), item)
        return list(found.values())

    def alerting(self, tier: str) -> MappingNode | None:
        """The alerting that a tier gives to all its SLOs."""
        return mapping_at(self.by_name.get(tier), "alerting")

    def packs(self, tier: str) -> Node | None:
        """The packs that a tier brings."""
        node = self.by_name.get(tier)
        return node.get("alertPacks") if node else None


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
    seen = read_telemetry(spec, metadata, diagnostics)
    owner = slo_kind.Owner(seen.subject, metadata.labels)
    slos = _slos(spec, tier, platform, tiers, extra_slos, owner, diagnostics)
    if is_set(spec, "disabled"):
        return None
    tracing = mapping_at(spec, "tracing")
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
        subject=seen.subject,
        workloads=tuple(plain(spec.get("workloads") or Sequence((), root.span))) or (metadata.name,),
        slos=tuple(sorted(slos, key=lambda slo: slo.name)),
        alert_packs=_packs(packs, diagnostics),
        tracing_service=(text_at(tracing, "service") if tracing else "")
        or f"{metadata.name}.{metadata.namespace}",
        runbook=text_at(spec, "runbook") or platform.runbook,
        links=tuple(
            read(Link, item, diagnostics)
            for item in (links.items if isinstance(links, Sequence) else ())
            if isinstance(item, MappingNode)
        ),
        source=source,
        at={**places(spec), "name": metadata.at.get("name", root.span)},
    )


def check_slos(root: MappingNode, platform: Platform, tiers: Tiers, diagnostics: Diagnostics) -> None:
    """Check the sound SLOs of a service that is damaged elsewhere, so that one run shows all mistakes."""
    spec = mapping_at(root, "spec")
    if spec is None:
        return
    tier = text_at(spec, "tier") or platform.tier
    _slos(spec, tier, platform, tiers, [], slo_kind.Owner(), diagnostics)


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
        at=places(node),
    )


def _slos(  # every source of an SLO is one
    spec: MappingNode,
    tier: str,
    platform: Platform,
    tiers: Tiers,
    extra: list[tuple[str, MappingNode]],
    owner: slo_kind.Owner,
    diagnostics: Diagnostics,
) -> list[SLO]:
    """The service's SLOs: the tier's, overridden by name, and those of its own."""
    merged: dict[str, MappingNode] = {
        text_at(node, "name"): node for node in tiers.slos(tier, protocols_of(spec))
    }
    own: dict[str, MappingNode] = {}
    listed = spec.get("slos")
    inline = (
        [
            (text_at(node, "name"), node)
            for node in listed.items
            if isinstance(node, MappingNode) and text_at(node, "name")
        ]
        if isinstance(listed, Sequence)
        else []
    )
    for name, node in [*inline, *extra]:
        if name in own:
            first, second = own[name].entries[0][0].span, node.entries[0][0].span
            diagnostics.error(
                "slo/duplicate",
                f'this service has two SLOs called "{name}"',
                second,
                related=[Related(first, "the first is here")],
                cause="both would record the same series.",
                fix="rename one.",
            )
            continue
        own[name] = node
        base = merged.get(name)
        combined = merge(base, node) if base else node
        assert isinstance(combined, MappingNode)  # noqa: S101  # both sides are mappings
        merged[name] = combined
    slos = []
    alerting = tiers.alerting(tier)
    for name, node in merged.items():
        if not structure.check(node, slo_kind.INLINE, f'the SLO "{name}"', Diagnostics()):
            continue  # its pieces were reported where they stand
        if is_set(node, "disabled"):
            continue
        if not _complete(name, node, diagnostics):
            continue
        slo_kind.check_budget(node, diagnostics)
        slo = slo_kind.read_slo(
            name,
            _with_alerting(node, alerting),
            platform,
            owner,
            diagnostics,
        )
        if slo:
            slos.append(slo)
    return slos


def _complete(name: str, node: MappingNode, diagnostics: Diagnostics) -> bool:
    missing = [key for key in ("objective", "sli") if node.get(key) is None]
    for key in missing:
        diagnostics.error(
            "spec/missing-key",
            f'the SLO "{name}" lacks "{key}"',
            node.entries[0][1].span,
            cause="it has no namesake in the service's tier that would give one.",
            fix=f"add {key}, or use a name of the tier.",
        )
    return not missing


def _with_alerting(node: MappingNode, tier_alerting: MappingNode | None) -> MappingNode:
    """The SLO with its tier's alerting below its own."""
    if tier_alerting is None:
        return node
    own = node.get("alerting")
    key = node.key("alerting") or Scalar("alerting", "alerting", tier_alerting.span)
    others = tuple((name, value) for name, value in node.entries if name.text != "alerting")
    return MappingNode((*others, (key, merge(tier_alerting, own) if own else tier_alerting)), node.span)


def _packs(node: Node | None, diagnostics: Diagnostics) -> tuple[PackUse, ...]:
    uses: dict[str, PackUse] = {}
    for item in node.items if isinstance(node, Sequence) else ():
        use = _pack_use(item)
        first = uses.setdefault(use.name, use)
        if first is not use:
            diagnostics.error(
                "spec/duplicate-item",
                f'the alert pack "{use.name}" is used twice',
                use.at.get("name"),
                related=[Related(first.at["name"], "first here")],
                fix="remove one.",
            )
    return tuple(uses.values())


def _pack_use(node: Node) -> PackUse:
    """A pack by its name alone, or with parameters."""
    if not isinstance(node, MappingNode):
        name = node.text if isinstance(node, Scalar) else ""
        return PackUse(name=name, at={"name": node.span, "": node.span})
    parameters = mapping_at(node, "parameters")
    return PackUse(
        name=text_at(node, "name"), parameters=plain(parameters) if parameters else {}, at=places(node)
    )
