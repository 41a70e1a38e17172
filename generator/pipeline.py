"""The whole compiler on one page: files in, artifacts and diagnostics out.

    documents -> project -> links, rules -> checks -> dashboards -> artifacts

Every stage takes values and gives values; mistakes of users are collected on the way and none stops the
search for the next. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.delivery.artifact import Artifact
from generator.delivery.undelivered import check_undelivered
from generator.diagnostics import Diagnostics, Span
from generator.documents import Document, Locator, Source, parse
from generator.links.check import check_links
from generator.promql.catalogue import Catalogue
from generator.promql.catalogue_file import load_catalogue
from generator.promql.checks import Known
from generator.promql.duration import Duration
from generator.promql.graph import check_graph
from generator.rules.check import CompiledService as CheckedRules
from generator.rules.check import check_rules, known_series
from generator.rules.links import alert_links
from generator.rules.model import RuleGroup, UnitTest
from generator.rules.pack import compile_cluster_pack, compile_pack
from generator.rules.pack_tests import unit_tests
from generator.rules.slo import CompiledSLO, compile_slo
from generator.spec.content import AlertPack
from generator.spec.for_each import CLUSTER
from generator.spec.model import Platform, Project, Service
from generator.spec.platform import silence
from generator.spec.project import build_project
from generator.spread import Spread

if TYPE_CHECKING:
    from generator.grafana.render import Page


class Inputs(Protocol):
    """Where the sources come from: the disk (`generator.tree.inputs`), or a test's memory."""

    config: str

    def documents(self, diagnostics: Diagnostics) -> list[Source]:
        """The platform and every other document."""

    def modules(self, diagnostics: Diagnostics) -> list[Source]:
        """The team's dashboard modules."""

    def matching(self, pattern: str, span: Span | None, diagnostics: Diagnostics) -> list[Source]:
        """The files that a fixture pattern names."""


@dataclass(frozen=True, slots=True)
class CompiledService:
    """A service with its rules: the `groups` of its SLOs, then those of its packs, which `tests` prove."""

    service: Service
    slos: tuple[CompiledSLO, ...]
    groups: tuple[RuleGroup, ...]
    tests: tuple[UnitTest, ...]

    @property
    def slow(self) -> tuple[Duration, ...]:
        """The durations from which its SLOs call a request slow, the shortest first."""
        return tuple(sorted({one.events.slow for one in self.slos if one.events.slow}))


@dataclass(frozen=True, slots=True)
class CompiledPack:
    """A pack for the project as a whole, with its rules."""

    pack: AlertPack
    group: RuleGroup
    tests: tuple[UnitTest, ...]


@dataclass(frozen=True, slots=True)
class Compilation:
    """The result of a run; `packs` are those for the project as a whole.

    `artifacts` is empty whenever there is an error. `known` is what the expressions were checked against.
    """

    project: Project | None
    services: tuple[CompiledService, ...]
    artifacts: tuple[Artifact, ...]
    known: Known | None = None
    packs: tuple[CompiledPack, ...] = ()


def compile_project(
    inputs: Inputs, diagnostics: Diagnostics, environment: str | None = None, spread: Spread = map
) -> Compilation:
    """Compile everything in memory; what is wrong stands in `diagnostics`.

    `environment` names the platform's overrides that apply. What is made for each service and takes long,
    its dashboards and its runbook, is made as `spread` does it: one after the other, or at once.
    """
    sources = inputs.documents(diagnostics)
    documents = [document for source in sources for document in parse(source, diagnostics)]
    project = build_project(documents, inputs.config, diagnostics, environment)
    if project is None:
        _check_platform_exists(documents, inputs.config, diagnostics)
        return Compilation(None, (), ())
    check_links(project, diagnostics)
    texts = {source.path: source for source in sources}
    locator = Locator(texts)
    services = tuple(_compile_service(project, service, locator, diagnostics) for service in project.services)
    shared = tuple(_compile_shared(project, locator, diagnostics))
    catalogue = _catalogue(project.platform, inputs, diagnostics)
    rules: list[CheckedRules] = [(compiled.service, compiled.slos, compiled.groups) for compiled in services]
    rules += [(None, (), (one.group,)) for one in shared]
    known = known_series(project, rules, catalogue)
    check_rules(project, rules, known, texts, diagnostics)
    # Made even after an error, for what the formats themselves find wrong.
    folders = project.platform.delivery_paths
    pages = _dashboards(project, services, known, inputs, locator, diagnostics, spread)
    formats = _formats(project, services, shared, pages, diagnostics, spread)
    artifacts = tuple(one.below(folders.get(name, "")) for name, made in formats for one in made)
    if known.graph:
        check_graph(known.graph, known.exists, diagnostics, closed=catalogue is not None)
    silence(project.platform, diagnostics)
    return Compilation(project, services, () if diagnostics.has_errors else artifacts, known, shared)


def _compile_service(
    project: Project, service: Service, locator: Locator, diagnostics: Diagnostics
) -> CompiledService:
    packs = {pack.name: pack for pack in project.packs}
    slos = []
    links = alert_links(project.platform, service)
    for slo in service.slos:
        compiled = compile_slo(project.platform, service, slo, links, diagnostics)
        if compiled:
            slos.append(compiled)
    filled = [
        pack
        for use in service.alert_packs
        if use.name in packs
        for pack in compile_pack(project.platform, service, packs[use.name], use, links, locator, diagnostics)
    ]
    groups = [group for compiled in slos for group in compiled.groups]
    groups += [pack.group for pack in filled]
    tests = tuple(test for pack in filled for test in unit_tests(pack, locator, diagnostics))
    return CompiledService(service, tuple(slos), tuple(groups), tests)


def _compile_shared(project: Project, locator: Locator, diagnostics: Diagnostics) -> Iterator[CompiledPack]:
    for pack in project.packs:
        if pack.for_each and pack.for_each.kind == CLUSTER:
            filled = compile_cluster_pack(project.platform, pack, locator, diagnostics)
            yield CompiledPack(pack, filled.group, tuple(unit_tests(filled, locator, diagnostics)))


def _catalogue(platform: Platform, inputs: Inputs, diagnostics: Diagnostics) -> Catalogue | None:
    """What the metrics look like; None where the project has no fixture, and then nothing is compared."""
    span = platform.at.get("fixtures")
    sources = [
        source for pattern in platform.fixtures for source in inputs.matching(pattern, span, diagnostics)
    ]
    return load_catalogue(sources, diagnostics)


def _dashboards(
    project: Project,
    services: tuple[CompiledService, ...],
    known: Known,
    inputs: Inputs,
    locator: Locator,
    diagnostics: Diagnostics,
    spread: Spread,
) -> list[Page]:
    """Every dashboard, where they are delivered."""
    modules = inputs.modules(diagnostics)
    if "grafana" not in project.platform.delivery:
        check_undelivered(project, modules, diagnostics)
        return []
    from generator.delivery import grafana

    slow = {compiled.service.key: compiled.slow for compiled in services}
    return grafana.pages(project, modules, known, locator, diagnostics, slow, spread)


def _slow(services: tuple[CompiledService, ...]) -> dict[tuple[str, str], Duration]:
    """From which duration on the links of each service look for slow requests."""
    return {compiled.service.key: compiled.slow[0] for compiled in services if compiled.slow}


def _formats(
    project: Project,
    services: tuple[CompiledService, ...],
    shared: tuple[CompiledPack, ...],
    pages: list[Page],
    diagnostics: Diagnostics,
    spread: Spread,
) -> Iterator[tuple[str, Iterator[Artifact]]]:
    """The files of each format with its name; a format is imported only where it is wanted."""
    formats = project.platform.delivery
    if "prometheus" in formats:
        from generator.delivery import prometheus

        yield "prometheus", prometheus.artifacts((compiled.service, compiled.groups) for compiled in services)
        yield "prometheus", prometheus.cluster_artifacts((one.pack, one.group) for one in shared)
    if "prometheus-tests" in formats:
        from generator.delivery import prometheus_tests
        from generator.proof import emit

        of_packs = (
            prometheus_tests.artifacts((one.service, one.groups, one.tests) for one in services),
            prometheus_tests.cluster_artifacts((one.pack, one.group, one.tests) for one in shared),
        )
        yield from (("prometheus-tests", artifacts) for artifacts in of_packs)
        yield "prometheus-tests", emit.artifacts(project.platform, services)
    if "prometheus-operator" in formats:
        from generator.delivery import prometheus_operator

        of_services = ((compiled.service, compiled.groups) for compiled in services)
        yield "prometheus-operator", prometheus_operator.artifacts(project.platform, of_services)
        of_all = ((one.pack, one.group) for one in shared)
        yield "prometheus-operator", prometheus_operator.cluster_artifacts(project.platform, of_all)
    if "alertmanager" in formats:
        from generator.delivery import alertmanager

        yield "alertmanager", alertmanager.artifacts(project)
    if "runbooks" in formats:
        from generator.delivery import runbooks

        of_rules = ((one.service, one.slos, one.groups) for one in services)
        yield "runbooks", runbooks.artifacts(project, of_rules, spread)
    if "links" in formats:
        from generator.delivery import links

        yield "links", links.artifacts(project, _slow(services))
    if "grafana" in formats:
        from generator.delivery import grafana

        yield "grafana", grafana.artifacts(project.platform, pages, diagnostics)
    titles = [(page.title, page.variables) for page in pages if page.own]
    yield from _back_links(project, services, titles, diagnostics)


def _back_links(
    project: Project,
    services: tuple[CompiledService, ...],
    titles: list[tuple[str, frozenset[str]]],
    diagnostics: Diagnostics,
) -> Iterator[tuple[str, Iterator[Artifact]]]:
    """What other systems are told, so that they lead here; `titles` are those of our dashboards."""
    formats, platform = project.platform.delivery, project.platform
    # A journey is none of the services that these systems know.
    objectives = [(one.service, one.slos) for one in services if one.service.journey is None]
    if "kiali" in formats:
        from generator.delivery import kiali

        yield "kiali", kiali.artifacts(project, objectives, titles, diagnostics)
    if "kiali-health" in formats:
        from generator.delivery import kiali_health

        yield "kiali-health", kiali_health.artifacts(objectives)
    if "jaeger" in formats:
        from generator.delivery import jaeger

        yield "jaeger", jaeger.artifacts(project, diagnostics)
    if "grafana-datasources" in formats:
        from generator.delivery import data_sources

        yield "grafana-datasources", data_sources.artifacts(platform, diagnostics)
    if "backstage" in formats:
        from generator.delivery import backstage

        yield "backstage", backstage.artifacts(project, _slow(services))


def _check_platform_exists(documents: list[Document], config: str, diagnostics: Diagnostics) -> None:
    if diagnostics.has_errors:
        return
    del documents
    diagnostics.error(
        "platform/missing",
        f"{config} holds no Platform",
        Span(config, 1, 1, 1, 1),
        fix="`sightline init` writes a first one.",
    )
