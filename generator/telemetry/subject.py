"""One service as its telemetry shows it: the selectors that the SLI kinds measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.promql.build import (
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
from generator.telemetry.profile import Dataplane, Histogram, Profile, Protocol

EVIDENCE_WINDOW = "10m"


@dataclass(frozen=True, slots=True)
class ErrorPolicy:
    """What counts as a failure: patterns of HTTP codes (`5xx`, `429`, `0`) and response flags."""

    http_codes: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A service in one profile, protocol and dataplane; `matchers` are added to every selector.

    Its requests are read as streams that never overlap: those that `seen_by` reports and, where a second
    reporter exists, those that never reached a workload.
    """

    protocol: Protocol
    dataplane: Dataplane
    identity: tuple[Matcher, ...]
    matchers: tuple[Matcher, ...] = ()

    @classmethod
    def of(
        cls,
        profile: Profile,
        protocol: str,
        dataplane: str,
        *,
        name: str,
        namespace: str,
        matchers: tuple[Matcher, ...],
    ) -> Subject:
        """The subject `name` in `namespace`; raises KeyError for an unknown protocol or dataplane."""
        plane = profile.dataplanes[dataplane]
        values = {"name": name, "namespace": namespace}
        identity = tuple(equal(label, values[what]) for label, what in plane.identity.items())
        return cls(profile.protocols[protocol], plane, identity, matchers)

    def with_matchers(self, matchers: tuple[Matcher, ...]) -> Subject:
        """The same subject, narrowed further."""
        return Subject(self.protocol, self.dataplane, self.identity, self.matchers + matchers)

    def identified_by(self, labels: Mapping[str, str]) -> Subject:
        """The same subject, its series selected by other labels than the profile's."""
        identity = tuple(equal(label, value) for label, value in labels.items())
        return Subject(self.protocol, self.dataplane, identity, self.matchers)

    @property
    def default_policy(self) -> ErrorPolicy:
        """The profile's own error policy."""
        return ErrorPolicy(self.protocol.error_codes, self.dataplane.flags)

    @property
    def duration(self) -> Histogram:
        """The histogram of request durations."""
        return self.protocol.duration

    def seen(self, metric: str, *more: Matcher) -> Selector:
        """Samples of `metric` in one window, as the counted reporter tells them."""
        reporter = tuple(equal(label, value) for label, value in self.dataplane.seen_by.items())
        return Selector(metric, reporter + self.identity + self.matchers + more, WINDOW)

    def all_requests(self, policy: ErrorPolicy) -> Expr:
        """Requests per second, each counted once, by series."""
        return either(rate(self.seen(self.protocol.requests)), *self._unreached(policy))

    def failed_requests(self, policy: ErrorPolicy) -> Expr:
        """Failures per second under `policy`, each counted once, by series."""
        branches = [rate(self.seen(self.protocol.requests, matcher)) for matcher in self.failures(policy)]
        return either(*branches, *self._unreached(policy))

    def failures(self, policy: ErrorPolicy) -> tuple[Matcher, ...]:
        """Matchers of which each selects failures among what the counted reporter tells."""
        matchers = []
        if policy.http_codes:
            matchers.append(Matcher(self.protocol.code_label, "=~", _codes(policy.http_codes)))
        if policy.flags and self.dataplane.unreached is None:
            matchers.append(Matcher(self.protocol.flags_label, "=~", _flags(policy.flags)))
        return tuple(matchers)

    def successes(self, policy: ErrorPolicy) -> tuple[Matcher, ...]:
        """Matchers that together leave out every failure among what the counted reporter tells."""
        return tuple(Matcher(matcher.label, "!~", matcher.value) for matcher in self.failures(policy))

    def evidence(self, counted: tuple[Matcher, ...], by: tuple[str, ...]) -> Expr:
        """A vector that exists while an independent reporter sees requests that `counted` selects."""
        reporter = tuple(equal(label, value) for label, value in self.dataplane.evidence.items())
        matchers = reporter + self.identity + self.matchers + counted
        return Binary(
            total(rate(Selector(self.protocol.requests, matchers, EVIDENCE_WINDOW)), by), ">", Number(0)
        )

    def _unreached(self, policy: ErrorPolicy) -> tuple[Expr, ...]:
        if self.dataplane.unreached is None or not policy.flags:
            return ()
        reporter = tuple(equal(label, value) for label, value in self.dataplane.unreached.items())
        flags = Matcher(self.protocol.flags_label, "=~", _flags(policy.flags))
        selector = Selector(
            self.protocol.requests, (*reporter, flags, *self.identity, *self.matchers), WINDOW
        )
        return (rate(selector),)


def _codes(patterns: tuple[str, ...]) -> str:
    """`("5xx", "429")` as the regular expression `5..|429`."""
    return "|".join(pattern.replace("x", ".") for pattern in patterns)


def _flags(flags: tuple[str, ...]) -> str:
    """A regular expression for a comma-joined list that holds one of `flags` (Envoy writes `UF,URX`)."""
    return f"(.*,)?({'|'.join(map(regex_literal, flags))})(,.*)?"
