"""Telemetry profiles as data: which metrics, labels and values tell of a service's requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

PROFILES = ("istio",)


@dataclass(frozen=True, slots=True)
class Histogram:
    """A classic histogram of durations: its base name, `ms` or `s`, and the bucket edges in that unit."""

    metric: str
    unit: str
    buckets: tuple[Decimal, ...]

    def in_unit(self, milliseconds: int) -> Decimal:
        """A duration in the histogram's own unit."""
        return Decimal(milliseconds) / (1 if self.unit == "ms" else 1000)


@dataclass(frozen=True, slots=True)
class Protocol:
    """How one protocol's requests are counted and timed, and which results count as failures by default."""

    requests: str
    duration: Histogram
    code_label: str
    flags_label: str
    error_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dataplane:
    """Who reports a service's requests.

    `identity` maps a label to `name` or `namespace`. `seen_by` selects the reporter that is counted.
    `unreached`
    (None where no second reporter exists) selects the reporter that alone knows of requests which never
    arrived;
    `flags` are the response flags that say so. `evidence` selects an independent reporter: if it sees
    requests
    and `seen_by` does not, telemetry was lost.
    """

    identity: Mapping[str, str]
    seen_by: Mapping[str, str]
    unreached: Mapping[str, str] | None
    flags: tuple[str, ...]
    evidence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of protocols and dataplanes."""

    name: str
    protocols: Mapping[str, Protocol]
    dataplanes: Mapping[str, Dataplane]


@cache
def load_profile(name: str) -> Profile:
    """The built-in profile `name`; raises KeyError for a name that is not in `PROFILES`."""
    if name not in PROFILES:
        raise KeyError(name)
    import yaml  # not needed by every command

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = resources.files("generator.telemetry").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, Loader=loader)  # noqa: S506  # our own file, read with a safe loader
    return Profile(
        name=data["name"],
        protocols=MappingProxyType({key: _protocol(value) for key, value in data["protocols"].items()}),
        dataplanes=MappingProxyType({key: _dataplane(value) for key, value in data["dataplanes"].items()}),
    )


def _protocol(data: Mapping[str, Any]) -> Protocol:
    duration = data["duration"]
    return Protocol(
        requests=data["requests"],
        duration=Histogram(
            metric=duration["metric"],
            unit=duration["unit"],
            buckets=tuple(Decimal(str(edge)) for edge in duration["buckets"]),
        ),
        code_label=data["codeLabel"],
        flags_label=data["flagsLabel"],
        error_codes=tuple(data["errors"]["httpCodes"]),
    )


def _dataplane(data: Mapping[str, Any]) -> Dataplane:
    return Dataplane(
        identity=MappingProxyType(data["identity"]),
        seen_by=MappingProxyType(data["seenBy"]),
        unreached=MappingProxyType(data["unreached"]) if "unreached" in data else None,
        flags=tuple(data["flags"]),
        evidence=MappingProxyType(data["evidence"]),
    )
