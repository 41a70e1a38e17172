"""One service as its telemetry shows it: the selectors that the SLI kinds measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from generator.diagnostics import Span
from generator.promql.build import (
    WINDOW,
    Binary,
    Call,
    Expr,
    Matcher,
    Number,
    Selector,
    either,
    equal,
    quote,
    rate,
    total,
)
from generator.promql.tokens import replace_tokens
from generator.telemetry.births import with_births
from generator.telemetry.durations import Timed
from generator.telemetry.outcomes import GRPC_CODES, ErrorPolicy, any_flag, pattern
from generator.telemetry.profile import Births, Dataplane, Histogram, Labels, Profile, Protocol, Reporter

EVIDENCE_WINDOW = "10m"
PROFILE_POLICY = ErrorPolicy({})
"""The profile's own error policy."""


UNSHARED = Labels()
"""No label of which two reporters say the same."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """One protocol's share of a service: who reports it, and what tells it from the other protocols."""

    protocol: Protocol
    dataplane: Dataplane
    reporter: Reporter
    select: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A service in one profile and dataplane, with one or several protocols.

    Its requests are read as sets that never overlap: by protocol, those that the counted reporter tells and,
    where a second reporter exists, those that never reached a workload. `identity` selects its series and
    `matchers` are added to every selector. `streaming` says that requests may stay open for long. `groups`
    are labels by which its requests are told apart: those that belong to no group are left out. `presence` is
    an instant query with a result while it should have telemetry, or nothing. `births` says how new counters
    are known; their first events count once `counts_births`. `places` are where its protocols were written.
    """

    traffic: tuple[Traffic, ...]
    flags_label: str
    identity: tuple[Matcher, ...]
    matchers: tuple[Matcher, ...] = ()
    streaming: bool = False
    labels: Labels = UNSHARED
    groups: tuple[str, ...] = ()
    presence: str = ""
    births: Births | None = None
    counts_births: bool = False
    places: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        profile: Profile,
        protocols: tuple[str, ...],
        dataplane: str,
        *,
        name: str,
        namespace: str,
        reporter: str = "",
    ) -> Subject:
        """The subject `name` in `namespace`; by default told by the dataplane's first reporter.

        Raises KeyError for an unknown protocol, dataplane or reporter.
        """
        planes = {protocol: profile.planes(protocol, dataplane) for protocol in protocols}
        words = {"$service": name, "$namespace": namespace}
        identity = tuple(
            equal(label, filled(value, words))
            for label, value in profile.dataplanes[dataplane].identity.items()
        )
        traffic = tuple(
            Traffic(
                protocol=profile.protocols[protocol],
                dataplane=plane,
                reporter=plane.reporter(reporter),
                select=_equal(profile.protocols[protocol].select) if len(protocols) > 1 else (),
            )
            for protocol, plane in planes.items()
        )
        presence = next((plane.presence for plane in planes.values() if plane.presence), "")
        return cls(
            traffic,
            profile.flags_label,
            identity,
            labels=profile.labels,
            births=profile.births,
            presence=presence_query(presence, name, namespace),
        )

    def with_matchers(self, matchers: tuple[Matcher, ...]) -> Subject:
        """The same subject, narrowed further."""
        return replace(self, matchers=self.matchers + matchers)

    def with_streams(self) -> Subject:
        """The same subject, whose requests may stay open for long."""
        return replace(self, streaming=True)

    def written_at(self, places: Mapping[str, Span]) -> Subject:
        """The same subject, with where each protocol was written."""
        return replace(self, places=places)

    def only_timed(self) -> Subject:
        """The same subject without the protocols whose requests have no duration; one has to remain."""
        return replace(self, traffic=tuple(each for each in self.traffic if each.protocol.duration))

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
    def histograms(self) -> tuple[Histogram, ...]:
        """The histograms of request durations, each once, in the order of the protocols."""
        found = (each.protocol.duration for each in self.traffic)
        return tuple(dict.fromkeys(histogram for histogram in found if histogram))

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
    def outcomes(self) -> tuple[str, ...]:
        """The labels that tell how a request ended: response flags first, where there are any."""
        flags = (self.flags_label,) if self.flags_label else ()
        return (*flags, *self.code_labels.values())

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

    def failing_codes(self, policy: ErrorPolicy = PROFILE_POLICY) -> tuple[tuple[str, str], ...]:
        """The status codes of failures under `policy`: pairs of protocol and regular expression.

        Codes of gRPC are numbers, a digit of an HTTP code that may be any is an X. Flags are not codes.
        """
        found = []
        for each in self.traffic:
            for key, failure in each.protocol.failures.items():
                values = policy.values.get(key, failure.values)
                if values and key in {"httpCodes", "grpcCodes"}:
                    codes = pattern(key, values, "number").replace(".", "X").split("|")
                    text = codes[0] if len(codes) == 1 else f"^({'|'.join(codes)})$"
                    found.append((each.protocol.name, text))
        return tuple(found)

    def timed(self, *, successful: bool = False) -> tuple[Timed, ...]:
        """The histograms of all timed protocols, each with what selects its requests."""
        found = []
        for each in self.traffic:
            histogram = each.protocol.duration
            if histogram:
                seen = self._seen(each, histogram.metric, *self._left(each, successful))
                found.append(Timed(histogram, seen.matchers, partial(self._rate, each)))
        return tuple(found)

    def evidence(self, by: tuple[str, ...], *, successful: bool = False) -> Expr | None:
        """A vector that exists while an independent reporter sees these requests; None if there is none."""
        branches: list[Expr] = []
        for each in self.traffic:
            reporter = each.reporter
            if reporter.evidence is None or not self._shared_groups:
                return None
            matchers = _equal(reporter.evidence) + self.identity + self.matchers + each.select
            matchers += tuple(Matcher(label, "!=", value) for label, value in reporter.evidence_not.items())
            matchers += self._reached_somebody + self._left(each, successful)
            selector = Selector(each.protocol.requests, matchers, EVIDENCE_WINDOW)
            branches.append(_counted(each.protocol, selector))
        return Binary(total(either(*branches), by), ">", Number(0))

    def _seen(self, each: Traffic, metric: str, *more: Matcher) -> Selector:
        """Samples of `metric` in one window, as the counted reporter tells them."""
        matchers = _equal(each.reporter.seen_by) + self.identity + self.matchers + each.select
        if each.reporter.unreached is None:  # who reports is not the callee, and tells of the unreached, too
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
                yield Matcher(failure.label, "=~", pattern(key, values, failure.spelling))
        flags = each.dataplane.flags if policy.flags is None else policy.flags
        if flags and self.flags_label and each.reporter.unreached is None:
            yield Matcher(self.flags_label, "=~", any_flag(flags))

    def _left(self, each: Traffic, successful: bool) -> tuple[Matcher, ...]:  # noqa: FBT001  # private
        """Matchers that together leave out every failure, if only successes are asked for."""
        if not successful:
            return ()
        failures = self._failures(each, PROFILE_POLICY)
        return tuple(Matcher(matcher.label, "!~", matcher.value) for matcher in failures)

    def _unreached(self, each: Traffic, policy: ErrorPolicy) -> list[Expr]:
        flags = each.dataplane.flags if policy.flags is None else policy.flags
        if each.reporter.unreached is None or not flags or not self._shared_groups:
            return []
        matchers = (*_equal(each.reporter.unreached), Matcher(self.flags_label, "=~", any_flag(flags)))
        matchers += self.identity + self.matchers + each.select + self._reached_somebody
        return [self._rate(each, Selector(each.protocol.requests, matchers, WINDOW), each.reporter.unreached)]

    def _rate(self, each: Traffic, counters: Selector, told_by: Mapping[str, str] | None = None) -> Expr:
        """Events per second of these counters; `told_by` selects who tells, by default who is counted."""
        if not self.counts_births or self.births is None or each.protocol.counted_natively:
            return _counted(each.protocol, counters)
        by = each.reporter.seen_by if told_by is None else told_by
        told = Selector(each.protocol.requests, _equal(by) + self.identity + self.matchers)
        return with_births(counters, told, self.births)


def _counted(protocol: Protocol, selector: Selector) -> Expr:
    """Requests per second by series; a native histogram holds their number."""
    if not protocol.counted_natively or protocol.duration is None or selector.metric != protocol.requests:
        return rate(selector)
    return Call("histogram_count", (rate(replace(selector, metric=protocol.duration.metric)),))


def filled(text: str, words: Mapping[str, str]) -> str:
    """A label's value with `$service` and `$namespace` in place."""
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def presence_query(text: str, name: str, namespace: str) -> str:
    """A query with `$service` and `$namespace` as quoted strings; both must stand for themselves in it."""
    return replace_tokens(text, {"service": quote(name), "namespace": quote(namespace)})[0]


def _equal(labels: Mapping[str, str]) -> tuple[Matcher, ...]:
    return tuple(equal(label, value) for label, value in labels.items())


__all__ = ["GRPC_CODES", "PROFILE_POLICY", "ErrorPolicy", "Subject", "Traffic"]
