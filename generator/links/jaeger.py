"""Links into Jaeger's search: all traces of a service, failed ones, slow ones.

Grammar: jaegertracing/jaeger-ui packages/jaeger-ui/src/components/SearchTracePage and its url.* modules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson

from generator.links.model import ProviderLink, Query, Target
from generator.links.url import Base, Url
from generator.links.window import RecentWindow, Unit, Window
from generator.promql.duration import Duration, window
from generator.spec.model import Platform

SYSTEM = "jaeger"
ANNOTATION = "jaeger"

LOOKBACKS = (
    "5m",
    "15m",
    "30m",
    "1h",
    "2h",
    "3h",
    "6h",
    "12h",
    "24h",
    "2d",
    "3d",
    "5d",
    "7d",
    "2w",
    "3w",
    "4w",
)
_LIMIT = 20  # the form's own default
_ERRORS = {"error": "true"}  # Envoy marks HTTP 5xx, no response, and gRPC statuses of upstream faults


def base_url(platform: Platform) -> str:
    """Return the configured URL, empty when there is no Jaeger."""
    return platform.jaeger.url


def search(
    base: Base,
    service: str,
    time: Window,
    *,
    operation: str = "",
    tags: Mapping[str, str] | None = None,
    min_duration: Duration | None = None,
    max_duration: Duration | None = None,
) -> Url:
    """Build a search for traces through `service` (its name in Jaeger).

    All `tags` must match. Their values are strings, numbers too; where traces are kept in Elasticsearch they
    are patterns.
    """
    query: Query = (("service", service), *((("operation", operation),) if operation else ()))
    if tags:
        query += (("tags", orjson.dumps(dict(tags), option=orjson.OPT_SORT_KEYS).decode()),)
    if min_duration:
        query += (("minDuration", _length(min_duration)),)
    if max_duration:
        query += (("maxDuration", _length(max_duration)),)
    return Url(base, ("search",), (*query, *_time(time), ("limit", str(_LIMIT))))


def errors(base: Base, service: str, time: Window) -> Url:
    """Build a search for traces with a failed span."""
    return search(base, service, time, tags=_ERRORS)


def slow(base: Base, service: str, time: Window, threshold: Duration) -> Url:
    """Build a search for traces with a span of `threshold` or longer."""
    return search(base, service, time, min_duration=threshold)


def links(base: Base, target: Target) -> Iterator[ProviderLink]:
    """Failed traces of the service and, where a threshold is known, slow ones."""
    name = target.service.tracing_service
    if not name:
        return
    yield ProviderLink("errors", "Jaeger: errors", errors(base, name, target.window))
    if target.slow:
        title = f"Jaeger: slower than {target.slow}"
        yield ProviderLink("slow", title, slow(base, name, target.window, target.slow))


def _time(time: Window) -> Query:
    """Give start and end where they are known: with `lookback` alone only the newest UI searches rightly."""
    if isinstance(time, RecentWindow):
        return (("lookback", _lookback(time.length)),)
    start, end = time.bounds(Unit.MICROSECONDS)
    return (("start", start), ("end", end), ("lookback", "custom"))


def _lookback(length: Duration) -> str:
    """Find the shortest time that Jaeger's form offers and that covers `length`, else its longest."""
    return next((offered for offered in LOOKBACKS if window(offered) >= length), LOOKBACKS[-1])


def _length(duration: Duration) -> str:
    """Write a duration in a unit that Jaeger reads; days are none."""
    seconds, rest = divmod(duration.milliseconds, 1000)
    return f"{duration.milliseconds}ms" if rest else f"{seconds}s"
