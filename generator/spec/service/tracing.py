"""`tracing` of a service: its name in traces, and which of its traces are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.diagnostics import Diagnostics, Related
from generator.documents import Mapping as MappingNode
from generator.promql.build import number
from generator.spec.lookup import mapping_at, text_at
from generator.spec.merge import merge
from generator.spec.model import Keep, Metadata, Platform, Service
from generator.spec.read import read
from generator.spec.tokens import fill

KEEP: Mapping[str, Any] = {
    "type": "object",
    "description": "Which of its traces are kept, decided when they are complete.",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "errors": {"$ref": "#/definitions/percent", "description": "Of traces with an error."},
        "slowerThan": {
            "$ref": "#/definitions/duration",
            "description": "Traces that took this long or longer are kept.",
        },
        "operations": {
            "type": "array",
            "uniqueItems": True,
            "items": {"type": "string", "minLength": 1, "maxLength": 500},
            "description": "Names of operations whose traces are kept.",
        },
        "headers": {
            "type": "array",
            "description": "Request headers whose traces are kept.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": {
                        "type": "string",
                        "pattern": "^[A-Za-z0-9-]{1,100}$",
                        "description": "Name of the header.",
                    },
                    "value": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 200,
                        "description": "Its value.",
                        "x-default": "any",
                    },
                },
            },
        },
        "remainder": {"$ref": "#/definitions/percent", "description": "Of all other traces."},
    },
}
TRACING: Mapping[str, Any] = {
    "type": "object",
    "description": "How it is found in traces, and which of them are kept.",
    "additionalProperties": False,
    "properties": {
        "service": {
            "type": "string",
            "minLength": 1,
            "maxLength": 253,
            "description": "Its service name in traces.",
            "x-default": "the platform's `tracing.serviceName`",
        },
        "keep": KEEP,
    },
}


def tracing_name(spec: MappingNode, metadata: Metadata, platform: Platform) -> str:
    """What the service is called in traces."""
    own = text_at(mapping_at(spec, "tracing"), "service")
    names = {"service": metadata.name, "namespace": metadata.namespace}
    return own or fill(platform.tracing.service_name, names)


def read_keep(
    spec: MappingNode, tier: MappingNode | None, platform: Platform, diagnostics: Diagnostics
) -> Keep | None:
    """Which traces are kept, over what the tier says; what the head makes impossible is reported."""
    own, given = (mapping_at(mapping_at(node, "tracing"), "keep") for node in (spec, tier))
    node = merge(given, own) if given and own else own or given
    if not isinstance(node, MappingNode):
        return None
    keep = read(Keep, node, diagnostics)
    head = platform.tracing.head_percent
    if head is not None and head < 100 and (keep.errors or keep.slower_than or keep.operations):
        key = next(name for name in ("errors", "slowerThan", "operations") if name in keep.at)
        diagnostics.warning(
            "tracing/head-below-keep",
            f"{number(head)} % of requests are traced, so that no more than that can be kept here",
            keep.at[key],
            cause="the place where a trace starts has decided before anybody knows how it ends.",
            fix="set tracing.headPercent of the platform, and of the mesh, to 100, or keep less.",
        )
    return keep


def check_tracing_names(services: Iterable[Service], diagnostics: Diagnostics) -> None:
    """Report services that could not be told apart in traces."""
    first: dict[str, Service] = {}
    for service in services:
        if "$" in service.tracing_service:
            continue  # of a template that has been reported
        other = first.setdefault(service.tracing_service, service)
        if other is not service:
            diagnostics.error(
                "service/tracing-name",
                f'two services are called "{service.tracing_service}" in traces',
                service.at.get("tracing") or service.at.get("name"),
                related=[Related(other.at.get("tracing") or other.at["name"], "the other is here")],
                cause="a search for the traces of one would show those of both.",
                fix="write tracing.service as the mesh names it, or keep $namespace in the platform's "
                "tracing.serviceName.",
            )
