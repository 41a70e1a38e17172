"""What users may link to: whole http or https addresses without credentials, at hosts the platform names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostics, Span
from generator.links import alertmanager, kiali
from generator.links.url import Base, UnsafeUrlError, host_and_port, is_host
from generator.links.version import at_least
from generator.spec.model import Places, Platform, Project, Service

# Systems that people open, and systems that other programs ask: fields of the platform.
_LINKED = ("alertmanager", "grafana", "kiali", "jaeger", "prometheus", "logs", "repository")
_INTERNAL = ("grafana", "prometheus", "logs", "tracing")
_PORT = re.compile(r":[0-9]{1,5}$")
# What Grafana knows of the value that is clicked on (grafana.com/docs, "Data link variables").
OF_VALUE = (
    r"__value\.(?:raw|numeric|text|time)|__(?:field|series)\.name|__(?:field\.labels|data\.fields)\.\w+"
)
_VARIABLE = re.compile(rf"\$\{{(?:\w+|{OF_VALUE})\}}", re.ASCII)  # of Grafana, in a dashboard's link
_UNSAFE_CAUSE = "links are opened with one click from alerts and dashboards."
_UNSAFE_FIX = "write a whole address such as https://wiki.example.com/page."


def allowed_hosts(platform: Platform) -> frozenset[str]:
    """List the hosts that users' links may lead to: those of the platform's own URLs and of `linkHosts`.

    They are in lower case. An entry of `linkHosts` with a port stays as it is, `host:port`, and allows that
    port only.
    """
    urls = (*(getattr(platform, system).url for system in _LINKED), platform.runbook)
    hosts = {host.lower() for host in platform.link_hosts}
    for url in filter(None, urls):
        try:
            hosts.add(host_and_port(url)[0])
        except UnsafeUrlError:
            continue  # reported where it matters
    return frozenset(hosts)


def check_links(project: Project, diagnostics: Diagnostics) -> None:
    """Report platform URLs that nothing can be appended to, and users' links that must not be followed."""
    platform = project.platform
    for system in _LINKED:
        _check_base(f"{system}.url", getattr(platform, system).url, platform, diagnostics)
    for system in _INTERNAL:
        _check_base(f"{system}.internalUrl", getattr(platform, system).internal_url, platform, diagnostics)
    _check_version(platform, diagnostics)
    for host in platform.link_hosts:
        if not is_host(_PORT.sub("", host.lower())):
            diagnostics.error(
                "links/invalid-host",
                f'linkHosts: "{_shown(host)}" is not a host',
                _place(platform.at, "linkHosts"),
                cause="it is compared with the whole host of a link, so this one would never match.",
                fix="write wiki.example.com or wiki.example.com:8443, without scheme, path or wildcard.",
            )
    allowed = allowed_hosts(platform)
    for service in project.services:
        for what, url, span in _own_urls(service, platform):
            check_link(what, url, span, allowed, diagnostics)
    for dashboard in project.dashboards:
        for row in dashboard.rows:
            for link in (link for panel in row.panels for link in (*panel.links, *panel.value_links)):
                url = _VARIABLE.sub("_", link.url)  # no host may hold it
                check_link(f'the link "{link.title.text}"', url, link.at["url"], allowed, diagnostics)


def _check_base(field: str, url: str, platform: Platform, diagnostics: Diagnostics) -> None:
    if not url:
        return
    try:
        Base.parse(url)
    except UnsafeUrlError as error:
        diagnostics.error(
            "links/unsafe-url",
            f"{field} {error}",
            _place(platform.at, field, field.partition(".")[0]),
            cause="every link to this system begins with it.",
            fix="write scheme, host, port and path only, such as https://mesh.example.com/kiali.",
        )


def _check_version(platform: Platform, diagnostics: Diagnostics) -> None:
    for system, settings, oldest, otherwise in (
        ("Kiali", platform.kiali, kiali.OLDEST, "Kiali answers an unknown one with its overview"),
        (
            "Alertmanager",
            platform.alertmanager,
            alertmanager.OLDEST,
            "it shows every alert for a filter that it cannot read",
        ),
    ):
        if settings.url and not at_least(settings.version, oldest):
            since, field = ".".join(map(str, oldest)), system.lower()
            diagnostics.error(
                "links/version",
                f"links into {system} {settings.version} are not known",
                _place(platform.at, f"{field}.version", field),
                cause=f"its routes were compared from {since} on, and {otherwise}.",
                fix=f"use {system} {since} or newer, or remove {field}.url.",
            )


def _own_urls(service: Service, platform: Platform) -> Iterator[tuple[str, str, Span | None]]:
    """Find each URL that the service's spec brings, with what it is and where it stands."""
    if service.runbook and "runbook" not in service.at:
        yield "runbook", service.runbook, _place(platform.at, "runbook")
    elif service.runbook:
        yield "runbook", service.runbook, service.at["runbook"]
    for link in service.links:
        yield f'the link "{link.title}"', link.url, _place(service.at, "links")
    for slo in service.slos:
        if slo.runbook:
            yield "runbook", slo.runbook, _place(slo.at, "runbook")


def check_link(
    what: str, url: str, span: Span | None, allowed: frozenset[str], diagnostics: Diagnostics
) -> None:
    """Report a user's link that is no whole address, or leads to a host that is not among the `allowed`."""
    try:
        host, port = host_and_port(url)
    except UnsafeUrlError as error:
        diagnostics.error("links/unsafe-url", f"{what} {error}", span, cause=_UNSAFE_CAUSE, fix=_UNSAFE_FIX)
        return
    if allowed.isdisjoint({host, f"{host}:{port}"}):
        diagnostics.error(
            "links/host-not-allowed",
            f"{what} leads to {host}, which the platform does not allow",
            span,
            cause=_UNSAFE_CAUSE,
            fix=f"add {host} to linkHosts in the platform's file, or link to a host that is there.",
        )


def _place(at: Places, *fields: str) -> Span | None:
    """Find where the first of `fields` that was written stands, else the whole."""
    return next((at[field] for field in (*fields, "") if field in at), None)


def _shown(host: str) -> str:
    """Drop what stands before an @: it may be a password."""
    return host.rpartition("@")[2]
