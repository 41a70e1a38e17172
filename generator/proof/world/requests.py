"""Requests as proxies and libraries report them: from a telemetry profile's facts, never from a rule.

Every request that reached the service is told by the reporter that counts, and by the independent one where
there is one. Beside them are requests that must not count: those of another service, or of another protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from generator.promql.build import Matcher, Selector, number
from generator.proof.model import Labels
from generator.proof.world.labels import fitting, selected, selector
from generator.proof.world.model import Event, World
from generator.spec.model import SLO, Service
from generator.telemetry import GRPC_CODES, Subject
from generator.telemetry.subject import Traffic

_GOOD = {"httpCodes": ("200", "404"), "grpcCodes": ("0", "5")}
"""Answers that are none of a server's failures: an HTTP 404 and gRPC's NOT_FOUND are the caller's."""
_OTHER = "other"
_NO_FLAG = "-"
_REFUSED = {"httpCodes": "503", "grpcCodes": ""}
"""The codes of a request that reached nobody: a proxy's 503, and no status of gRPC."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which a request can end."""

    name: str
    codes: Mapping[str, str]
    failed: bool
    flag: str = _NO_FLAG
    reached: bool = True


@dataclass(frozen=True, slots=True)
class _Requests:
    """The requests of one protocol at a service, for one SLI that narrows them by `matchers`."""

    subject: Subject
    traffic: Traffic
    matchers: tuple[Matcher, ...]
    policy: Any

    def ways(self) -> Iterator[_Way]:
        """Every way to end, as the error policy judges it."""
        failing = {key: set(self._failing(key)) for key in self.traffic.protocol.failures}
        good = [key for key in failing if key in _GOOD]
        fine = {key: _GOOD[key][0] for key in good}
        yield _Way("answered", fine, failed=False)
        for key in good:
            code = _GOOD[key][1]
            yield _Way(f"{key} {code}", {**fine, key: code}, failed=code in failing[key])
        for key, failures in failing.items():
            for code in sorted(failures):
                # What broke below gRPC has no status of gRPC.
                others = dict.fromkeys(fine, "") if key == "httpCodes" else fine
                yield _Way(f"{key} {code}", {**others, key: code}, failed=True)
        for flag in self._flags():
            reached = self.traffic.dataplane.unreached is None
            codes = {key: _REFUSED.get(key, "") for key in good}
            if reached:
                codes = dict.fromkeys(codes, "0")
                codes["grpcCodes"] = ""
            yield _Way(f"flag {flag}", codes, failed=True, flag=flag, reached=reached)

    def _failing(self, key: str) -> Iterator[str]:
        chosen = getattr(
            self.policy, {"httpCodes": "http_codes", "grpcCodes": "grpc_codes"}.get(key, ""), None
        )
        values = self.traffic.protocol.failures[key].values if chosen is None else chosen
        for value in values:
            if key == "grpcCodes":
                yield str(GRPC_CODES.index(value))
            else:
                yield from (value.replace("x", digit) for digit in ("0", "9"))

    def _flags(self) -> tuple[str, ...]:
        chosen = getattr(self.policy, "flags", None)
        flags = self.traffic.dataplane.flags if chosen is None else chosen
        # Envoy lists several, comma-joined.
        return (*flags[:-1], *(f"URX,{flag}" for flag in flags[-1:]))

    def labels(self, way: _Way, reporter: Mapping[str, str], group: Labels, pod: str) -> dict[str, str]:
        """The labels of the series that tells of it."""
        codes = {
            self.traffic.protocol.failures[key].label: code
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
        return self.traffic.dataplane.seen_by

    def seen_aside(self, way: _Way, group: Labels) -> tuple[Selector, ...]:
        """The independent reporter's series of a request that reached the service."""
        if self.traffic.dataplane.evidence is None or not way.reached:
            return ()
        labels = self.labels(way, self.traffic.dataplane.evidence, group, "caller")
        return (selector(self.traffic.protocol.requests, labels),)

    def shares(self, group: Labels) -> bool:
        """Whether all reporters know the label of the group."""
        own = {label for label, _ in group}
        return all(label in self.subject.labels.all for label in own & set(self.subject.groups))


def availability(service: Service, slo: SLO, groups: tuple[Labels, ...]) -> World | None:
    """Requests, each a good or a bad event."""
    events: list[Event] = []
    for requests in _all(service, slo):
        for group in groups:
            events += [_request(requests, way, group) for way in requests.ways()]
            events += _strangers(requests, group, requests.traffic.protocol.requests)
    sees = (
        all(each.dataplane.evidence is not None for each in service.subject.traffic)
        if service.subject
        else False
    )
    return (
        World(tuple(events), fills=True, sees_loss=sees and _shared(service, slo, groups)) if events else None
    )


def latency(service: Service, slo: SLO, groups: tuple[Labels, ...]) -> World | None:
    """Requests, each fast or slow; failures only count where the SLI says so."""
    sli: Any = slo.sli
    events: list[Event] = []
    for requests in _all(service, slo):
        if requests.traffic.protocol.duration is None:
            continue
        for group in groups:
            for way in requests.ways():
                events += _timed(requests, way, group, sli)
            events += _slow_strangers(requests, group, sli)
    sees = (
        all(each.dataplane.evidence is not None for each in service.subject.traffic)
        if service.subject
        else False
    )
    return (
        World(tuple(events), fills=False, sees_loss=sees and _shared(service, slo, groups))
        if events
        else None
    )


def _all(service: Service, slo: SLO) -> Iterator[_Requests]:
    subject = service.subject
    if subject is None:
        return
    sli: Any = slo.sli
    for traffic in subject.traffic:
        matchers = subject.matchers + tuple(getattr(sli, "matchers", ()))
        yield _Requests(subject.grouped_by(slo.groups), traffic, matchers, getattr(sli, "error_policy", None))


def _shared(service: Service, slo: SLO, groups: tuple[Labels, ...]) -> bool:
    return all(requests.shares(group) for requests in _all(service, slo) for group in groups)


def _request(requests: _Requests, way: _Way, group: Labels) -> Event:
    reporter = requests.counted if way.reached else requests.traffic.dataplane.unreached or {}
    labels = requests.labels(way, reporter, group, "callee" if way.reached else "caller")
    series = [selector(requests.traffic.protocol.requests, labels)]
    if way.flag != _NO_FLAG and requests.traffic.dataplane.failures_in:
        opened = requests.labels(_Way("", way.codes, failed=False), reporter, group, "callee")
        series = [
            selector(requests.traffic.protocol.requests, opened),
            selector(requests.traffic.dataplane.failures_in, labels),
        ]
    counts = selected(labels, requests.matchers) and (way.reached or requests.shares(group))
    return Event(
        name=f"{requests.traffic.protocol.name} {way.name}",
        total=counts,
        bad=counts and way.failed,
        series=tuple(series),
        aside=requests.seen_aside(way, group),
        group=group,
    )


def _strangers(requests: _Requests, group: Labels, metric: str) -> Iterator[Event]:
    """The same failures and successes at services that differ in one label."""
    for name, labels in _foreign(requests, group):
        yield Event(name=name, total=False, bad=False, series=(selector(metric, labels),), group=group)


def _foreign(requests: _Requests, group: Labels) -> Iterator[tuple[str, dict[str, str]]]:
    ways = [way for way in requests.ways() if way.name == "answered" or way.failed]
    matched = [
        matcher.label
        for matcher in (*requests.subject.identity, *requests.matchers, *requests.traffic.select)
    ]
    for label in dict.fromkeys(matched):
        for way in (ways[0], ways[-1]):
            reporter = requests.counted if way.reached else requests.traffic.dataplane.unreached or {}
            labels = {**requests.labels(way, reporter, group, "stranger"), label: _OTHER}
            exact = [*requests.matchers, *requests.subject.identity, *requests.traffic.select]
            if not selected(labels, exact):
                yield f"{way.name} where {label} is another", labels


def _timed(requests: _Requests, way: _Way, group: Labels, sli: Any) -> Iterator[Event]:
    histogram = requests.traffic.protocol.duration
    assert histogram is not None  # noqa: S101  # the caller has looked
    bound = Decimal(sli.threshold.milliseconds) / (1 if histogram.unit == "ms" else 1000)
    counts = sli.of == "all" or not way.failed
    if not way.reached:
        yield _unmeasured(requests, way, group)
        return
    for name, pod, spelled, slow in (
        ("fast", "callee", False, False),
        ("fast, as Prometheus 3 writes it", "callee-3", True, False),
        ("slow", "callee", False, True),
    ):
        labels = requests.labels(way, requests.counted, group, pod)
        edges = [edge for edge in histogram.buckets if (edge > bound if slow else edge >= bound)][:3]
        if not slow and not spelled:
            edges += (
                [edge for edge in histogram.buckets if edge < bound][-1:] if way.name == "answered" else []
            )
        series = [selector(f"{histogram.metric}_count", labels)]
        series += [
            selector(f"{histogram.metric}_bucket", {**labels, "le": _le(edge, dotted=spelled)})
            for edge in edges
        ]
        series.append(selector(f"{histogram.metric}_bucket", {**labels, "le": "+Inf"}))
        seen = counts and selected(labels, requests.matchers)
        yield Event(
            name=f"{requests.traffic.protocol.name} {way.name}, {name}",
            total=seen,
            bad=seen and slow,
            series=tuple(series),
            aside=requests.seen_aside(way, group),
            group=group,
        )


def _unmeasured(requests: _Requests, way: _Way, group: Labels) -> Event:
    """A request that reached nobody has a duration at the caller only, which is not the service's."""
    histogram = requests.traffic.protocol.duration
    assert histogram is not None  # noqa: S101  # the caller has looked
    labels = requests.labels(way, requests.traffic.dataplane.unreached or {}, group, "caller")
    series = (
        selector(f"{histogram.metric}_count", labels),
        selector(f"{histogram.metric}_bucket", {**labels, "le": "+Inf"}),
    )
    return Event(
        name=f"{requests.traffic.protocol.name} {way.name}",
        total=False,
        bad=False,
        series=series,
        group=group,
    )


def _slow_strangers(requests: _Requests, group: Labels, sli: Any) -> Iterator[Event]:
    histogram = requests.traffic.protocol.duration
    assert histogram is not None  # noqa: S101  # the caller has looked
    bound = Decimal(sli.threshold.milliseconds) / (1 if histogram.unit == "ms" else 1000)
    for name, labels in _foreign(requests, group):
        series = (
            selector(f"{histogram.metric}_count", labels),
            selector(f"{histogram.metric}_bucket", {**labels, "le": _le(bound, dotted=False)}),
        )
        yield Event(name=name, total=False, bad=False, series=series, group=group)
    # The other reporter times every request as well; its word would count each one twice.
    for way in (next(iter(requests.ways())),):
        evidence = requests.traffic.dataplane.evidence
        if evidence is not None:
            labels = requests.labels(way, evidence, group, "caller")
            series = (
                selector(f"{histogram.metric}_count", labels),
                selector(f"{histogram.metric}_bucket", {**labels, "le": _le(bound, dotted=False)}),
            )
            yield Event(name="timed by the caller", total=False, bad=False, series=series, group=group)


def _le(edge: Decimal, *, dotted: bool) -> str:
    """A bucket's label as Prometheus 2 keeps it from Envoy, or (dotted) as Prometheus 3 writes it."""
    text = number(edge)
    if not dotted or "." in text:
        return text
    digits = len(text)
    return (
        f"{text}.0"
        if digits <= 6
        else f"{text[0]}{'.' + text[1:].rstrip('0') if text[1:].rstrip('0') else ''}e+{digits - 1:02d}"
    )
