"""What of a service's telemetry excludes each other: protocol, dataplane, waypoint, reporter, profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from generator.diagnostics import Diagnostics, Span
from generator.documents import Mapping as MappingNode
from generator.spec.model import Metadata
from generator.telemetry import Profile
from generator.telemetry.schema import INNER_DATAPLANES

_NONE = "none"


class Seen(Protocol):
    """What a service says of its telemetry, defaults filled in."""

    @property
    def protocols(self) -> tuple[str, ...]:
        """Empty for `none`."""

    @property
    def dataplane(self) -> str:
        """Its own or the profile's first."""

    @property
    def waypoint(self) -> str:
        """A name or nothing."""

    @property
    def reporter(self) -> str:
        """Its own or nothing."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where a service says what it says of its telemetry."""

    spec: MappingNode
    telemetry: MappingNode | None
    metadata: Metadata

    def of(self, *fields: str) -> Span | None:
        """The place of the first field that is written, else the service's name."""
        for field in fields:
            node = self.spec.get(field) if field == "protocol" else None
            node = node or (self.telemetry.get(field) if self.telemetry else None)
            if node:
                return node.span
        return self.metadata.at.get("name")


@dataclass(frozen=True, slots=True)
class _Contradiction:
    message: str
    place: Span | None
    cause: str
    fix: str
    code: str = "service/telemetry-contradiction"


def contradicts(seen: Seen, profile: Profile, places: Written, diagnostics: Diagnostics) -> bool:
    """Report the first of a service's settings that exclude each other; the others may follow from it."""
    for found in _contradictions(seen, profile, places):
        diagnostics.error(found.code, found.message, found.place, cause=found.cause, fix=found.fix)
        return True
    return False


def _contradictions(seen: Seen, profile: Profile, places: Written) -> Iterator[_Contradiction]:
    unproxied = seen.protocols and _NONE in profile.dataplanes
    if bool(seen.protocols) != (seen.dataplane != _NONE) and not unproxied:
        yield _Contradiction(
            f'"protocol: {", ".join(seen.protocols) or _NONE}" and "dataplane: {seen.dataplane}" contradict '
            "each other",
            places.of("dataplane", "protocol"),
            "a protocol is measured by a proxy; without one there is nothing of the mesh to measure.",
            'set both to "none", or neither.',
        )
    if not seen.protocols:
        yield from _waypoint(seen, places)
        return
    outer = [name for name in profile.dataplanes if name not in INNER_DATAPLANES]
    if seen.dataplane not in outer:
        yield _Contradiction(
            f'"dataplane: {seen.dataplane}" and "profile: {profile.name}" contradict each other',
            places.of("dataplane", "profile"),
            f"with {profile.name}, services are on {_listed(outer)}"
            + ("; no proxy tells of them." if outer == [_NONE] else "."),
            "leave the dataplane out, or choose a profile that knows it.",
        )
        return
    for protocol in seen.protocols:
        if protocol not in profile.protocols:
            yield _Contradiction(
                f'"protocol: {protocol}" and "profile: {profile.name}" contradict each other',
                places.of("protocol", "profile"),
                f"{profile.name} counts {_listed(tuple(profile.protocols))} and nothing else.",
                "choose a profile that counts it, or measure counters of your own with events.",
            )
            return
    yield from _waypoint(seen, places)
    yield from _through(seen, profile, places)
    yield from _reporter(seen, profile, places)


def _waypoint(seen: Seen, places: Written) -> Iterator[_Contradiction]:
    if seen.waypoint and seen.dataplane != "ambient":
        yield _Contradiction(
            f'a waypoint and "dataplane: {seen.dataplane}" contradict each other',
            places.of("dataplane", "waypoint"),
            "waypoints stand in front of services without sidecars.",
            "say dataplane: ambient, or remove the waypoint.",
        )


def _through(seen: Seen, profile: Profile, places: Written) -> Iterator[_Contradiction]:
    through = profile.dataplanes[seen.dataplane].through
    blind = [protocol for protocol in seen.protocols if through.get(protocol) in INNER_DATAPLANES]
    if blind and not seen.waypoint:
        yield _Contradiction(
            f"{' and '.join(blind)} on ambient cannot be measured without a waypoint",
            places.of("dataplane", "protocol"),
            "a ztunnel carries connections and does not look inside: nobody counts the requests.",
            "name the waypoint, or measure connections with protocol: tcp.",
            code="service/no-waypoint",
        )


def _reporter(seen: Seen, profile: Profile, places: Written) -> Iterator[_Contradiction]:
    if not seen.reporter:
        return
    for protocol in seen.protocols:
        known = [name for name in profile.planes(protocol, seen.dataplane).reporters if name]
        if seen.reporter not in known:
            yield _Contradiction(
                f'"reporter: {seen.reporter}" and "dataplane: {seen.dataplane}" contradict each other',
                places.of("reporter"),
                f"of {protocol} on {seen.dataplane} "
                + (f"{_listed(known)} can tell." if known else "only the service itself tells."),
                f"write reporter: {known[0]}, or leave it out." if known else "leave the reporter out.",
            )
            return


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
