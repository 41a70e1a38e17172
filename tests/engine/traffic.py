"""Requests of a mesh as Istio's proxies count them, for a server to scrape.

Nothing runs in the background: whatever happened since the last scrape is counted when the next one comes,
so that rates and shares are exact however late it is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from engine import exporter

RATE = 200  # requests per second of each service
FAST, SLOW = 20, 400  # milliseconds
_BUCKETS = (0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000)
_REPORTERS = ("source", "destination")
_ROUTE = ("reporter", "destination_service_name", "destination_service_namespace", "response_code")
_SAME_EVERYWHERE = {
    "source_workload": "gateway",
    "source_workload_namespace": "istio-system",
    "request_protocol": "http",
    "response_flags": "-",
    "grpc_response_status": "",
    "connection_security_policy": "mutual_tls",
}


@dataclass(slots=True)
class Behaviour:
    """What becomes of a service's requests: the share that fails, and of the rest the share that is slow."""

    failing: float = 0.0
    slow: float = 0.0


class Traffic:
    """Steady requests to some services of a namespace, whose behaviour can be changed at any time."""

    def __init__(
        self, namespace: str, services: tuple[str, ...], clock: Callable[[], float] = time.time
    ) -> None:
        self._namespace, self._clock = namespace, clock
        self._lock = threading.Lock()
        self._counted_until = clock()
        self._behaviours = {service: Behaviour() for service in services}
        # What whole requests have not used up yet, so that shares hold over any time.
        self._rest = {service: [0.0, 0.0, 0.0] for service in services}
        self._registry = CollectorRegistry()
        labels = (*_ROUTE, *_SAME_EVERYWHERE)
        self._requests = Counter("istio_requests", "Requests.", labels, registry=self._registry)
        self._durations = Histogram(
            "istio_request_duration_milliseconds",
            "Durations of requests.",
            labels,
            registry=self._registry,
            buckets=_BUCKETS,
        )

    def behave(self, service: str, *, failing: float = 0.0, slow: float = 0.0) -> None:
        """Change what becomes of a service's requests, from now on."""
        with self._lock:
            self._count()
            self._behaviours[service] = Behaviour(failing, slow)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer a scrape."""
        with self._lock:
            self._count()
            body = generate_latest(self._registry)
        exporter.text(body)(request)

    def _count(self) -> None:
        now = self._clock()
        passed, self._counted_until = now - self._counted_until, now
        for service, behaviour in self._behaviours.items():
            requests = self._whole(service, 0, passed * RATE)
            failed = self._whole(service, 1, requests * behaviour.failing)
            slow = self._whole(service, 2, (requests - failed) * behaviour.slow)
            self._add(service, "503", FAST, failed)
            self._add(service, "200", SLOW, slow)
            self._add(service, "200", FAST, requests - failed - slow)

    def _whole(self, service: str, kind: int, amount: float) -> int:
        whole, self._rest[service][kind] = divmod(amount + self._rest[service][kind], 1)
        return int(whole)

    def _add(self, service: str, code: str, milliseconds: float, count: int) -> None:
        if not count:  # no series before its first event, as with a real proxy
            return
        for reporter in _REPORTERS:
            labels = (reporter, service, self._namespace, code, *_SAME_EVERYWHERE.values())
            self._requests.labels(*labels).inc(count)
            durations = self._durations.labels(*labels)
            for _ in range(count):
                durations.observe(milliseconds)
