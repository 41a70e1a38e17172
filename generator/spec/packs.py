"""The alert packs of a project: each name once, and which service gets which pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from generator.diagnostics import Diagnostics, Related, did_you_mean
from generator.documents import Mapping as MappingNode
from generator.spec.alert_pack import read_pack
from generator.spec.content import AlertPack
from generator.spec.for_each import CLUSTER, matches
from generator.spec.model import PackUse, Service


def read_packs(found: Iterable[tuple[str, MappingNode]], diagnostics: Diagnostics) -> dict[str, AlertPack]:
    """The packs of sound documents, given with their paths, by name."""
    packs: dict[str, AlertPack] = {}
    for path, root in found:
        pack = read_pack(root, path, diagnostics)
        if pack.name in packs:
            diagnostics.error(
                "pack/duplicate",
                f'two alert packs are called "{pack.name}"',
                pack.at["name"],
                related=[Related(packs[pack.name].at["name"], "the first is here")],
                fix="rename one.",
            )
            continue
        packs[pack.name] = pack
    return packs


def apply(
    service: Service, packs: Mapping[str, AlertPack], damaged: Iterable[str], diagnostics: Diagnostics
) -> Service:
    """The service with every pack that applies to it, each once.

    Those that it lists come first, with its parameters, then those whose `forEach` means it. A pack that is
    both is made once: the list is the place for parameters of this one service. `damaged` are the names of
    packs whose mistakes have been reported.
    """
    uses = tuple(
        use for use in service.alert_packs if use.name in damaged or _is_of_services(use, packs, diagnostics)
    )
    listed = {use.name for use in service.alert_packs}
    meant = tuple(
        PackUse(name=name)
        for name, pack in sorted(packs.items())
        if name not in listed and pack.for_each and matches(pack.for_each, service)
    )
    return replace(service, alert_packs=uses + meant)


def _is_of_services(use: PackUse, packs: Mapping[str, AlertPack], diagnostics: Diagnostics) -> bool:
    """Whether a pack that a service lists can be made for it; what is wrong with the entry is reported."""
    pack, place = packs.get(use.name), use.at.get("name")
    if pack is None:
        diagnostics.error(
            "pack/unknown",
            f'no alert pack is called "{use.name}"',
            place,
            fix=did_you_mean(use.name, packs) or f"known: {', '.join(sorted(packs)) or 'none'}.",
        )
        return False
    if pack.for_each and pack.for_each.kind == CLUSTER:
        diagnostics.error(
            "pack/of-the-cluster",
            f'the pack "{use.name}" is made for the whole project, not for a service',
            place,
            related=[Related(pack.for_each.at["kind"], "it says so here")],
            fix="remove it from this list.",
        )
        return False
    for parameter in use.parameters:
        if parameter not in pack.parameters:
            diagnostics.error(
                "pack/unknown-parameter",
                f'the pack "{use.name}" has no parameter "{parameter}"',
                use.at.get("parameters") or place,
                fix=did_you_mean(parameter, pack.parameters)
                or f"it has: {', '.join(sorted(pack.parameters)) or 'none'}.",
            )
    return True
