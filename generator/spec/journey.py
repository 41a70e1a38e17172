"""Journeys: SLOs of what users do through several services, counted where one of them is entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from generator.diagnostics import Diagnostics, Related, did_you_mean
from generator.documents import Mapping as MappingNode
from generator.documents import Node, Scalar, Sequence
from generator.spec import slo as slo_kind
from generator.spec.lookup import mapping_at, text_at
from generator.spec.model import SLO, Journey, Platform, Service
from generator.spec.read import places
from generator.spec.service import asks_for_absent, read_one_slo
from generator.spec.tiers import Tiers
from generator.spec.tokens import fill

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class JourneySLO:
    """An SLO document of a journey; `slo` is its spec in the form of an inline SLO."""

    name: str
    namespace: str
    journey: MappingNode
    slo: MappingNode
    path: str

    @property
    def key(self) -> Key:
        """Namespace and name of the journey, which identify it like a service."""
        return (self.namespace, text_at(self.journey, "name"))


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The project's services: those that can be named, and those that exist but are damaged or disabled."""

    services: Mapping[Key, Service]
    defined: frozenset[Key]
    damaged: frozenset[str]


def read_journeys(
    documents: Iterable[JourneySLO],
    neighbours: Neighbours,
    platform: Platform,
    tiers: Tiers,
    diagnostics: Diagnostics,
) -> list[Service]:
    """A service for each journey, with the SLOs of all documents that name it."""
    by_key: dict[Key, list[JourneySLO]] = {}
    for document in documents:
        by_key.setdefault(document.key, []).append(document)
    found = (_journey(group, neighbours, platform, tiers, diagnostics) for _, group in sorted(by_key.items()))
    return [journey for journey in found if journey]


def _journey(
    documents: list[JourneySLO],
    neighbours: Neighbours,
    platform: Platform,
    tiers: Tiers,
    diagnostics: Diagnostics,
) -> Service | None:
    first = documents[0]
    at = places(first.journey)
    if first.key in neighbours.defined:
        diagnostics.error(
            "journey/name-taken",
            f'a service is called "{first.key[1]}", too',
            at["name"],
            cause="both would record the same series.",
            fix="give the journey the name of what users do, such as checkout.",
        )
        return None
    _check_agreement(documents, diagnostics)
    edge = _service(first.journey.get("measuredAt"), first.namespace, neighbours, diagnostics)
    members = [
        _service(item, first.namespace, neighbours, diagnostics)
        for item in _items(first.journey.get("services"))
    ]
    if edge is None:
        return None
    owner = slo_kind.Owner(edge.subject, {"team": platform.team} if platform.team else {})
    slos = _slos(documents, owner, platform, tiers.alerting(edge.tier), diagnostics)
    services = tuple(dict.fromkeys(one.key for one in members if one))
    return Service(
        name=first.key[1],
        namespace=first.namespace,
        display_name=first.key[1],
        labels=owner.labels,
        tier=edge.tier,
        protocols=edge.protocols,
        dataplane=edge.dataplane,
        profile=edge.profile,
        waypoint=edge.waypoint,
        subject=edge.subject,
        presence=edge.presence,
        slos=tuple(sorted(slos, key=lambda slo: slo.name)),
        runbook=fill(platform.runbook, {"service": first.key[1], "namespace": first.namespace}),
        journey=Journey(measured_at=edge, services=tuple(neighbours.services[key] for key in services)),
        source=first.path,
        at=at,
    )


def _check_agreement(documents: list[JourneySLO], diagnostics: Diagnostics) -> None:
    first, *others = documents
    for other in others:
        for key in ("measuredAt", "services"):
            here, there = other.journey.get(key), first.journey.get(key)
            if _words(here) != _words(there):
                diagnostics.error(
                    "journey/contradiction",
                    f'the journey "{first.key[1]}" has another {key} elsewhere',
                    here.span if here else None,
                    related=[Related(there.span, "here")] if there else [],
                    cause="it is one journey, and its SLOs are counted at one edge.",
                    fix="write the same in both, or give one another name.",
                )


def _service(
    node: Node | None, namespace: str, neighbours: Neighbours, diagnostics: Diagnostics
) -> Service | None:
    """The service that a journey names; None where it is disabled or damaged, or, reported, unknown."""
    if not isinstance(node, Scalar):
        return None
    own, _, name = node.text.rpartition("/")
    key = (own or namespace, name)
    if key in neighbours.services:
        return neighbours.services[key]
    if key not in neighbours.defined and name not in neighbours.damaged:
        known = {"/".join(one) for one in neighbours.defined}
        diagnostics.error(
            "journey/unknown-service",
            f'no service is called "{"/".join(key)}"',
            node.span,
            fix=did_you_mean("/".join(key), known) or "define it with kind: Service.",
        )
    return None


def _slos(
    documents: list[JourneySLO],
    owner: slo_kind.Owner,
    platform: Platform,
    alerting: MappingNode | None,
    diagnostics: Diagnostics,
) -> list[SLO]:
    first: dict[str, MappingNode] = {}
    slos = []
    for document in documents:
        if document.name in first:
            diagnostics.error(
                "slo/duplicate",
                f'this journey has two SLOs called "{document.name}"',
                document.slo.entries[0][0].span,
                related=[Related(first[document.name].entries[0][0].span, "the first is here")],
                cause="both would record the same series.",
                fix="rename one.",
            )
            continue
        first[document.name] = document.slo
        one = read_one_slo(document.name, document.slo, alerting, platform, owner, diagnostics)
        if one:
            slos.append(replace(one, absent_asked=asks_for_absent(document.slo)))
    return slos


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _words(node: Node | None) -> list[str]:
    return [item.text for item in (node, *_items(node)) if isinstance(item, Scalar)]


def journey_of(root: MappingNode) -> MappingNode | None:
    """The journey that an SLO document names, if it is one of a journey."""
    return mapping_at(mapping_at(root, "spec"), "journey")
