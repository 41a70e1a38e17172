"""Links to logs in Loki, which is read in Grafana's Explore."""

from __future__ import annotations

from collections.abc import Iterator

from generator.links import explore
from generator.links.model import ProviderLink, Target
from generator.links.url import Base
from generator.spec.model import Platform

SYSTEM = "loki"
ANNOTATION = "logs"
IN_GRAFANA = True
KNOWS_SLOW = False


def base_url(platform: Platform) -> str:
    """Return Grafana's URL where the logs are in Loki and the data source is known."""
    in_use = platform.logs.kind == "loki" and platform.grafana.data_sources.logs
    return platform.grafana.url if in_use else ""


def version(platform: Platform) -> str:
    """Return the version of Grafana."""
    return platform.grafana.version


def links(base: Base, target: Target) -> Iterator[ProviderLink]:
    """Yield the lines that the service's selector finds."""
    settings = target.platform.grafana
    query = explore.loki(target.service.log_selector)
    url = explore.explore(base, settings, settings.data_sources.logs, query, target.window)
    yield ProviderLink("logs", "Logs", url)
