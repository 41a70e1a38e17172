"""Two services that are measured on the same series."""

from __future__ import annotations

from collections.abc import Iterable

from generator.diagnostics import Diagnostics, Related
from generator.spec.model import Service


def check_same_series(services: Iterable[Service], diagnostics: Diagnostics) -> None:
    """Warn of services of which nothing tells the requests apart: each is measured on both."""
    first: dict[tuple[tuple[str, frozenset[str]], ...], Service] = {}
    for service in services:
        if service.subject is None:
            continue
        selected = tuple(
            (each.protocol.requests, frozenset(map(str, service.subject.reported(each.protocol.name))))
            for each in service.subject.traffic
        )
        other = first.setdefault(selected, service)
        if other is not service:
            diagnostics.warning(
                "service/same-series",
                f'the telemetry of "{service.namespace}/{service.name}" is that of '
                f'"{other.namespace}/{other.name}"',
                service.at.get("telemetry") or service.at.get("name"),
                related=[Related(other.at["name"], "the other service is here")],
                cause="the same labels select both, so that each is measured on the requests of both.",
                fix="tell them apart with telemetry.identity or telemetry.matchers.",
            )
