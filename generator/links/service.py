"""The links of a service: for files and people, for alerts, for dashboards. Each is parsed back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from generator import names
from generator.links import alertmanager, grafana, kiali, runbooks
from generator.links.grammar.alertmanager import parse as parse_alertmanager
from generator.links.grammar.kiali import parse as parse_kiali
from generator.links.model import Target
from generator.links.providers import PROVIDERS, Parse, base_of
from generator.links.url import SAME_ORIGIN, Base, UnsafeUrlError, safe_link
from generator.links.window import DashboardWindow, RecentWindow, Window
from generator.promql.duration import Duration
from generator.spec.model import Platform, Service

SERVICE_DASHBOARD = "service"
RECENT = RecentWindow(Duration(3_600_000))


@dataclass(frozen=True, slots=True)
class NamedLink:
    """A link ready to be emitted.

    `system` is a provider's name, or `user` for links from the spec; `kind` says what it shows
    (`dashboard`, `explore`, `page`, `graph`, `workload`, `errors`, `slow`, `traces`, `logs`, `alerts`,
    `silence`, `runbook`, `link`). `title` and `note`, which says what the page cannot do, are plain text:
    escape them for where they land.
    """

    system: str
    kind: str
    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ServiceLinks:
    """The links of one service, in the order of `PROVIDERS`, then the user's own."""

    namespace: str
    name: str
    display_name: str
    links: tuple[NamedLink, ...]


def service_links(
    platform: Platform,
    service: Service,
    slow: Duration | None = None,
    window: Window = RECENT,
) -> ServiceLinks:
    """List the links of a service for a reader outside of Grafana, at the last hour unless `window` differs.

    `slow` is the duration from which its requests count as slow; without one there is no search for them.
    """
    uid = dashboard_uid(platform, service)
    target = Target(platform, service.edge, window, uid, slow=slow, recorded=service.key)
    links = (*_provider_links(target, _bases(platform)), *_own_links(platform, service))
    return ServiceLinks(service.namespace, service.name, service.display_name, links)


def dashboard_links(
    platform: Platform, service: Service, slow: Duration | None = None
) -> tuple[NamedLink, ...]:
    """List the same links for Grafana dashboards: they take over the dashboard's time range.

    Those into Grafana itself are relative, hence there without Grafana's URL too; on the service's dashboard
    itself leave the one to it out (`kind` is `dashboard`).
    """
    uid = dashboard_uid(platform, service)
    target = Target(platform, service.edge, DashboardWindow(), uid, slow=slow, recorded=service.key)
    return (*_provider_links(target, bases_in_grafana(platform)), *_own_links(platform, service))


def alert_annotations(
    platform: Platform,
    service: Service,
    dashboard_uid: str,
    window: Window,
    slow: Duration | None = None,
    *,
    plain: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Prometheus alert annotations `dashboard`, `kiali`, `jaeger` or `traces`, `logs`: templates of URLs.

    With `slow`, the alert is about requests that took so long or longer, and its traces are those. The only
    template actions in them are those of `window`; text of the spec is percent-encoded, so that it can open
    none. `plain` are those of the same window without `slow`: what does not depend on it is taken from there.
    """
    target = Target(platform, service.edge, window, dashboard_uid, slow=slow, is_latency=slow is not None)
    bases = _bases(platform)
    annotations = {}
    for provider, parse in PROVIDERS:
        if not provider.KNOWS_SLOW and provider.ANNOTATION in plain:
            annotations[provider.ANNOTATION] = plain[provider.ANNOTATION]
            continue
        base = bases.get(provider.SYSTEM)
        first = next(provider.links(base, target), None) if base and provider.ANNOTATION else None
        if base and first:
            url = first.url.render()
            annotations[provider.ANNOTATION] = parsed_back(url, base, parse, provider.version(platform))
    return annotations


def namespace_links(platform: Platform, namespace: str) -> Iterator[NamedLink]:
    """Yield links for a whole namespace: Kiali's graph of it, and the alerts of all its services."""
    base = base_of(kiali, platform)
    if base is not None:
        url = kiali.namespace_graph(base, platform.kiali, [namespace], RECENT).render()
        parsed_back(url, base, parse_kiali, platform.kiali.version)
        yield NamedLink(kiali.SYSTEM, "graph", "Kiali: graph", url)
    base, settings = base_of(alertmanager, platform), platform.alertmanager
    if base is not None:
        url = alertmanager.alerts(base, settings, {names.NAMESPACE: namespace}).render()
        parsed_back(url, base, parse_alertmanager, settings.version)
        yield NamedLink(alertmanager.SYSTEM, "alerts", "Alerts", url)


def silence_of(platform: Platform, service: Service, alert: str, slo: str = "") -> NamedLink | None:
    """The form that silences one alert of a service, or of one of its SLOs; None without an Alertmanager."""
    base = base_of(alertmanager, platform)
    if base is None:
        return None
    labels = {"alertname": alert, names.NAMESPACE: service.namespace, names.SERVICE: service.name}
    labels |= {names.SLO: slo} if slo else {}
    settings = platform.alertmanager
    url = alertmanager.new_silence(base, settings, labels).render()
    parsed_back(url, base, parse_alertmanager, settings.version)
    return NamedLink(alertmanager.SYSTEM, "silence", "silence this alert", url)


def _provider_links(target: Target, bases: dict[str, Base]) -> Iterator[NamedLink]:
    for provider, parse in PROVIDERS:
        base = bases.get(provider.SYSTEM)
        if base is None:
            continue
        for link in provider.links(base, target):
            url = parsed_back(link.url.render(), base, parse, provider.version(target.platform))
            yield NamedLink(provider.SYSTEM, link.kind, link.title, url, link.note)


def _own_links(platform: Platform, service: Service) -> Iterator[NamedLink]:
    """Yield the runbook and the links of the spec, but for those that `check_links` calls unsafe."""
    runbook = runbooks.of_service(platform, service)
    candidates = [("runbook", "Runbook", runbook)] if runbook else []
    candidates += [("link", link.title, link.url) for link in service.links]
    for kind, title, url in candidates:
        try:
            yield NamedLink("user", kind, title, safe_link(url))
        except UnsafeUrlError:
            continue


def _bases(platform: Platform) -> dict[str, Base]:
    """Where each configured system lives."""
    found = ((provider, base_of(provider, platform)) for provider, _ in PROVIDERS)
    return {provider.SYSTEM: base for provider, base in found if base}


def bases_in_grafana(platform: Platform) -> dict[str, Base]:
    """The same for links on Grafana's own pages, which lead to each other without a host."""
    bases = _bases(platform) | {grafana.SYSTEM: SAME_ORIGIN}
    return {
        provider.SYSTEM: SAME_ORIGIN if provider.IN_GRAFANA else bases[provider.SYSTEM]
        for provider, _ in PROVIDERS
        if provider.SYSTEM in bases
    }


def dashboard_uid(platform: Platform, service: Service) -> str:
    """The uid of a service's dashboard."""
    return names.dashboard_uid(platform.project, SERVICE_DASHBOARD, service.namespace, service.name)


def parsed_back(url: str, base: Base, parse: Parse, version: str) -> str:
    """`url`, after its system's grammar has accepted it; GrammarError is a defect of the builder."""
    parse(url, base.text, version)
    return url
