"""Plain data to a profile: of the built-in files, and of a platform's `telemetryProfiles`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from generator.telemetry.profile import (
    PROFILES,
    Births,
    Dataplane,
    FailureLabel,
    Histogram,
    Labels,
    Profile,
    Protocol,
    Reporter,
)

WHOLE = frozenset({"identity", "select", "seenBy", "unreached", "evidence", "evidenceNot"})
"""Sets of labels, which an extending profile replaces as they are."""
_SELF: Mapping[str, Any] = {"": {}}  # the only reporter where only the service itself tells


@cache
def load_profile(name: str) -> Profile:
    """The built-in profile `name`; raises KeyError for a name that is not in `PROFILES`."""
    return profile_of(name, profile_data(name))


@cache
def profile_data(name: str) -> Mapping[str, Any]:
    """What stands in the file of a built-in profile, over what it extends."""
    if name not in PROFILES:
        raise KeyError(name)
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = resources.files("generator.telemetry").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return extended(yaml.load(text, Loader=loader))  # noqa: S506  # our own file, read with a safe loader


def extended(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data laid over those of the built-in profile that they extend, key by key.

    Lists and sets of labels are replaced as a whole. Raises KeyError if there is no such
    profile.
    """
    base = data.get("extends")
    return data if base is None else _over(profile_data(base), data)


def _over(base: Any, data: Any) -> Any:
    if not (isinstance(base, Mapping) and isinstance(data, Mapping)):
        return data
    return {
        **base,
        **{key: value if key in WHOLE else _over(base.get(key), value) for key, value in data.items()},
    }


def profile_of(name: str, data: Mapping[str, Any]) -> Profile:
    """The profile that complete data describe, which have the structure of `schema.PROFILE`."""
    return Profile(
        name=name,
        flags_label=data.get("flagsLabel", ""),
        protocols=_each(data["protocols"], _protocol),
        dataplanes=_each(data["dataplanes"], _dataplane),
        labels=_labels(data.get("labels", {})),
        births=_births(data) if "births" in data else None,
    )


def _births(data: Mapping[str, Any]) -> Births:
    """The labels of a counter: those of both ends, of its outcome, and the rest that the profile lists."""
    protocols = data["protocols"].values()
    outcomes = [failure["label"] for each in protocols for failure in each.get("failures", {}).values()]
    outcomes += [data["flagsLabel"]] if "flagsLabel" in data else []
    given = [*data["births"].get("labels", ()), *_labels(data.get("labels", {})).all, *outcomes]
    return Births(tuple(data["births"]["reporter"]), tuple(dict.fromkeys(given)))


def _each(data: Mapping[str, Any], read: Any) -> Mapping[str, Any]:
    return MappingProxyType({key: read(key, value) for key, value in data.items()})


def _labels(data: Mapping[str, Any]) -> Labels:
    caller, callee, request = (tuple(data.get(key, ())) for key in ("caller", "callee", "request"))
    return Labels(caller, callee, request, data.get("nobody", ""))


def _protocol(name: str, data: Mapping[str, Any]) -> Protocol:
    return Protocol(
        name=name,
        requests=data["requests"],
        select=MappingProxyType(data.get("select", {})),
        duration=_histogram(data["duration"]) if "duration" in data else None,
        failures=_each(data.get("failures", {}), _failure),
    )


def _failure(_: str, data: Mapping[str, Any]) -> FailureLabel:
    return FailureLabel(data["label"], tuple(data["values"]), data.get("spelling", "number"))


def _histogram(data: Mapping[str, Any]) -> Histogram:
    native = data.get("native", False)
    return Histogram(
        metric=data["metric"],
        unit=data["unit"],
        buckets=() if native else tuple(Decimal(str(edge)) for edge in data.get("buckets", ())),
        native=native,
        outcomes=data.get("outcomes", True),
        exemplars=data.get("exemplars", False),
    )


def _dataplane(name: str, data: Mapping[str, Any]) -> Dataplane:
    return Dataplane(
        name=name,
        identity=MappingProxyType(data["identity"]),
        flags=tuple(data.get("flags", ())),
        failures_in=data.get("failuresIn", ""),
        reporters=_each(data.get("reporters") or _SELF, _reporter),
        through=MappingProxyType(data.get("through", {})),
        presence=data.get("presence", ""),
        dimensions=MappingProxyType(data.get("dimensions", {})),
    )


def _reporter(name: str, data: Mapping[str, Any]) -> Reporter:
    return Reporter(
        name=name,
        seen_by=MappingProxyType(data.get("seenBy", {})),
        unreached=MappingProxyType(data["unreached"]) if "unreached" in data else None,
        evidence=MappingProxyType(data["evidence"]) if "evidence" in data else None,
        evidence_not=MappingProxyType(data.get("evidenceNot", {})),
    )
