"""Links to traces in Tempo, which is read in Grafana's Explore: failed, slow and all ones of a service."""

from __future__ import annotations

from collections.abc import Iterator

from generator.links import explore
from generator.links.model import ProviderLink, Target
from generator.links.url import Base
from generator.spec.model import Platform

SYSTEM = "tempo"
ANNOTATION = "traces"
IN_GRAFANA = True
KNOWS_SLOW = True


def base_url(platform: Platform) -> str:
    """Return Grafana's URL where the traces are in Tempo and the data source is known."""
    in_use = platform.tracing.provider == "tempo" and platform.grafana.data_sources.traces
    return platform.grafana.url if in_use else ""


def version(platform: Platform) -> str:
    """Return the version of Grafana."""
    return platform.grafana.version


def links(base: Base, target: Target) -> Iterator[ProviderLink]:
    """Yield what the target is about first, failed or slow traces; then the others."""
    name, settings = target.service.tracing_service, target.platform.grafana
    searches = [("errors", "Tempo: errors", explore.tempo_search(name, errors=True))]
    if target.slow:
        query = explore.tempo_search(name, slower_than=target.slow)
        searches.insert(0 if target.is_latency else 1, ("slow", f"Tempo: slower than {target.slow}", query))
    searches.append(("traces", "Tempo: all", explore.tempo_search(name)))
    for kind, title, query in searches:
        url = explore.explore(
            base, settings, settings.data_sources.traces, explore.tempo(query), target.window
        )
        yield ProviderLink(kind, title, url)
