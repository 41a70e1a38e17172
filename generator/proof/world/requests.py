"""Requests as proxies and libraries report them: from a telemetry profile's facts, never from a rule.

Every request that reached the service is told by the reporter that counts, and by the independent one where
there is one. Beside them are requests that must not count: those of another service, or of another protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from generator.promql.build import Matcher, Selector
from generator.proof.model import Labels
from generator.proof.world.labels import fitting, selected, selector
from generator.proof.world.native import observed
from generator.spec.model import SLO, Service
from generator.telemetry import GRPC_CODES, Subject
from generator.telemetry.outcomes import ANY
from generator.telemetry.subject import Traffic

_GOOD: Mapping[str, tuple[str, ...]] = {
    "httpCodes": ("200", "404"),
    "grpcCodes": ("OK", "NOT_FOUND"),
    "errorTypes": ("", ""),
    "spanStatuses": ("STATUS_CODE_UNSET", "STATUS_CODE_OK"),
}
"""Answers that are none of a server's failures: a 404 and NOT_FOUND are the caller's."""
_FIELDS = {"httpCodes": "http_codes", "grpcCodes": "grpc_codes", "errorTypes": "error_types"}
"""The fields of the author's error policy."""
_GO_NAMES = {"OK": "OK", "CANCELLED": "Canceled"}
_OTHER = "other"
NO_FLAG = "-"
_REFUSED = {"httpCodes": "503", "grpcCodes": ""}
"""The codes of a request that reached nobody: a proxy's 503, and no status of gRPC."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a request can end."""

    name: str
    codes: Mapping[str, str]
    failed: bool
    flag: str = NO_FLAG
    reached: bool = True


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of one protocol at a service, for one SLI that narrows them by `matchers`."""

    subject: Subject
    traffic: Traffic
    matchers: tuple[Matcher, ...]
    policy: Any

    def ways(self) -> Iterator[Way]:
        """Every way to end, as the error policy judges it."""
        failing = {key: set(self._failing(key)) for key in self.traffic.protocol.failures}
        good = [key for key in failing if key in _GOOD]
        fine = {key: _GOOD[key][0] for key in good}
        yield Way("answered", fine, failed=False)
        for key in good:
            code = _GOOD[key][1]
            if code not in failing[key]:
                yield Way(f"{key} {code}", {**fine, key: code}, failed=False)
        for key, failures in failing.items():
            for code in sorted(failures):
                yield Way(f"{key} {code}", self._told(key, code, fine), failed=True)
        for flag in self._flags():
            reached = self.traffic.reporter.unreached is None
            codes = {key: _REFUSED.get(key, "") for key in good}
            if reached:
                codes = dict.fromkeys(codes, "0")
                codes["grpcCodes"] = ""
            yield Way(f"flag {flag}", codes, failed=True, flag=flag, reached=reached)

    def _told(self, key: str, code: str, fine: Mapping[str, str]) -> dict[str, str]:
        """What all labels say of a failure: below gRPC there is no status of gRPC, without an answer none."""
        if key in {"grpcCodes", "spanStatuses"}:
            return {**fine, key: code}
        repeated = {"errorTypes": code} if "errorTypes" in fine else {}
        return {**dict.fromkeys(fine, ""), **repeated, key: code}

    def _failing(self, key: str) -> Iterator[str]:
        """Values that are failures, as the error policy writes them; wildcards filled in twice."""
        chosen = getattr(self.policy, _FIELDS.get(key, ""), None)
        for value in self.traffic.protocol.failures[key].values if chosen is None else chosen:
            if key == "httpCodes":
                yield from (value.replace("x", digit) for digit in ("0", "9"))
            else:
                yield "timeout" if value == ANY else value

    def _spelled(self, key: str, code: str) -> str:
        """A code as its label writes it."""
        spelling = self.traffic.protocol.failures[key].spelling
        if key != "grpcCodes" or not code or spelling == "upper":
            return code
        if spelling == "number":
            return str(GRPC_CODES.index(code))
        return _GO_NAMES.get(code) or "".join(word.capitalize() for word in code.split("_"))

    def _flags(self) -> tuple[str, ...]:
        chosen = getattr(self.policy, "flags", None)
        flags = self.traffic.dataplane.flags if chosen is None else chosen
        # Envoy lists several, comma-joined.
        return (*flags[:-1], *(f"URX,{flag}" for flag in flags[-1:]))

    def labels(self, way: Way, reporter: Mapping[str, str], group: Labels, pod: str) -> dict[str, str]:
        """The labels of the series that tells of it."""
        codes = {
            self.traffic.protocol.failures[key].label: self._spelled(key, code)
            for key, code in way.codes.items()
            if key in self.traffic.protocol.failures
        }
        flags = {self.subject.flags_label: way.flag} if self.subject.flags_label else {}
        return {
            **fitting(self.matchers),
            **{matcher.label: str(matcher.value) for matcher in self.subject.identity},
            **self.traffic.protocol.select,
            **flags,
            **codes,
            **dict(group),
            **reporter,
            "pod": pod,
        }

    @property
    def counted(self) -> Mapping[str, str]:
        """The reporter whose word counts for what reached the service."""
        return self.traffic.reporter.seen_by

    def reporter(self, way: Way) -> Mapping[str, str]:
        """The reporter of a request."""
        return self.counted if way.reached else self.traffic.reporter.unreached or {}

    def seen_aside(self, way: Way, group: Labels) -> tuple[Selector, ...]:
        """The independent reporter's series of a request that reached the service."""
        if self.traffic.reporter.evidence is None or not way.reached:
            return ()
        labels = self.labels(way, self.traffic.reporter.evidence, group, "caller")
        return (counter(self.traffic, labels),)

    def shares(self, group: Labels) -> bool:
        """Whether all reporters know the label of the group."""
        own = {label for label, _ in group}
        return all(label in self.subject.labels.all for label in own & set(self.subject.groups))


def all_of(service: Service, slo: SLO) -> list[Requests]:
    """The requests of each protocol of a service, as far as its SLI is about them."""
    subject = service.subject
    if subject is None:
        return []
    sli: Any = slo.sli
    matchers = subject.matchers + tuple(getattr(sli, "matchers", ()))
    policy = getattr(sli, "error_policy", None)
    grouped = subject.grouped_by(slo.groups)
    return [Requests(grouped, traffic, matchers, policy) for traffic in subject.traffic]


def counter(traffic: Traffic, labels: Mapping[str, str]) -> Selector:
    """The series that counts requests; of a native histogram the one that holds their durations."""
    protocol = traffic.protocol
    if protocol.counted_natively and protocol.duration is not None:
        return observed(protocol.duration.metric, labels, Decimal(1))
    return selector(protocol.requests, labels)


def sees_loss(requests: list[Requests], groups: tuple[Labels, ...]) -> bool:
    """Whether somebody independent reports all of the requests, and by the same groups."""
    return all(
        each.traffic.reporter.evidence is not None and each.shares(group)
        for each in requests
        for group in groups
    )


def strangers(requests: Requests, group: Labels) -> Iterator[tuple[str, dict[str, str]]]:
    """A success and failures of each kind told of services, or by reporters, that differ in one label."""
    failed = {way.name.partition(" ")[0]: way for way in requests.ways() if way.failed}
    ways = [next(requests.ways()), *failed.values()]
    exact = [*requests.matchers, *requests.subject.identity, *requests.traffic.select]
    for way in ways:
        reporter = requests.reporter(way)
        for label in dict.fromkeys([*(matcher.label for matcher in exact), *reporter]):
            labels = {**requests.labels(way, reporter, group, "stranger"), label: _OTHER}
            if label in reporter or not selected(labels, exact):
                yield f"{way.name} where {label} is another", labels
    yield from _cut_off(requests, group)
    for label in (label for label, _ in group if label in requests.subject.labels.callee):
        for way in ways[-1:]:
            labels = requests.labels(way, requests.reporter(way), group, "stranger")
            yield "a request for which no host was chosen", {**labels, label: requests.subject.labels.nobody}


def _cut_off(requests: Requests, group: Labels) -> Iterator[tuple[str, dict[str, str]]]:
    """What the caller alone calls a failure although it reached the service: a connection that broke."""
    reporter = requests.traffic.reporter
    if reporter.unreached is not None and requests.traffic.protocol.failures:
        codes = {key: _REFUSED.get(key, "") for key in requests.traffic.protocol.failures}
        way = Way("cut off", codes, failed=False, flag="UC")
        yield "cut off, as the caller says", requests.labels(way, reporter.unreached, group, "stranger")
