"""Documents of all files to one project: envelope, kinds, references between documents, duplicates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from generator.diagnostics import Diagnostics, Related, Span, did_you_mean
from generator.documents import Document, Scalar
from generator.documents import Mapping as MappingNode
from generator.spec import alert_pack, dashboard, for_each, platform, service, slo, structure
from generator.spec import packs as packs_of
from generator.spec.aspects.calls import check_calls
from generator.spec.journey import JourneySLO, Neighbours, journey_of, read_journeys
from generator.spec.lookup import mapping_at, text_at
from generator.spec.merge import merge
from generator.spec.model import Platform, Project, Service
from generator.spec.renames import check_renames
from generator.spec.same_series import check_same_series
from generator.spec.schema import API_VERSION, kinds
from generator.spec.service import metadata_of
from generator.spec.tiers import Tiers

# What of a document's metadata stands in an inline SLO.
_OF_AN_SLO = frozenset({"name", "labels", "renamedFrom"})


@dataclass(slots=True)
class _Sorted:
    """Sound documents by kind, each with the path of its file."""

    platforms: list[tuple[str, MappingNode]] = field(default_factory=list)
    services: list[tuple[str, MappingNode]] = field(default_factory=list)
    slos: list[MappingNode] = field(default_factory=list)
    journeys: list[tuple[str, MappingNode]] = field(default_factory=list)
    packs: list[tuple[str, MappingNode]] = field(default_factory=list)
    dashboards: list[tuple[str, MappingNode]] = field(default_factory=list)
    damaged_services: list[MappingNode] = field(default_factory=list)
    damaged_packs: set[str] = field(default_factory=set)

    @property
    def kept(self) -> dict[str, list[tuple[str, MappingNode]]]:
        """The lists that hold documents with their paths, by kind."""
        return {
            service.KIND: self.services,
            alert_pack.KIND: self.packs,
            dashboard.KIND: self.dashboards,
        }


def build_project(
    documents: Iterable[Document],
    platform_path: str,
    diagnostics: Diagnostics,
    environment: str | None = None,
) -> Project | None:
    """The project of all documents, sorted by identity; None when there is no sound platform.

    `environment` names the overrides of the platform that apply. Mistakes are reported and leave out what
    they damage, so that one run shows all of them.
    """
    documents = list(documents)
    if not _is_for_this_version(documents, platform_path, diagnostics):
        return None
    found = _sort(documents, platform_path, diagnostics)
    root = _chosen(found.platforms[0][1], environment, diagnostics) if found.platforms else None
    if root is None:
        return None
    shared, tiers = platform.read_platform(root, platform_path, diagnostics)
    packs = packs_of.read_packs(found.packs, diagnostics)
    services = _services(found, shared, tiers, diagnostics)
    dashboards = [dashboard.read_dashboard(root, path, diagnostics) for path, root in found.dashboards]
    conditions = [one.for_each for one in packs.values()] + [one.for_each for one in dashboards]
    if not found.damaged_services:  # one of them may be what a condition asks for
        for condition in filter(None, conditions):
            for_each.check(condition, services, tiers.by_name, diagnostics)
    journeys = _journeys(found, services, shared, tiers, diagnostics)
    defined = [metadata_of(root, shared).key for _, root in found.services]
    check_renames((*services, *journeys), defined, diagnostics)
    given = (packs_of.apply(one, packs, found.damaged_packs, diagnostics) for one in services)
    return Project(
        platform=shared,
        services=tuple(sorted((*given, *journeys), key=lambda one: one.key)),
        packs=tuple(packs[name] for name in sorted(packs)),
        dashboards=tuple(sorted(dashboards, key=lambda one: (one.name, one.source))),
    )


def _is_for_this_version(documents: Iterable[Document], platform_path: str, diagnostics: Diagnostics) -> bool:
    roots = [document.root for document in documents if document.source.path == platform_path]
    mappings = [root for root in roots if isinstance(root, MappingNode)]
    platforms = [root for root in mappings if text_at(root, "kind") == platform.KIND]
    return all(platform.check_requires(root, diagnostics) for root in platforms)


def _chosen(root: MappingNode, environment: str | None, diagnostics: Diagnostics) -> MappingNode | None:
    """The platform in the environment that was asked for, sound as a whole; None after saying why not."""
    if environment is None:
        return root
    merged = platform.in_environment(root, environment, diagnostics)
    if merged is None or structure.check(
        merged, platform.DOCUMENT, f"this Platform in {environment}", diagnostics
    ):
        return merged
    return None


def _sort(documents: Iterable[Document], platform_path: str, diagnostics: Diagnostics) -> _Sorted:
    found = _Sorted()
    for document in documents:
        root = document.root
        if root is None:
            continue
        kind = _kind(root, diagnostics)
        if kind is None or not isinstance(root, MappingNode):
            continue
        path = document.source.path
        if not structure.check(root, kinds()[kind], f"this {kind}", diagnostics, partial=False):
            if kind == service.KIND:
                found.damaged_services.append(root)
            elif kind == alert_pack.KIND:
                found.damaged_packs.add(_name(root))
            continue
        if kind == platform.KIND:
            _platform(found, path, root, platform_path, diagnostics)
        elif kind == slo.KIND:
            _slo(found, path, root, diagnostics)
        else:
            found.kept[kind].append((path, root))
    return found


def _slo(found: _Sorted, path: str, root: MappingNode, diagnostics: Diagnostics) -> None:
    spec = mapping_at(root, "spec")
    assert spec is not None  # noqa: S101  # the structure says so
    journey = mapping_at(spec, "journey")
    if (journey is None) is (spec.get("service") is None):
        diagnostics.error(
            "slo/service-or-journey",
            "an SLO belongs to either a service or a journey",
            spec.entries[0][0].span,
            fix="give one of the two." if journey is None else "remove one of the two.",
        )
    elif journey is None:
        found.slos.append(root)
    else:
        found.journeys.append((path, root))


def _kind(root: object, diagnostics: Diagnostics) -> str | None:
    """The document's kind, looked at before anything else: messages about the wrong kind help nobody."""
    if not isinstance(root, MappingNode):
        span = getattr(root, "span", None)
        diagnostics.error(
            "spec/document", "a document must be a mapping with apiVersion, kind, metadata and spec", span
        )
        return None
    leaf, version = root.get("kind"), root.get("apiVersion")
    head = root.entries[0][0].span if root.entries else root.span
    if not isinstance(leaf, Scalar):
        diagnostics.error(
            "spec/missing-key",
            'this document lacks "kind"',
            head,
            fix=f"add kind: one of {', '.join(sorted(kinds()))}.",
        )
        return None
    if leaf.text not in kinds():
        diagnostics.error(
            "spec/unknown-kind",
            f'unknown kind "{leaf.text}"',
            leaf.span,
            fix=did_you_mean(leaf.text, kinds()) or f"known: {', '.join(sorted(kinds()))}.",
        )
        return None
    if isinstance(version, Scalar) and version.text != API_VERSION:
        diagnostics.error(
            "spec/api-version",
            f'unknown apiVersion "{version.text}"',
            version.span,
            fix=f"write {API_VERSION}.",
        )
        return None
    return leaf.text


def _platform(
    found: _Sorted, path: str, root: MappingNode, platform_path: str, diagnostics: Diagnostics
) -> None:
    head = root.entries[0][0].span
    if path != platform_path:
        diagnostics.error(
            "platform/place",
            f"the Platform belongs into {platform_path}",
            head,
            cause="a project has one platform, and which file it is must be clear before anything is read.",
            fix=f"move it there, or name this file with --config {path}.",
        )
    elif found.platforms:
        first = found.platforms[0][1].entries[0][0].span
        diagnostics.error(
            "platform/duplicate",
            "a project has one Platform",
            head,
            related=[Related(first, "the first is here")],
            fix="remove one.",
        )
    else:
        found.platforms.append((path, root))


def _services(found: _Sorted, shared: Platform, tiers: Tiers, diagnostics: Diagnostics) -> list[Service]:
    first: dict[tuple[str, str], Span] = {}
    extra = _slo_documents(found, shared, diagnostics)
    services = []
    for path, root in found.services:
        metadata = metadata_of(root, shared)
        key = (metadata.namespace, metadata.name)
        if key in first:
            diagnostics.error(
                "service/duplicate",
                f'the service "{metadata.name}" in "{metadata.namespace}" is defined twice',
                metadata.at["name"],
                related=[Related(first[key], "the first is here")],
                cause="both would record the same series.",
                fix="rename one, or give it another namespace.",
            )
            continue
        first[key] = metadata.at["name"]
        slo.check_labels(_metadata_node(root), slo.reserved_labels(shared), diagnostics)
        one = service.read_service(root, shared, tiers, extra.pop(key, []), path, diagnostics)
        if one:
            services.append(one)
    service.check_tracing_names(services, diagnostics)
    check_same_series(services, diagnostics)
    for root in found.damaged_services:
        service.check_slos(root, shared, tiers, diagnostics)
    _check_targets(found, shared, set(first), diagnostics)
    if not found.damaged_services:  # one of them may be what is called
        for one in services:
            check_calls(one.calls, one.key, first, diagnostics)
    return services


def _journeys(
    found: _Sorted,
    services: list[Service],
    shared: Platform,
    tiers: Tiers,
    diagnostics: Diagnostics,
) -> list[Service]:
    documents = []
    for path, root in found.journeys:
        metadata, journey = _metadata_node(root), journey_of(root)
        assert journey is not None  # noqa: S101  # that is why it is in this list
        slo.check_labels(metadata, slo.reserved_labels(shared), diagnostics)
        namespace = text_at(metadata, "namespace") or shared.namespace
        documents.append(JourneySLO(_name(root), namespace, journey, _inline(root), path))
    neighbours = Neighbours(
        services={one.key: one for one in services},
        defined=frozenset(metadata_of(root, shared).key for _, root in found.services),
        damaged=frozenset(map(_name, found.damaged_services)),
    )
    return read_journeys(documents, neighbours, shared, tiers, diagnostics)


def _check_targets(
    found: _Sorted, shared: Platform, known: set[tuple[str, str]], diagnostics: Diagnostics
) -> None:
    """Report SLO documents whose service is not there; a damaged one is, and its faults have been said."""
    damaged = {_name(root) for root in found.damaged_services}
    names = {f"{namespace}/{name}" for namespace, name in known}
    for root in found.slos:
        key, leaf = _target(root, shared)
        if key not in known and key[1] not in damaged:
            name = f"{key[0]}/{key[1]}"
            diagnostics.error(
                "slo/unknown-service",
                f'no service is called "{name}"',
                leaf.span,
                fix=did_you_mean(name, names) or "define it with kind: Service.",
            )


def _target(root: MappingNode, shared: Platform) -> tuple[tuple[str, str], Scalar]:
    """Namespace and name of the service that an SLO document names, and where it does."""
    spec = root.get("spec")
    leaf = spec.get("service") if isinstance(spec, MappingNode) else None
    assert isinstance(leaf, Scalar)  # noqa: S101  # the structure says so
    own_namespace = _metadata_node(root).get("namespace")
    default = own_namespace.text if isinstance(own_namespace, Scalar) else shared.namespace
    namespace, _, name = leaf.text.rpartition("/")
    return (namespace or default, name), leaf


def _slo_documents(
    found: _Sorted, shared: Platform, diagnostics: Diagnostics
) -> dict[tuple[str, str], list[tuple[str, MappingNode]]]:
    """SLO documents by the service that they name, each as its name and its spec."""
    by_service: dict[tuple[str, str], list[tuple[str, MappingNode]]] = {}
    for root in found.slos:
        slo.check_labels(_metadata_node(root), slo.reserved_labels(shared), diagnostics)
        key, _ = _target(root, shared)
        by_service.setdefault(key, []).append((_name(root), _inline(root)))
    return by_service


def _inline(root: MappingNode) -> MappingNode:
    """An SLO document in the form of an inline SLO: named, with its metadata's labels, without its target."""
    spec = root.get("spec")
    assert isinstance(spec, MappingNode)  # noqa: S101  # the structure says so
    identity = [(key, value) for key, value in _metadata_node(root).entries if key.text in _OF_AN_SLO]
    own = [(key, value) for key, value in spec.entries if key.text not in {"service", "journey"}]
    merged = merge(MappingNode(tuple(identity), spec.span), MappingNode(tuple(own), spec.span))
    assert isinstance(merged, MappingNode)  # noqa: S101  # both sides are mappings
    return merged


def _metadata_node(root: MappingNode) -> MappingNode:
    node = root.get("metadata")
    assert isinstance(node, MappingNode)  # noqa: S101  # the structure says so
    return node


def _name(root: MappingNode) -> str:
    return text_at(mapping_at(root, "metadata"), "name")
