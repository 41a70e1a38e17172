"""What the tiers of the platform give to the services that name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.documents import Mapping as MappingNode
from generator.documents import Node, Sequence
from generator.spec.lookup import mapping_at, text_at


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
