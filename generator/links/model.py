"""What a link provider is, what it is asked for, and what it yields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from generator.links.url import Base, Url, Value
from generator.links.window import Window
from generator.promql.duration import Duration
from generator.spec.model import Platform, Service

Query = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Target:
    """What one set of links is about.

    `dashboard` is the uid of the Grafana dashboard to open. `slow` is the duration from which a request
    counts as slow, None where nobody has said.
    """

    platform: Platform
    service: Service
    window: Window
    dashboard: str
    slow: Duration | None = None


@dataclass(frozen=True, slots=True)
class ProviderLink:
    """A link as a provider builds it; `kind` says what it shows and is the same for every service."""

    kind: str
    title: str
    url: Url


class Provider(Protocol):
    """The module of a system that links lead to.

    `SYSTEM` is its name in files, `ANNOTATION` the alert annotation that carries its first link.
    """

    SYSTEM: str
    ANNOTATION: str

    def base_url(self, platform: Platform) -> str:
        """Return the configured URL, empty when the platform has no such system."""

    def links(self, base: Base, target: Target) -> Iterator[ProviderLink]:
        """Yield the links of a service; the first is the one that an alert carries."""
