"""Annotations and links of a service's entity in Backstage, to be merged into its `catalog-info.yaml`.

Annotations: those of the plugins for Grafana, Kiali and Jaeger (backstage/community-plugins).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator import names
from generator.delivery import yaml_text
from generator.delivery.artifact import Artifact
from generator.links import NamedLink, service_links
from generator.promql.duration import Duration
from generator.spec.model import Project, Service

_ICONS = {"grafana": "dashboard", "user": "docs", "kiali": "web", "alertmanager": "warning"}


def artifacts(project: Project, slow: Mapping[tuple[str, str], Duration]) -> Iterator[Artifact]:
    """Yield `backstage/<namespace>/<service>.yaml` for each service that anything is known of."""
    for service in project.services:
        links = service_links(project.platform, service, slow.get(service.key)).links
        listed = [
            {"url": link.url, "title": link.title, "icon": _ICONS.get(link.system, "search")}
            for link in links
        ]
        metadata: dict[str, Any] = {}
        if annotations := _annotations(service, links):
            metadata["annotations"] = annotations
        if listed:
            metadata["links"] = listed
        if metadata:
            path = names.backstage_path(service.namespace, service.name)
            comments = ["Merge this into the entity's catalog-info.yaml."]
            yield Artifact(
                path, yaml_text.document({"metadata": metadata}, service.source, comments), service.source
            )


def _annotations(service: Service, links: Iterable[NamedLink]) -> dict[str, str]:
    """What the plugins of the systems that the service is linked to ask for."""
    systems = {link.system: link.url for link in reversed(list(links))}
    found = {}
    if "grafana" in systems:
        found["grafana/overview-dashboard"] = systems["grafana"]
    if "jaeger" in systems and service.edge.tracing_service:
        found["jaegertracing.io/service"] = service.edge.tracing_service
    if "kiali" in systems:
        found["kiali.io/namespace"] = service.edge.namespace
    return found
