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
class FailureLabel:
    """A label whose values tell a failure, and the values that do by default, as the spec writes them."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Protocol:
    """How one protocol's requests are counted and timed, and which results count as failures by default.

    `select` are the labels that tell this protocol's series from those of others in the same metric.
    `failures` maps a key of the error policy (`httpCodes`, `grpcCodes`) to its label. `duration` is None
    where requests have no duration.
    """

    name: str
    requests: str
    select: Mapping[str, str]
    duration: Histogram | None
    failures: Mapping[str, FailureLabel]


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels that say the same of a request, whoever reports it: of its caller, its callee, or itself.

    `nobody` is what those of the callee hold where no host was chosen.
    """

    caller: tuple[str, ...] = ()
    callee: tuple[str, ...] = ()
    request: tuple[str, ...] = ()
    nobody: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """Each of them."""
        return self.caller + self.callee + self.request


@dataclass(frozen=True, slots=True)
class Dataplane:
    """Who reports a service's requests.

    `identity` maps a label to `name` or `namespace`. `seen_by` selects the reporter that is counted;
    `unreached` (None where no second reporter exists) the one that alone knows of requests which never
    arrived. `flags` are the response flags that say so. `failures_in` names the metric that carries the
    flags where it is not the one that counts requests. `evidence` selects an independent reporter: if it
    sees requests and `seen_by` does not, telemetry was lost. `through` names, by protocol, the dataplane
    that tells of it instead. `dimensions` maps what an SLO may be grouped by (`revision`) to its label.
    """

    name: str
    identity: Mapping[str, str]
    seen_by: Mapping[str, str]
    unreached: Mapping[str, str] | None
    flags: tuple[str, ...]
    failures_in: str
    evidence: Mapping[str, str] | None
    through: Mapping[str, str]
    dimensions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Births:
    """How a counter that is new is told from a reporter that is new.

    `reporter` are the labels that name who is scraped, `labels` all those that the reporter itself gives to
    a counter: what Prometheus adds, or a bucket's `le`, is not among them.
    """

    reporter: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of protocols and dataplanes; `flags_label` is the label that carries response flags.

    `births` is None where nothing is known of a counter's own labels.
    """

    name: str
    flags_label: str
    protocols: Mapping[str, Protocol]
    dataplanes: Mapping[str, Dataplane]
    labels: Labels
    births: Births | None = None


@cache
def load_profile(name: str) -> Profile:
    """The built-in profile `name`; raises KeyError for a name that is not in `PROFILES`."""
    if name not in PROFILES:
        raise KeyError(name)
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = resources.files("generator.telemetry").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, Loader=loader)  # noqa: S506  # our own file, read with a safe loader
    return Profile(
        name=data["name"],
        flags_label=data["flagsLabel"],
        protocols=MappingProxyType({key: _protocol(key, value) for key, value in data["protocols"].items()}),
        dataplanes=MappingProxyType(
            {key: _dataplane(key, value) for key, value in data["dataplanes"].items()}
        ),
        labels=_labels(data.get("labels", {})),
        births=_births(data),
    )


def _births(data: Mapping[str, Any]) -> Births | None:
    """The labels of a counter: those of both ends, of its outcome, and the rest that the profile lists."""
    if "births" not in data:
        return None
    outcomes = [
        failure["label"] for each in data["protocols"].values() for failure in each["failures"].values()
    ]
    given = [*data["births"]["labels"], *_labels(data["labels"]).all, *outcomes, data["flagsLabel"]]
    return Births(tuple(data["births"]["reporter"]), tuple(dict.fromkeys(given)))


def _labels(data: Mapping[str, Any]) -> Labels:
    caller, callee, request = (tuple(data.get(key, ())) for key in ("caller", "callee", "request"))
    return Labels(caller, callee, request, data.get("nobody", ""))


def _protocol(name: str, data: Mapping[str, Any]) -> Protocol:
    return Protocol(
        name=name,
        requests=data["requests"],
        select=MappingProxyType(data["select"]),
        duration=_histogram(data["duration"]) if "duration" in data else None,
        failures=MappingProxyType(
            {
                key: FailureLabel(failure["label"], tuple(failure["values"]))
                for key, failure in data["failures"].items()
            }
        ),
    )


def _histogram(data: Mapping[str, Any]) -> Histogram:
    edges = tuple(Decimal(str(edge)) for edge in data["buckets"])
    return Histogram(metric=data["metric"], unit=data["unit"], buckets=edges)


def _dataplane(name: str, data: Mapping[str, Any]) -> Dataplane:
    return Dataplane(
        name=name,
        identity=MappingProxyType(data["identity"]),
        seen_by=MappingProxyType(data["seenBy"]),
        unreached=MappingProxyType(data["unreached"]) if "unreached" in data else None,
        flags=tuple(data["flags"]),
        failures_in=data.get("failuresIn", ""),
        evidence=MappingProxyType(data["evidence"]) if "evidence" in data else None,
        through=MappingProxyType(data.get("through", {})),
        dimensions=MappingProxyType(data.get("dimensions", {})),
    )
