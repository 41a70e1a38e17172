"""Telemetry profiles as data: which metrics, labels and values tell of a service's requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

PROFILES = (
    "istio",
    "otel-http",
    "otel-grpc",
    "otel-grpc-legacy",
    "otel-spanmetrics",
    "tempo-spanmetrics",
    "grpc-server",
)
"""The built-in profiles, each a file beside this one."""
DEFAULT_PROFILE = PROFILES[0]


@dataclass(frozen=True, slots=True)
class Histogram:
    """A histogram of durations: its base name, `ms` or `s`, and the bucket edges in that unit.

    A native one has no edges: any threshold can be measured, as exactly as its buckets are narrow. Without
    `outcomes` its series do not tell which requests failed; with `exemplars` they may name traces.
    """

    metric: str
    unit: str
    buckets: tuple[Decimal, ...]
    native: bool = False
    outcomes: bool = True
    exemplars: bool = False

    def in_unit(self, milliseconds: int) -> Decimal:
        """A duration in the histogram's own unit."""
        return Decimal(milliseconds) / (1 if self.unit == "ms" else 1000)

    @property
    def counter(self) -> str:
        """The name under which a classic histogram counts; a native one is counted under its own."""
        return f"{self.metric}_count"


@dataclass(frozen=True, slots=True)
class FailureLabel:
    """A label whose values tell a failure, and the values that do by default, as the spec writes them.

    `spelling` is how the label writes names of gRPC codes: `number`, `upper` or `camel`.
    """

    label: str
    values: tuple[str, ...]
    spelling: str = "number"


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

    @property
    def counted_natively(self) -> bool:
        """Whether the counter of requests is that of a native histogram, which has no series of its own."""
        return bool(self.duration and self.duration.native and self.requests == self.duration.counter)


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
class Reporter:
    """Who tells of a service's requests.

    `seen_by` selects what is counted. `unreached` (None where no second reporter exists) selects the one
    that alone knows of requests which never arrived. `evidence` selects an independent reporter: if it sees
    requests, those of `evidence_not` left out, and `seen_by` does not, telemetry was lost. `name` is empty
    where nobody but the service itself tells.
    """

    name: str
    seen_by: Mapping[str, str]
    unreached: Mapping[str, str] | None
    evidence: Mapping[str, str] | None
    evidence_not: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dataplane:
    """Who can be asked for a service's requests, the default reporter first.

    `identity` maps a label to its value, in which `$service` and `$namespace` stand for the service's own.
    `flags` are the response flags that say that a request was not delivered. `failures_in` names the metric
    that carries the flags where it is not the one that counts requests. `through` names, by protocol, the
    dataplane that tells of it instead. `presence` is an instant query with a result while a service should
    have telemetry, or nothing. `dimensions` maps what an SLO may be grouped by (`revision`) to its label.
    """

    name: str
    identity: Mapping[str, str]
    flags: tuple[str, ...]
    failures_in: str
    reporters: Mapping[str, Reporter]
    through: Mapping[str, str]
    presence: str
    dimensions: Mapping[str, str]

    def reporter(self, name: str = "") -> Reporter:
        """A reporter by its name, or the default one; raises KeyError for one that is not there."""
        return self.reporters[name or next(iter(self.reporters))]


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
    """A named set of protocols and dataplanes; `flags_label` is the label of response flags, or nothing.

    `births` is None where nothing is known of a counter's own labels.
    """

    name: str
    flags_label: str
    protocols: Mapping[str, Protocol]
    dataplanes: Mapping[str, Dataplane]
    labels: Labels
    births: Births | None = None

    @property
    def default_dataplane(self) -> str:
        """The one that is meant where none is named: the first."""
        return next(iter(self.dataplanes))

    def planes(self, protocol: str, dataplane: str) -> Dataplane:
        """The dataplane that tells of `protocol` for a service on `dataplane`; raises KeyError."""
        plane = self.dataplanes[dataplane]
        return self.dataplanes[plane.through.get(protocol, dataplane)]
