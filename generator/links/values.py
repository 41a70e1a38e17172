"""Links for values on a dashboard: what they are about is known to Grafana alone, when somebody clicks.

The usual builders make the links of a service whose names are marks; then each mark gives way to the Grafana
variable that holds the name. So the link of a table's row is the one that the service's own page has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator.links import alertmanager, grafana, jaeger, kiali
from generator.links.model import ProviderLink, Target
from generator.links.providers import PROVIDERS
from generator.links.service import NamedLink, bases_in_grafana, parsed_back
from generator.links.url import Base, GrafanaVariable, Raw, Url, Value
from generator.links.window import DashboardWindow
from generator.promql.duration import Duration
from generator.spec.model import Platform, Service
from generator.spec.service.logs import platform_selector
from generator.spec.tokens import fill

_WINDOW = DashboardWindow()
# Links between dashboards are no business of other tools, and alerts have names of ours, which are not always
# those in metrics.
_NOT_OF_VALUES = (grafana, alertmanager)
# What Istio's metrics and Envoy's spans call a canonical revision.
_REVISION_LABEL, _REVISION_TAG = "destination_canonical_revision", "istio.canonical_revision"
_VARIABLE = re.compile(r"\$\{(?!__from|__to)[A-Za-z_][A-Za-z0-9_.]*:percentencode\}")
# Of Unicode's private use area, which no name of Kubernetes holds.
MARKS = {
    "namespace": "\ue001",
    "service": "\ue002",
    "workload": "\ue003",
    "cluster": "\ue004",
    "trace": "\ue005",
    "revision": "\ue006",
}
_MARK = re.compile(f"([{''.join(MARKS.values())}])")


def value_links(  # a value has this many coordinates
    platform: Platform,
    *,
    namespace: str,
    service: str = "",
    workload: str = "",
    cluster: str = "",
    revision: str = "",
    slow: Duration | None = None,
) -> tuple[NamedLink, ...]:
    """List the links of a value whose service or workload Grafana knows, with the dashboard's time range.

    `namespace` and the others are names of Grafana variables: `namespace` of the dashboard's own,
    `__field.labels.destination_service_name` of a series, `__data.fields.Service` of a table's row. Without
    `service` there are the workload's pages in Kiali and nothing else; with `revision`, the canonical one,
    there are also the metrics and the traces of that revision. Where the platform names a cluster,
    that one is meant unless `cluster` says another. Systems that the platform lacks are left out, and so are
    Grafana itself and Alertmanager.
    """
    given = {
        "namespace": namespace,
        "service": service,
        "workload": workload,
        "cluster": cluster,
        "revision": revision,
    }
    variables: dict[str, Raw] = {
        MARKS[what]: GrafanaVariable(f"{name}:percentencode") for what, name in given.items() if name
    }
    if cluster:
        platform = replace(platform, kiali=replace(platform.kiali, cluster=MARKS["cluster"]))
    target = Target(platform, _marked(platform), _WINDOW, "", slow=slow)
    bases = bases_in_grafana(platform)
    links = []
    for provider, parse in PROVIDERS:
        base = bases.get(provider.SYSTEM)
        if base is None or provider in _NOT_OF_VALUES:
            continue
        found = [*provider.links(base, target)] if service else []
        if workload and provider is kiali:
            found += _of_workload(base, platform)
        if service and revision:
            found += _of_revision(provider.SYSTEM, base, target)
        for link in found:
            url = with_raw(link.url, variables).render()
            parsed_back(_VARIABLE.sub("x", url), base, parse, provider.version(platform))
            links.append(NamedLink(provider.SYSTEM, link.kind, link.title, url, link.note))
    return tuple(links)


def _marked(platform: Platform) -> Service:
    """A service whose names are marks; ambient, because then no page is narrowed to one reporter."""
    marks = {"service": MARKS["service"], "namespace": MARKS["namespace"]}
    return Service(
        name=marks["service"],
        namespace=marks["namespace"],
        display_name="",
        dataplane="ambient",
        tracing_service=fill(platform.tracing.service_name, marks),
        log_selector=fill(platform_selector(platform), marks),
    )


def _of_workload(base: Base, platform: Platform) -> Iterator[ProviderLink]:
    """Yield the workload's metrics, its graph and its logs in Kiali."""
    settings, kind = platform.kiali, kiali.NodeKind.WORKLOAD
    namespace, name = MARKS["namespace"], MARKS["workload"]
    page = kiali.details(base, settings, namespace, kind, name, "in_metrics", _WINDOW)
    yield ProviderLink("workload", "Kiali: workload", page)
    graph = kiali.node_graph(base, settings, namespace, kind, name, _WINDOW)
    yield ProviderLink("graph", "Kiali: graph of the workload", graph)
    logs = kiali.details(base, settings, namespace, kind, name, "logs", _WINDOW)
    yield ProviderLink("logs", "Kiali: logs of the workload", logs)


def _of_revision(system: str, base: Base, target: Target) -> Iterator[ProviderLink]:
    """Yield what Kiali's metrics and Jaeger's traces tell of one revision of the service."""
    service, revision = target.service, MARKS["revision"]
    if system == kiali.SYSTEM:
        page = kiali.details(
            base,
            target.platform.kiali,
            service.namespace,
            kiali.NodeKind.SERVICE,
            service.name,
            "metrics",
            _WINDOW,
            by_labels={_REVISION_LABEL: (revision,)},
        )
        yield ProviderLink("revision", "Kiali: this revision", page)
    elif system == jaeger.SYSTEM:
        search = jaeger.search(base, service.tracing_service, _WINDOW, tags={_REVISION_TAG: revision})
        yield ProviderLink("revision", "Jaeger: this revision", search)


def with_raw(url: Url, variables: Mapping[str, Raw]) -> Url:
    """`url` with variables of another program in place of marks; a mark is one of `MARKS`."""
    return Url(
        url.base,
        tuple(_filled(segment, variables) for segment in url.path),
        tuple((key, _filled(value, variables)) for key, value in url.query),
        _filled(url.fragment, variables),
    )


def _filled(value: Value, variables: Mapping[str, Raw]) -> Value:
    if isinstance(value, str):
        if not _MARK.search(value):
            return value
        return tuple(variables.get(piece, piece) for piece in _MARK.split(value) if piece)
    pieces: list[str | Raw] = []
    for piece in value:
        found = _filled(piece, variables) if isinstance(piece, str) else (piece,)
        pieces += [found] if isinstance(found, str) else found
    return tuple(pieces)
