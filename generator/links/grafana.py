"""Links to Grafana dashboards by uid, which outlives titles and folders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.links.model import ProviderLink, Query, Target
from generator.links.url import Base, Url
from generator.links.window import RecentWindow, Unit, Window
from generator.promql.duration import Duration
from generator.spec.model import Platform

SYSTEM = "grafana"
ANNOTATION = "dashboard"


def base_url(platform: Platform) -> str:
    """Return the configured URL, empty when it is unknown."""
    return platform.grafana.url


def dashboard(base: Base, uid: str, window: Window, variables: Mapping[str, str] | None = None) -> Url:
    """Build a link to a dashboard at a time, with template variables set.

    With the base `url.SAME_ORIGIN` it leads from one dashboard to another, wherever Grafana is.
    """
    chosen = tuple((f"var-{name}", value) for name, value in (variables or {}).items())
    return Url(base, ("d", uid), (*_time(window), *chosen))


def links(base: Base, target: Target) -> Iterator[ProviderLink]:
    """Yield the dashboard of the target."""
    yield ProviderLink("dashboard", "Dashboard", dashboard(base, target.dashboard, target.window))


def _time(window: Window) -> Query:
    if isinstance(window, RecentWindow):
        length = Duration(window.length.seconds * 1000)  # Grafana knows no shorter unit than seconds
        return (("from", f"now-{length}"), ("to", "now"))
    start, end = window.bounds(Unit.MILLISECONDS)
    return (("from", start), ("to", end))
