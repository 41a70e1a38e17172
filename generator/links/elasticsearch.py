"""Links to logs in Elasticsearch through Grafana's Explore, where there is no Kibana to read them in."""

from __future__ import annotations

from collections.abc import Iterator

from generator.links import explore, kibana
from generator.links.model import ProviderLink, Target
from generator.links.url import Base
from generator.spec.model import Platform

SYSTEM = "elasticsearch"
ANNOTATION = "logs"
IN_GRAFANA = True
KNOWS_SLOW = False


def base_url(platform: Platform) -> str:
    """Return Grafana's URL where the data source is known and Kibana is not."""
    in_use = platform.logs.kind == "elasticsearch" and platform.grafana.data_sources.logs
    return platform.grafana.url if in_use and not kibana.base_url(platform) else ""


def version(platform: Platform) -> str:
    """Return the version of Grafana."""
    return platform.grafana.version


def links(base: Base, target: Target) -> Iterator[ProviderLink]:
    """Yield the lines that the service's selector finds."""
    settings, selector = target.platform.grafana, target.service.log_selector
    if selector:
        query = explore.elasticsearch(selector, target.platform.logs.time_field)
        url = explore.explore(base, settings, settings.data_sources.logs, query, target.window)
        yield ProviderLink("logs", "Logs", url)
