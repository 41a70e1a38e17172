"""What leads out of an alert: dashboard, Kiali, traces, logs, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from generator.links.runbooks import pack_alert, slo_alert
from generator.links.service import alert_annotations, dashboard_uid
from generator.links.window import AlertWindow
from generator.promql.duration import Duration
from generator.rules.prose import literal
from generator.spec.model import SLO, Platform, Service

RUNBOOK = "runbook_url"
# What the links of an alert open that has no window of its own.
WITHOUT_WINDOW = Duration.parse("1h")

AlertLinks = Callable[[Duration, Duration | None], Mapping[str, str]]
"""The annotations of an alert, by the window to show and the duration from which requests are slow."""


def alert_links(platform: Platform, service: Service) -> AlertLinks:
    """What leads out of a service's alerts; the links of each window are built once."""
    uid = dashboard_uid(platform, service)

    @cache
    def of_window(window: Duration, slow: Duration | None) -> Mapping[str, str]:
        plain = of_window(window, None) if slow else {}
        return alert_annotations(platform, service, uid, AlertWindow(window), slow, plain=plain)

    return of_window


def slo_runbook(platform: Platform, service: Service, slo: SLO, alert: str) -> Mapping[str, str]:
    """The annotation that says what to do about an alert of an SLO; nothing where nobody has said."""
    return _annotation(slo.runbook or slo_alert(platform, service, slo.name, alert))


def pack_runbook(platform: Platform, service: Service, pack: str, alert: str) -> Mapping[str, str]:
    """The same for an alert of a pack."""
    return _annotation(pack_alert(platform, service, pack, alert))


def _annotation(url: str) -> Mapping[str, str]:
    return {RUNBOOK: literal(url)} if url else {}
