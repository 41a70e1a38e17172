"""`telemetryProfiles` of the platform: a team's own profiles, read like the built-in ones."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from generator.diagnostics import Diagnostics, Span, did_you_mean
from generator.documents import Mapping as MappingNode
from generator.documents import Node, Scalar, Sequence
from generator.spec.lookup import mapping_at
from generator.spec.presence import check_presence
from generator.spec.read import plain
from generator.telemetry import PROFILES, Profile
from generator.telemetry.read import extended, profile_of
from generator.telemetry.schema import INNER_DATAPLANES, PROFILE

PROFILES_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "propertyNames": {"pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},
    "additionalProperties": PROFILE,
    "description": "Telemetry profiles of your own by name, beside the built-in ones.",
}


def read_profiles(spec: MappingNode, diagnostics: Diagnostics) -> tuple[dict[str, Profile], frozenset[str]]:
    """The sound profiles in a platform's `spec` by name, and the names of the others, which were reported."""
    node = mapping_at(spec, "telemetryProfiles")
    profiles, damaged = {}, set()
    for key, body in node.entries if node else ():
        assert isinstance(body, MappingNode)  # noqa: S101  # the structure says so
        before = len(diagnostics.items)
        _check_name(key, diagnostics)
        if _has_base(body, diagnostics):
            data = extended(plain(body))
            _Checker(key, body, diagnostics).check(data)
        if len(diagnostics.items) > before:
            damaged.add(key.text)
        else:
            profiles[key.text] = profile_of(key.text, data)
    return profiles, frozenset(damaged)


def _check_name(name: Scalar, diagnostics: Diagnostics) -> None:
    if name.text in PROFILES:
        diagnostics.error(
            "profile/built-in",
            f'"{name.text}" is a built-in profile',
            name.span,
            cause="a service that names it would be measured otherwise than its name says.",
            fix=f'choose another name; with "extends: {name.text}" it changes only what you say.',
        )


def _has_base(body: MappingNode, diagnostics: Diagnostics) -> bool:
    """Whether what the profile extends exists; if not, that has been reported."""
    base = body.get("extends")
    if isinstance(base, Scalar) and base.text not in PROFILES:
        diagnostics.error(
            "profile/unknown-base",
            f'no built-in profile is called "{base.text}"',
            base.span,
            fix=did_you_mean(base.text, PROFILES) or f"known: {', '.join(PROFILES)}.",
        )
        return False
    return True


class _Checker:
    """What must hold in a profile's data, reported where the team wrote them."""

    def __init__(self, name: Scalar, body: MappingNode, diagnostics: Diagnostics) -> None:
        self.name, self.body, self.diagnostics = name, body, diagnostics

    def check(self, data: Mapping[str, Any]) -> None:
        """Report everything that would make the profile useless or wrong."""
        for key in ("protocols", "dataplanes"):
            if not data.get(key):
                self.incomplete((), key, f'the profile "{self.name.text}"')
        for name, protocol in (data.get("protocols") or {}).items():
            self.protocol(("protocols", name), protocol)
        self.durations(data.get("protocols") or {})
        self.overlaps(data.get("protocols") or {})
        planes = data.get("dataplanes") or {}
        for name, plane in planes.items():
            self.dataplane(("dataplanes", name), plane, data)
        outer = [name for name in planes if name not in INNER_DATAPLANES]
        if planes and not outer:
            self.wrong(
                "profile/no-dataplane",
                f'the profile "{self.name.text}" has no dataplane that a service can name',
                self.span("dataplanes"),
                cause="services name sidecar, ambient, gateway or none; to a waypoint another one leads.",
                fix="add one of them.",
            )

    def protocol(self, path: tuple[str, ...], data: Mapping[str, Any]) -> None:
        if "requests" not in data:
            self.incomplete(path, "requests", f"the protocol {path[-1]}")
        for key, failure in data.get("failures", {}).items():
            self.failure((*path, "failures", key), key, failure)
        duration = data.get("duration")
        if duration is not None:
            self.duration((*path, "duration"), duration)

    def failure(self, path: tuple[str, ...], key: str, data: Mapping[str, Any]) -> None:
        for field in ("label", "values"):
            if field not in data:
                self.incomplete(path, field, key)

    def duration(self, path: tuple[str, ...], data: Mapping[str, Any]) -> None:
        for field in ("metric", "unit"):
            if field not in data:
                self.incomplete(path, field, "a duration")
        edges = data.get("buckets", [])
        if not data.get("native") and not edges:
            self.incomplete(path, "buckets", "the duration of a classic histogram")
        elif edges != sorted(edges):
            self.wrong(
                "profile/buckets",
                "the edges of buckets ascend",
                self.span(*path, "buckets"),
                fix="sort them, and leave out +Inf.",
            )

    def durations(self, protocols: Mapping[str, Any]) -> None:
        """All histograms are summed up for a service that speaks several protocols."""
        found = {
            name: (bool(one["duration"].get("native")), one["duration"].get("unit"))
            for name, one in protocols.items()
            if "duration" in one
        }
        natives = {native for native, _ in found.values()}
        units = {unit for native, unit in found.values() if native}
        if len(natives) > 1 or len(units) > 1:
            self.wrong(
                "profile/durations",
                f"the durations of {' and '.join(found)} are of different kinds",
                self.span("protocols"),
                cause="those of a service that speaks both are added up: classic or native histograms, "
                "native ones in one unit.",
                fix="make two profiles.",
            )

    def overlaps(self, protocols: Mapping[str, Any]) -> None:
        """Series of two protocols are told apart by labels alone: rates have no names."""
        for (first, one), (second, other) in combinations(protocols.items(), 2):
            mine, theirs = one.get("select", {}), other.get("select", {})
            apart = any(label in theirs and theirs[label] != value for label, value in mine.items())
            if not apart and one.get("requests") != other.get("requests"):
                self.wrong(
                    "profile/overlap",
                    f"nothing tells the series of {first} from those of {second}",
                    self.span("protocols", second),
                    cause="a service that speaks both adds up their rates, which have lost the names of "
                    "their metrics: of two series with the same labels one would be left out.",
                    fix="give both a select, with one label of different values, or make two profiles.",
                )

    def dataplane(self, path: tuple[str, ...], data: Mapping[str, Any], profile: Mapping[str, Any]) -> None:
        if not data.get("identity"):
            self.incomplete(path, "identity", f"the dataplane {path[-1]}")
        for protocol, target in data.get("through", {}).items():
            if target not in profile["dataplanes"]:
                self.wrong(
                    "profile/no-dataplane",
                    f"{protocol} leads through {target}, which the profile does not have",
                    self.span(*path, "through", protocol),
                    fix=f"add {target} under dataplanes.",
                )
        flagged = [key for key in ("flags", "failuresIn") if data.get(key)]
        if flagged and not profile.get("flagsLabel"):
            self.wrong(
                "profile/no-flags-label",
                f"{flagged[0]} of {path[-1]} without a label that holds flags",
                self.span(*path, flagged[0]),
                fix="name the label with flagsLabel.",
            )
        node = self.node(*path, "presence")
        if isinstance(node, Scalar):
            check_presence(node, (), self.diagnostics)

    def incomplete(self, path: tuple[str, ...], key: str, what: str) -> None:
        self.wrong(
            "spec/missing-key",
            f'{what} lacks "{key}"',
            self.span(*path),
            cause="neither the profile nor what it extends has it.",
            fix=f"add {key}.",
        )

    def wrong(self, code: str, message: str, span: Span, *, cause: str = "", fix: str = "") -> None:
        self.diagnostics.error(code, message, span, cause=cause, fix=fix)

    def span(self, *path: str) -> Span:
        """Where this was written, or the nearest thing around it; a mapping by its first key."""
        for length in range(len(path), 0, -1):
            node = self.node(*path[:length])
            if isinstance(node, MappingNode):
                return node.entries[0][0].span if node.entries else node.span
            if node is not None:
                return node.span
        return self.name.span

    def node(self, *path: str) -> Node | None:
        node: Node | None = self.body
        for key in path:
            if isinstance(node, Sequence):
                items = (item for item in node.items if isinstance(item, Scalar) and item.text == key)
                node = next(items, None)
            else:
                node = node.get(key) if isinstance(node, MappingNode) else None
        return node
