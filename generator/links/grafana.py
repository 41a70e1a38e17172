"""Links to Grafana dashboards by uid, which outlives titles and folders, and to an SLI in Explore."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from generator import names
from generator.links import explore
from generator.links.model import ProviderLink, Query, Target
from generator.links.url import Base, Url, Value
from generator.links.version import UnsupportedError
from generator.links.window import RecentWindow, Unit, Window
from generator.promql.build import Selector, equal
from generator.spec.model import Platform

SYSTEM = "grafana"
ANNOTATION = "dashboard"
IN_GRAFANA = True
KNOWS_SLOW = False
_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")


def base_url(platform: Platform) -> str:
    """Return the configured URL, empty when it is unknown."""
    return platform.grafana.url


def version(platform: Platform) -> str:
    """Return the version that links are written for."""
    return platform.grafana.version


def dashboard(base: Base, uid: str, window: Window, variables: Mapping[str, Value] | None = None) -> Url:
    """Build a link to a dashboard at a time, with template variables set.

    With the base `url.SAME_ORIGIN` it leads from one dashboard to another, wherever Grafana is.
    """
    if not _UID.fullmatch(uid):
        msg = f"{uid!r} is not the uid of a dashboard"
        raise UnsupportedError(msg)
    chosen = tuple((f"var-{name}", value) for name, value in (variables or {}).items())
    return Url(base, ("d", uid), (*_time(window), *chosen))


def links(base: Base, target: Target) -> Iterator[ProviderLink]:
    """Yield the dashboard of the target, and its error ratios in Explore where the data source is known."""
    yield ProviderLink("dashboard", "Dashboard", dashboard(base, target.dashboard, target.window))
    settings = target.platform.grafana
    if settings.data_sources.prometheus and target.service.slos:
        query = explore.prometheus(_error_ratios(*target.recorded_as))
        url = explore.explore(base, settings, settings.data_sources.prometheus, query, target.window)
        yield ProviderLink("explore", "Explore: error ratios", url)


def _error_ratios(namespace: str, service: str) -> str:
    identity = (equal(names.NAMESPACE, namespace), equal(names.SERVICE, service))
    return Selector(names.error_ratio_record("5m"), identity).render()


def _time(window: Window) -> Query:
    start, end = window.relative if isinstance(window, RecentWindow) else window.bounds(Unit.MILLISECONDS)
    return (("from", start), ("to", end))
