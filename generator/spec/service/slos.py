"""The SLOs of a service: its tier's, overridden by name and field by field, and those of its own."""

from __future__ import annotations

from dataclasses import replace

from generator.diagnostics import Diagnostics, Related
from generator.documents import Mapping as MappingNode
from generator.documents import Scalar, Sequence
from generator.spec import slo as slo_kind
from generator.spec import structure
from generator.spec.lookup import is_set, mapping_at, text_at
from generator.spec.merge import merge
from generator.spec.model import SLO, Platform
from generator.spec.telemetry import protocols_of
from generator.spec.tiers import Tiers


def check_slos(root: MappingNode, platform: Platform, tiers: Tiers, diagnostics: Diagnostics) -> None:
    """Check the sound SLOs of a service that is damaged elsewhere, so that one run shows all mistakes."""
    spec = mapping_at(root, "spec")
    if spec is None:
        return
    tier = text_at(spec, "tier") or platform.tier
    read_slos(spec, tier, platform, tiers, [], slo_kind.Owner(), diagnostics)


def read_slos(
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
    alerting = tiers.alerting(tier)
    slos = []
    for name, node in merged.items():
        slo = read_one_slo(name, node, alerting, platform, owner, diagnostics)
        if slo:
            slos.append(replace(slo, absent_asked=asks_for_absent(own.get(name))))
    return slos


def read_one_slo(
    name: str,
    node: MappingNode,
    alerting: MappingNode | None,
    platform: Platform,
    owner: slo_kind.Owner,
    diagnostics: Diagnostics,
) -> SLO | None:
    """An SLO from its merged node, with its tier's `alerting` below its own; None if disabled or damaged."""
    if not structure.check(node, slo_kind.INLINE, f'the SLO "{name}"', Diagnostics()):
        return None  # its pieces were reported where they stand
    if is_set(node, "disabled") or not _complete(name, node, diagnostics):
        return None
    slo_kind.check_budget(node, diagnostics)
    return slo_kind.read_slo(name, _with_alerting(node, alerting), platform, owner, diagnostics)


def asks_for_absent(node: MappingNode | None) -> bool:
    """Whether an SLO itself speaks of its alert for lost telemetry, other than to disable it."""
    alerting = mapping_at(node, "alerting")
    absent = mapping_at(alerting, "absent")
    return absent is not None and not is_set(absent, "disabled") and not is_set(alerting, "disabled")


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
