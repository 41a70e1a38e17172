"""`protocol`, `streaming` and `telemetry` of a service: which series are its own, and who reports them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from generator.diagnostics import Diagnostics, Span, did_you_mean
from generator.documents import Mapping as MappingNode
from generator.documents import Scalar, Sequence
from generator.promql.build import Matcher
from generator.sli.model import PromQL
from generator.spec.contradictions import Written, contradicts
from generator.spec.lookup import is_set, mapping_at, text_at
from generator.spec.model import Metadata, Platform
from generator.spec.presence import check_presence
from generator.spec.read import plain, read
from generator.telemetry import DEFAULT_PROFILE, PROFILES, Profile, Subject, load_profile
from generator.telemetry.schema import DATAPLANES, PROTOCOLS, REPORTERS
from generator.telemetry.subject import presence_query

_NONE = "none"
PROTOCOL: Mapping[str, Any] = {
    "anyOf": [
        {"enum": [*PROTOCOLS, _NONE], "type": "string"},
        {"type": "array", "items": {"enum": list(PROTOCOLS)}, "minItems": 1, "uniqueItems": True},
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
            "$ref": "#/definitions/slug",
            "description": "Which metrics and labels are read: "
            + ", ".join(f"`{name}`" for name in PROFILES)
            + ", or one of the platform's `telemetryProfiles`.",
            "x-default": "the platform's",
        },
        "dataplane": {
            "enum": list(DATAPLANES),
            "description": "Whose proxy reports the service: its own sidecar, the node's ztunnel and a "
            "waypoint, or itself as a gateway at the edge. `none` where no proxy does.",
            "x-default": "the profile's first: `sidecar` in a mesh, `none` where the service tells of "
            "itself; `none` without a protocol",
        },
        "waypoint": {
            "$ref": "#/definitions/slug",
            "description": "The waypoint in front of it, on ambient. HTTP and gRPC are known to waypoints "
            "alone.",
            "x-default": "none",
        },
        "reporter": {
            "enum": list(REPORTERS),
            "description": "Whose tale is counted: that of the callee, of its callers, or of the waypoint.",
            "x-default": "what the dataplane makes of it",
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
        "presence": {
            "$ref": "#/definitions/promql",
            "description": "An instant query that has a result while the service should have telemetry. If "
            "it does and an SLI has none, `SLITelemetryAbsent` fires. It knows `$service` and `$namespace`.",
            "x-default": "the profile's: what another reporter sees",
            "x-example": "up{job=$service, namespace=$namespace} == 1",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """How a service is seen; `subject` is None where it has no telemetry, or where a mistake was reported.

    `presence` is the service's own query, its tokens filled in. `damaged` says that a mistake was reported.
    """

    protocols: tuple[str, ...]
    dataplane: str
    profile: str = DEFAULT_PROFILE
    waypoint: str = ""
    reporter: str = ""
    presence: PromQL | None = None
    subject: Subject | None = None
    damaged: bool = False


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


def protocol_places(spec: MappingNode) -> dict[str, Span]:
    """Where each protocol of a service was written; nothing where it says none."""
    node = spec.get("protocol")
    written = node.items if isinstance(node, Sequence) else (node,)
    return {each.text: each.span for each in written if isinstance(each, Scalar)}


def read_telemetry(
    spec: MappingNode, metadata: Metadata, platform: Platform, diagnostics: Diagnostics
) -> Telemetry:
    """The telemetry of the service `metadata` from its structurally sound `spec`."""
    telemetry = mapping_at(spec, "telemetry")
    protocols = protocols_of(spec)
    name = text_at(telemetry, "profile") or platform.profile
    profile = profile_named(name, platform.telemetry_profiles)
    default = profile.default_dataplane if profile and protocols else _NONE
    seen = Telemetry(
        protocols=protocols,
        dataplane=text_at(telemetry, "dataplane") or default,
        profile=name,
        waypoint=text_at(telemetry, "waypoint"),
        reporter=text_at(telemetry, "reporter"),
        presence=_presence(telemetry, metadata, platform, diagnostics),
    )
    if profile is None:
        _unknown_profile(telemetry, name, platform, diagnostics)
        return replace(seen, damaged=True)
    if contradicts(seen, profile, Written(spec, telemetry, metadata), diagnostics):
        return replace(seen, damaged=True)
    if not protocols:
        return seen
    subject = Subject.of(
        profile,
        protocols,
        seen.dataplane,
        name=metadata.name,
        namespace=metadata.namespace,
        reporter=seen.reporter,
    ).written_at(protocol_places(spec))
    if telemetry:
        subject = subject.with_matchers(read(_Narrowing, telemetry, diagnostics).matchers)
    if is_set(spec, "streaming"):
        subject = subject.with_streams()
    identity = telemetry.get("identity") if telemetry else None
    if isinstance(identity, MappingNode) and identity.entries:
        subject = subject.identified_by(plain(identity))
    return replace(seen, subject=subject)


def profile_named(name: str, own: Mapping[str, Profile]) -> Profile | None:
    """A built-in profile or one of the team's own; None if there is none of this name."""
    return own.get(name) or (load_profile(name) if name in PROFILES else None)


def _unknown_profile(
    telemetry: MappingNode | None, name: str, platform: Platform, diagnostics: Diagnostics
) -> None:
    """Report a service's profile that nobody defined; one of the platform's default is reported there."""
    node = telemetry.get("profile") if telemetry else None
    damaged = name in platform.damaged_profiles
    if node and not damaged:
        diagnostics.error(
            "service/unknown-profile",
            f'no telemetry profile is called "{name}"',
            node.span,
            fix=known_profiles(name, platform.telemetry_profiles),
        )


def known_profiles(name: str, own: Mapping[str, Profile]) -> str:
    """What to write in place of the name of a profile that nobody defined."""
    known = [*PROFILES, *own]
    return did_you_mean(name, known) or f"known: {', '.join(known)}; define others under telemetryProfiles."


def _presence(
    telemetry: MappingNode | None, metadata: Metadata, platform: Platform, diagnostics: Diagnostics
) -> PromQL | None:
    node = telemetry.get("presence") if telemetry else None
    if not isinstance(node, Scalar) or not check_presence(node, platform.identity_labels, diagnostics):
        return None
    return PromQL(presence_query(node.text, metadata.name, metadata.namespace), node)
