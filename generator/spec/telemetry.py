"""`protocol`, `streaming` and `telemetry` of a service: which series are its own, and who reports them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.diagnostics import Diagnostics, Span
from generator.documents import Mapping as MappingNode
from generator.documents import Scalar, Sequence
from generator.promql.build import Matcher
from generator.spec.lookup import is_set, text_at
from generator.spec.model import Metadata
from generator.spec.read import plain, read
from generator.telemetry import PROFILES, Subject, load_profile

_NONE = "none"
_PROTOCOLS = ["http", "grpc", "tcp"]
PROTOCOL: Mapping[str, Any] = {
    "anyOf": [
        {"enum": [*_PROTOCOLS, _NONE], "type": "string"},
        {"type": "array", "items": {"enum": _PROTOCOLS}, "minItems": 1, "uniqueItems": True},
    ],
    "default": "http",
    "description": "What it speaks, or a list: then each is counted by its own rules and all are summed. "
    "`none` for anything that has only its own counters.",
}
TELEMETRY: Mapping[str, Any] = {
    "type": "object",
    "description": "Which series tell of this service.",
    "additionalProperties": False,
    "properties": {
        "profile": {
            "enum": list(PROFILES),
            "default": "istio",
            "description": "Which metrics and labels are read.",
        },
        "dataplane": {
            "enum": ["sidecar", "ambient", "gateway", _NONE],
            "default": "sidecar",
            "description": "Whose proxy reports the service: its own sidecar, the node's ztunnel and a "
            "waypoint, or itself as a gateway at the edge. `none` has no telemetry of the mesh.",
        },
        "waypoint": {
            "$ref": "#/definitions/slug",
            "description": "The waypoint in front of it, on ambient. HTTP and gRPC are known to waypoints "
            "alone.",
            "x-default": "none",
        },
        "identity": {
            "$ref": "#/definitions/labels",
            "description": "Labels and values that select this service's series, in place of the profile's.",
            "x-default": "the profile's",
        },
        "matchers": {
            "$ref": "#/definitions/matchers",
            "description": "Added to every selector of the service.",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """How a service is seen; `subject` is None where it has no telemetry, or where a mistake was reported."""

    protocols: tuple[str, ...]
    dataplane: str
    profile: str = "istio"
    waypoint: str = ""
    subject: Subject | None = None


@dataclass(frozen=True, slots=True)
class _Narrowing:
    matchers: tuple[Matcher, ...] = ()


def protocols_of(spec: MappingNode) -> tuple[str, ...]:
    """The protocols of a service, in the order in which they are written; empty for `none`."""
    node = spec.get("protocol")
    if isinstance(node, Sequence):
        return tuple(item.text for item in node.items if isinstance(item, Scalar))
    text = node.text if isinstance(node, Scalar) else "http"
    return () if text == _NONE else (text,)


def read_telemetry(spec: MappingNode, metadata: Metadata, diagnostics: Diagnostics) -> Telemetry:
    """The telemetry of the service `metadata` from its structurally sound `spec`."""
    node = spec.get("telemetry")
    telemetry = node if isinstance(node, MappingNode) else None
    protocols = protocols_of(spec)
    seen = Telemetry(
        protocols=protocols,
        dataplane=text_at(telemetry, "dataplane") or ("sidecar" if protocols else _NONE),
        profile=text_at(telemetry, "profile") or "istio",
        waypoint=text_at(telemetry, "waypoint"),
    )
    place = _place(spec, telemetry, metadata)
    if _contradicts(seen, place, diagnostics) or not protocols:
        return seen
    matchers = read(_Narrowing, telemetry, diagnostics).matchers if telemetry else ()
    subject = Subject.of(
        load_profile(seen.profile),
        protocols,
        seen.dataplane,
        name=metadata.name,
        namespace=metadata.namespace,
        matchers=matchers,
        streaming=is_set(spec, "streaming"),
    )
    identity = telemetry.get("identity") if telemetry else None
    if isinstance(identity, MappingNode) and identity.entries:
        subject = subject.identified_by(plain(identity))
    return Telemetry(
        protocols=protocols,
        dataplane=seen.dataplane,
        profile=seen.profile,
        waypoint=seen.waypoint,
        subject=subject,
    )


def _contradicts(seen: Telemetry, place: Span | None, diagnostics: Diagnostics) -> bool:
    """Report settings that exclude each other."""
    if bool(seen.protocols) != (seen.dataplane != _NONE):
        diagnostics.error(
            "service/telemetry-contradiction",
            f'"protocol: {", ".join(seen.protocols) or _NONE}" and "dataplane: {seen.dataplane}" '
            "contradict each other",
            place,
            cause="a protocol is measured by a proxy; without one there is nothing of the mesh to measure.",
            fix='set both to "none", or neither.',
        )
        return True
    if seen.waypoint and seen.dataplane != "ambient":
        diagnostics.error(
            "service/telemetry-contradiction",
            f'a waypoint and "dataplane: {seen.dataplane}" contradict each other',
            place,
            cause="waypoints stand in front of services without sidecars.",
            fix="say dataplane: ambient, or remove the waypoint.",
        )
        return True
    through = load_profile(seen.profile).dataplanes[seen.dataplane].through if seen.protocols else {}
    blind = [protocol for protocol in seen.protocols if protocol in through]
    if blind and not seen.waypoint:
        diagnostics.error(
            "service/no-waypoint",
            f"{' and '.join(blind)} on ambient cannot be measured without a waypoint",
            place,
            cause="a ztunnel carries connections and does not look inside: nobody counts the requests.",
            fix="name the waypoint, or measure connections with protocol: tcp.",
        )
        return True
    return False


def _place(spec: MappingNode, telemetry: MappingNode | None, metadata: Metadata) -> Span | None:
    """Where the dataplane is written, else the protocol, else the service's name."""
    node = (telemetry.get("dataplane") if telemetry else None) or spec.get("protocol")
    return node.span if node else metadata.at.get("name")
