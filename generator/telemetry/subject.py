"""One service as its telemetry shows it: the selectors that the SLI kinds measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from generator.promql.build import (
    SECONDS,
    WINDOW,
    Binary,
    Expr,
    Matcher,
    Number,
    Selector,
    either,
    equal,
    rate,
    regex_literal,
    total,
)
from generator.telemetry.profile import Births, Dataplane, Histogram, Labels, Profile, Protocol

EVIDENCE_WINDOW = "10m"
GRPC_CODES = (
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
    "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip
"""gRPC's status codes in the order of their numbers (grpc.io, "Status codes")."""


@dataclass(frozen=True, slots=True)
class ErrorPolicy:
    """What counts as a failure: values by key (`httpCodes`, `grpcCodes`), and response flags.

    A key without an entry keeps the profile's values for the protocols that have it.
    """

    values: Mapping[str, tuple[str, ...]]
    flags: tuple[str, ...] | None = None


PROFILE_POLICY = ErrorPolicy({})
"""The profile's own error policy."""


UNSHARED = Labels()
"""No label of which two reporters say the same."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """One protocol's share of a service: who reports it, and what tells it from the other protocols."""

    protocol: Protocol
    dataplane: Dataplane
    select: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A service in one profile and dataplane, with one or several protocols.

    Its requests are read as sets that never overlap: by protocol, those that the counted reporter tells and,
    where a second reporter exists, those that never reached a workload. `identity` selects its series and
    `matchers` are added to every selector. `streaming` says that requests may stay open for long. `groups`
    are labels by which its requests are told apart: those that belong to no group are left out. `births` says
    how new counters are known; their first events count once `counts_births`.
    """

    traffic: tuple[Traffic, ...]
    flags_label: str
    identity: tuple[Matcher, ...]
    matchers: tuple[Matcher, ...] = ()
    streaming: bool = False
    labels: Labels = UNSHARED
    groups: tuple[str, ...] = ()
    births: Births | None = None
    counts_births: bool = False

    @classmethod
    def of(
        cls,
        profile: Profile,
        protocols: tuple[str, ...],
        dataplane: str,
        *,
        name: str,
        namespace: str,
        matchers: tuple[Matcher, ...],
        streaming: bool = False,
    ) -> Subject:
        """The subject `name` in `namespace`; raises KeyError for an unknown protocol or dataplane."""
        plane = profile.dataplanes[dataplane]
        values = {"name": name, "namespace": namespace}
        identity = tuple(equal(label, values[what]) for label, what in plane.identity.items())
        traffic = tuple(
            Traffic(
                protocol=profile.protocols[protocol],
                dataplane=profile.dataplanes[plane.through.get(protocol, dataplane)],
                select=_equal(profile.protocols[protocol].select) if len(protocols) > 1 else (),
            )
            for protocol in protocols
        )
        return cls(
            traffic,
            profile.flags_label,
            identity,
            matchers,
            streaming,
            profile.labels,
            births=profile.births,
        )

    def with_matchers(self, matchers: tuple[Matcher, ...]) -> Subject:
        """The same subject, narrowed further."""
        return replace(self, matchers=self.matchers + matchers)

    def grouped_by(self, labels: tuple[str, ...]) -> Subject:
        """The same subject, its requests to be summed by these labels."""
        return replace(self, groups=labels)

    def counting_births(self, identity: tuple[str, ...]) -> Subject:
        """The same subject, the first events of new counters counted, where the profile knows them.

        `identity` are labels without which a pod's name may mean several pods, such as the cluster.
        """
        if self.births is None:
            return self
        return replace(
            self,
            births=replace(self.births, reporter=(*self.births.reporter, *identity)),
            counts_births=True,
        )

    def identified_by(self, labels: Mapping[str, str]) -> Subject:
        """The same subject, its series selected by other labels than the profile's."""
        return replace(self, identity=_equal(labels))

    @property
    def histogram(self) -> Histogram | None:
        """The histogram of request durations, of the first protocol that has one."""
        return next((each.protocol.duration for each in self.traffic if each.protocol.duration), None)

    @property
    def code_labels(self) -> dict[str, str]:
        """The labels that tell how a request ended, by the key that the error policy has for their values."""
        return {key: code.label for each in self.traffic for key, code in each.protocol.failures.items()}

    @property
    def dimensions(self) -> dict[str, str]:
        """What its requests may be grouped by, in words, with the label that says it."""
        first, *others = (each.dataplane.dimensions for each in self.traffic)
        return {key: label for key, label in first.items() if all(key in other for other in others)}

    @property
    def outcomes(self) -> frozenset[str]:
        """The labels that tell how a request ended."""
        return frozenset(self.code_labels.values()) | {self.flags_label}

    def untimed(self) -> tuple[str, ...]:
        """The protocols whose requests have no duration."""
        return tuple(each.protocol.name for each in self.traffic if each.protocol.duration is None)

    def reported(self, protocol: str = "") -> tuple[Matcher, ...]:
        """Matchers that select one protocol's series, each request once; by default those of the first."""
        named = [each for each in self.traffic if each.protocol.name == protocol]
        chosen = (*named, self.traffic[0])[0]
        return self._seen(chosen, chosen.protocol.requests).matchers

    def all_requests(self, policy: ErrorPolicy = PROFILE_POLICY) -> Expr:
        """Requests per second, each counted once, by series."""
        branches: list[Expr] = []
        for each in self.traffic:
            branches.append(self._rate(each, self._seen(each, each.protocol.requests)))
            branches += self._unreached(each, policy)
        return either(*branches)

    def failed_requests(self, policy: ErrorPolicy = PROFILE_POLICY) -> Expr | None:
        """Failures per second under `policy`, each counted once, by series; None if nothing is a failure."""
        branches: list[Expr] = []
        for each in self.traffic:
            metric = each.dataplane.failures_in or each.protocol.requests
            branches += [
                self._rate(each, self._seen(each, metric, failure))
                for failure in self._failures(each, policy)
            ]
            branches += self._unreached(each, policy)
        return either(*branches) if branches else None

    def timed(self, suffix: str, *more: Matcher, successful: bool = False) -> Expr:
        """Rates of a part of the histograms (`_count`, `_bucket`) of all timed protocols, by series."""
        return either(
            *(
                self._rate(
                    each,
                    self._seen(
                        each, f"{each.protocol.duration.metric}{suffix}", *self._left(each, successful), *more
                    ),
                )
                for each in self.traffic
                if each.protocol.duration
            )
        )

    def evidence(self, by: tuple[str, ...], *, successful: bool = False) -> Expr | None:
        """A vector that exists while an independent reporter sees these requests; None if there is none."""
        branches: list[Expr] = []
        for each in self.traffic:
            if each.dataplane.evidence is None or not self._shared_groups:
                return None
            matchers = _equal(each.dataplane.evidence) + self.identity + self.matchers + each.select
            matchers += self._reached_somebody + self._left(each, successful)
            branches.append(rate(Selector(each.protocol.requests, matchers, EVIDENCE_WINDOW)))
        return Binary(total(either(*branches), by), ">", Number(0))

    def _seen(self, each: Traffic, metric: str, *more: Matcher) -> Selector:
        """Samples of `metric` in one window, as the counted reporter tells them."""
        matchers = _equal(each.dataplane.seen_by) + self.identity + self.matchers + each.select
        if each.dataplane.unreached is None:  # who reports is not the callee, and tells of the unreached, too
            matchers += self._reached_somebody
        return Selector(metric, matchers + more, WINDOW)

    @property
    def _shared_groups(self) -> bool:
        """Whether all reporters name the same group for a request."""
        return all(label in self.labels.all for label in self.groups)

    @property
    def _reached_somebody(self) -> tuple[Matcher, ...]:
        """Matchers that leave out requests without a callee, where the groups are of callees."""
        callees = (label for label in self.groups if label in self.labels.callee)
        return tuple(Matcher(label, "!=", self.labels.nobody) for label in callees)

    def _failures(self, each: Traffic, policy: ErrorPolicy) -> Iterator[Matcher]:
        """Matchers of which each selects failures among what the counted reporter tells."""
        for key, failure in each.protocol.failures.items():
            values = policy.values.get(key, failure.values)
            if values:
                yield Matcher(failure.label, "=~", _PATTERNS[key](values))
        flags = each.dataplane.flags if policy.flags is None else policy.flags
        if flags and each.dataplane.unreached is None:
            yield Matcher(self.flags_label, "=~", _flags(flags))

    def _left(self, each: Traffic, successful: bool) -> tuple[Matcher, ...]:  # noqa: FBT001  # private
        """Matchers that together leave out every failure, if only successes are asked for."""
        if not successful:
            return ()
        failures = self._failures(each, PROFILE_POLICY)
        return tuple(Matcher(matcher.label, "!~", matcher.value) for matcher in failures)

    def _unreached(self, each: Traffic, policy: ErrorPolicy) -> list[Expr]:
        flags = each.dataplane.flags if policy.flags is None else policy.flags
        if each.dataplane.unreached is None or not flags or not self._shared_groups:
            return []
        matchers = (*_equal(each.dataplane.unreached), Matcher(self.flags_label, "=~", _flags(flags)))
        matchers += self.identity + self.matchers + each.select + self._reached_somebody
        return [
            self._rate(each, Selector(each.protocol.requests, matchers, WINDOW), each.dataplane.unreached)
        ]

    def _rate(self, each: Traffic, counters: Selector, told_by: Mapping[str, str] | None = None) -> Expr:
        """Events per second of these counters; `told_by` selects their reporter, by default the counted one.

        `rate` cannot see the event that a counter begins with. Where births count, a counter that was not
        there one window ago, while its reporter told of the service already, has counted from zero: its value
        is its increase. A reporter that is new itself, or was not scraped then, is left to `rate`.
        """
        if not self.counts_births or self.births is None:
            return rate(counters)
        reporter, own = self.births.reporter, self.births.labels
        now = replace(counters, window=None)
        new = Binary(now, "unless", replace(now, offset=WINDOW), (*reporter, *own))
        by = each.dataplane.seen_by if told_by is None else told_by
        told = Selector(
            each.protocol.requests, _equal(by) + self.identity + self.matchers, window=None, offset=WINDOW
        )
        return either(Binary(Binary(new, "and", told, reporter), "/", Number(SECONDS)), rate(counters))


def _equal(labels: Mapping[str, str]) -> tuple[Matcher, ...]:
    return tuple(equal(label, value) for label, value in labels.items())


def _http_codes(patterns: tuple[str, ...]) -> str:
    """`("5xx", "429")` as the regular expression `5..|429`."""
    return "|".join(pattern.replace("x", ".") for pattern in patterns)


def _grpc_codes(codes: tuple[str, ...]) -> str:
    """`("UNKNOWN", "UNAVAILABLE")` as the numbers that the label holds: `2|14`."""
    return "|".join(str(number) for number in sorted(map(GRPC_CODES.index, codes)))


def _flags(flags: tuple[str, ...]) -> str:
    """A regular expression for a comma-joined list that holds one of `flags` (Envoy writes `UF,URX`)."""
    return f"(.*,)?({'|'.join(map(regex_literal, flags))})(,.*)?"


_PATTERNS = {"httpCodes": _http_codes, "grpcCodes": _grpc_codes}
