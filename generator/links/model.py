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
    counts as slow, None where nobody has said; `is_latency` says that slow requests are what it is about.
    """

    platform: Platform
    service: Service
    window: Window
    dashboard: str
    slow: Duration | None = None
    is_latency: bool = False
    recorded: tuple[str, str] = ("", "")

    @property
    def recorded_as(self) -> tuple[str, str]:
        """Namespace and name on the recorded series: those of a journey, not of where it is measured."""
        return self.recorded if any(self.recorded) else self.service.key


@dataclass(frozen=True, slots=True)
class ProviderLink:
    """A link as a provider builds it; `kind` says what it shows and is the same for every service.

    `note` says what its page cannot do that a reader would expect; mostly nothing.
    """

    kind: str
    title: str
    url: Url
    note: str = ""


class Provider(Protocol):
    """The module of a system that links lead to.

    `SYSTEM` is its name in files, `ANNOTATION` the alert annotation that carries one of its links, empty
    where none does.
    `IN_GRAFANA` says that it is read in Grafana, and that Grafana's own pages link to it without a host.
    `KNOWS_SLOW` says that its links depend on the duration from which requests are slow.
    """

    SYSTEM: str
    ANNOTATION: str
    IN_GRAFANA: bool
    KNOWS_SLOW: bool

    def base_url(self, platform: Platform) -> str:
        """Return the URL that links begin with, empty when the platform has no such system."""

    def version(self, platform: Platform) -> str:
        """Return the version that links are written for; empty where all are alike."""

    def links(self, base: Base, target: Target) -> Iterator[ProviderLink]:
        """Yield the links of a service; the first is the one that an alert carries."""
