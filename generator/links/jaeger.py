"""Links into Jaeger: searches, traces, comparisons, dependencies, quality, monitor.

Grammar: jaegertracing/jaeger-ui packages/jaeger-ui/src/components, the `url` module of each page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache

import orjson

from generator.links.model import ProviderLink, Query, Target
from generator.links.url import Base, Raw, Url, Value
from generator.links.version import UnsupportedError, at_least
from generator.links.window import RecentWindow, Unit, Window
from generator.promql.duration import Duration, window
from generator.spec.model import JaegerSettings, Platform

SYSTEM = "jaeger"
ANNOTATION = "jaeger"
IN_GRAFANA = False
KNOWS_SLOW = True

LOOKBACKS = (
    "5m", "15m", "30m", "1h", "2h", "3h", "6h", "12h", "24h", "2d", "3d", "5d", "7d", "2w", "3w", "4w",
)  # fmt: skip
_LIMIT = 20  # the form's own default
_ERRORS = {"error": "true"}  # Envoy marks HTTP 5xx, no response, and gRPC statuses of upstream faults
_EVERYTHING = frozenset({"all", "__all_operations__", "__all_services__"})
_TRACE_ID = re.compile(r"(?!0+$)[0-9a-f]{1,32}")
_SPAN_ID = re.compile(r"(?!0+$)[0-9a-f]{1,16}")
_MOST_TRACES = 1500  # what the search form accepts
_MONITOR_PARAMETERS_SINCE = (2, 20)
_ANALYSES_SINCE = (1, 18)  # jaeger-ui pull request 564
_HOUR_MS = 3_600_000
_RELATIVE_NOTE = "older UIs need a start and an end: choose the time again there"


class SpanKind(StrEnum):
    """Which spans the monitor counts."""

    CLIENT = "client"
    SERVER = "server"
    INTERNAL = "internal"
    PRODUCER = "producer"
    CONSUMER = "consumer"


def base_url(platform: Platform) -> str:
    """Return the configured URL, empty when there is no Jaeger, or when the traces are elsewhere."""
    return platform.jaeger.url if platform.tracing.provider == "jaeger" else ""


def version(platform: Platform) -> str:
    """Return the version that links are written for."""
    return platform.jaeger.version


def search(  # noqa: PLR0913  # a search has this many fields
    base: Base,
    service: Value,
    time: Window,
    *,
    operation: str = "",
    tags: Mapping[str, str | Raw] | None = None,
    min_duration: Duration | None = None,
    max_duration: Duration | None = None,
    limit: int = _LIMIT,
) -> Url:
    """Build a search for traces through `service` (its name in Jaeger).

    All `tags` must match. Their values are strings, numbers too; where traces are kept in Elasticsearch they
    are patterns.
    """
    if not service:
        msg = "a search without a service does not run"
        raise UnsupportedError(msg)
    if service in _EVERYTHING or operation in _EVERYTHING:
        msg = "that word stands for everything in one version or another: leave it out"
        raise UnsupportedError(msg)
    if not 0 < limit <= _MOST_TRACES:
        msg = f"{limit} is not a number of traces from 1 to {_MOST_TRACES}"
        raise UnsupportedError(msg)
    if min_duration and max_duration and max_duration < min_duration:
        msg = f"no trace is longer than {min_duration} and shorter than {max_duration}"
        raise UnsupportedError(msg)
    query: Query = (("service", service), *((("operation", operation),) if operation else ()))
    if tags:
        query += (("tags", _tags(tags)),)
    if min_duration:
        query += (("minDuration", _length(min_duration)),)
    if max_duration:
        query += (("maxDuration", _length(max_duration)),)
    return Url(base, ("search",), (*query, *_time(time), ("limit", str(limit))))


def errors(base: Base, service: Value, time: Window) -> Url:
    """Build a search for traces with a failed span."""
    return search(base, service, time, tags=_ERRORS)


def slow(base: Base, service: Value, time: Window, threshold: Duration) -> Url:
    """Build a search for traces with a span of `threshold` or longer."""
    return search(base, service, time, min_duration=threshold)


def trace(base: Base, trace_id: str, *, span_id: str = "", find: str = "") -> Url:
    """Build a link to one trace, with a span or what a text finds marked."""
    if span_id and not _SPAN_ID.fullmatch(span_id):
        msg = f"{span_id} is not the id of a span"
        raise UnsupportedError(msg)
    marked = span_id or find
    return Url(base, ("trace", _id(trace_id)), (("uiFind", marked),) if marked else ())


def compare(base: Base, one: str, other: str) -> Url:
    """Build a link to two traces side by side."""
    if one == other:
        msg = "a trace is compared with another one"
        raise UnsupportedError(msg)
    query = (("cohort", one), ("cohort", other))
    return Url(base, ("trace", f"{_id(one)}...{_id(other)}"), query)


def dependencies(base: Base) -> Url:
    """Build a link to the graph of who calls whom."""
    return Url(base, ("dependencies",))


def deep_dependencies(
    base: Base, settings: JaegerSettings, service: str, *, operation: str = "", show_operations: bool = False
) -> Url:
    """Build a link to the paths of calls through a service, or through one operation of it.

    Only for whoever computes them: Jaeger itself answers with a made-up example (jaegertracing/jaeger issue
    6606), so no service is linked to it.
    """
    query: Query = (("service", _analysed(settings, service)),)
    if operation:
        query += (("operation", operation),)
    return Url(base, ("deep-dependencies",), (*query, ("showOp", "1" if show_operations else "0")))


def quality_metrics(base: Base, settings: JaegerSettings, service: str, time: Window) -> Url:
    """Build a link to how well a service is traced, in whole hours up to now, rounded up.

    Jaeger itself answers with a made-up example here as well (jaegertracing/jaeger issue 6607).
    """
    hours = -(-time.length.milliseconds // _HOUR_MS)
    return Url(
        base, ("quality-metrics",), (("service", _analysed(settings, service)), ("lookback", str(hours)))
    )


def monitor(
    base: Base, settings: JaegerSettings, service: str, time: Window, kind: SpanKind = SpanKind.SERVER
) -> Url:
    """Build a link to a service's rates, errors and durations; before 2.20 the page takes no service."""
    if not at_least(settings.version, _MONITOR_PARAMETERS_SINCE):
        return Url(base, ("monitor",))
    query = (("service", service), ("spanKind", kind.value), ("timeframe", str(time.length.milliseconds)))
    return Url(base, ("monitor",), query)


def links(base: Base, target: Target) -> Iterator[ProviderLink]:
    """Yield what the target is about first, failed or slow traces; then the others."""
    name, time = target.service.tracing_service, target.window
    if not name:
        return
    note = _RELATIVE_NOTE if isinstance(time, RecentWindow) else ""
    found = (
        ["errors"] if target.slow is None else ["slow", "errors"] if target.is_latency else ["errors", "slow"]
    )
    for kind in found:  # an alert takes the first: the others are not made for it
        if kind == "slow" and target.slow:
            title, url = f"Jaeger: slower than {target.slow}", slow(base, name, time, target.slow)
        else:
            title, url = "Jaeger: errors", errors(base, name, time)
        yield ProviderLink(kind, title, url, note)
    yield ProviderLink("traces", "Jaeger: all", search(base, name, time), note)


def _analysed(settings: JaegerSettings, service: str) -> str:
    """The service, where this version has pages of analyses."""
    if not at_least(settings.version, _ANALYSES_SINCE):
        msg = f"Jaeger {settings.version} has no such page"
        raise UnsupportedError(msg)
    if not service:
        msg = "without a service the page asks for one"
        raise UnsupportedError(msg)
    return service


def _tags(tags: Mapping[str, str | Raw]) -> Value:
    """Write tags as JSON; a value that another program fills in stands between its quotation marks."""
    if all(isinstance(value, str) for value in tags.values()):
        return orjson.dumps(dict(tags), option=orjson.OPT_SORT_KEYS).decode()
    pieces: list[str | Raw] = []
    for name in sorted(tags):
        value = tags[name]
        pieces.append(f"{',' if pieces else '{'}{orjson.dumps(name).decode()}:")
        pieces += [orjson.dumps(value).decode()] if isinstance(value, str) else ['"', value, '"']
    return (*pieces, "}")


def _time(time: Window) -> Query:
    """Give start and end where they are known: with `lookback` alone only the newest UI searches rightly."""
    if isinstance(time, RecentWindow):
        return (("lookback", _lookback(time.length)),)
    start, end = time.bounds(Unit.MICROSECONDS)
    return (("start", start), ("end", end), ("lookback", "custom"))


@lru_cache(maxsize=64)  # the windows of alerts are few
def _lookback(length: Duration) -> str:
    """Find the shortest time that Jaeger's form offers and that covers `length`, else its longest."""
    return next((offered for offered in LOOKBACKS if window(offered) >= length), LOOKBACKS[-1])


def _length(duration: Duration) -> str:
    """Write a duration in a unit that Jaeger reads; days are none."""
    seconds, rest = divmod(duration.milliseconds, 1000)
    return f"{duration.milliseconds}ms" if rest else f"{seconds}s"


def _id(trace_id: str) -> str:
    if not _TRACE_ID.fullmatch(trace_id):
        msg = f"{trace_id} is not the id of a trace"
        raise UnsupportedError(msg)
    return trace_id
