"""Envoy's response flags, as somebody needs them who looks for a fault.

Names and meanings: envoyproxy/envoy source/common/stream_info/utility.h and the documentation of access logs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flag:
    """A response flag: what it means, the status that mostly goes with it, and where to look."""

    name: str
    meaning: str
    code: str
    look_at: str


FLAGS = (
    Flag("UH", "no healthy upstream host", "503", "its pods, and outlier detection"),
    Flag("UF", "the connection to the upstream failed", "503", "its pods; mTLS settings of both sides"),
    Flag("UC", "the upstream closed the connection", "503", "its pods: crashes, idle timeouts"),
    Flag("UO", "a circuit breaker is open", "503", "capacity; connectionPool of the DestinationRule"),
    Flag("NR", "no route fits", "404", "VirtualService, Gateway, host names"),
    Flag("NC", "the route leads to a cluster that is not there", "503", "DestinationRule subsets, Service"),
    Flag(
        "URX", "the limit of retries is reached", "503", "the service itself; retries of the VirtualService"
    ),
    Flag("UT", "the upstream took too long", "504", "slow traces; timeout of the VirtualService"),
    Flag("UPE", "the upstream broke the protocol", "502", "the service; its port's name and protocol"),
    Flag("DC", "the client went away", "0", "clients: their timeouts, deployments"),
    Flag("DPE", "the client broke the protocol", "400", "the client"),
    Flag("RL", "the rate limit is reached", "429", "clients that call too often; the limit"),
    Flag("RLSE", "the service of rate limits failed", "500", "that service"),
    Flag("UAEX", "denied by external authorization", "403", "the authorization service and its policy"),
    Flag("FI", "a fault was injected on purpose", "any", "fault of the VirtualService"),
    Flag("DI", "a delay was injected on purpose", "any", "fault of the VirtualService"),
    Flag("SI", "the stream was idle for too long", "408", "stream idle timeout"),
    Flag("DT", "the request lasted longer than allowed", "504", "timeout of the VirtualService"),
)
