"""Kiali's traffic graphs: of namespaces, and around one node."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from generator.links.kiali.common import cluster, duration, listed
from generator.links.kiali.find import Find
from generator.links.model import Query
from generator.links.url import Base, Url, Value
from generator.links.version import UnsupportedError, at_least
from generator.links.window import FixedWindow, Unit, Window
from generator.spec.model import KialiSettings

_AMBIENT_SINCE = (2, 0)


class NodeKind(StrEnum):
    """What a graph node or a details page is about; the value is its word in routes."""

    APPLICATION = "applications"
    SERVICE = "services"
    WORKLOAD = "workloads"


class GraphType(StrEnum):
    """What a graph's nodes are."""

    APP = "app"
    SERVICE = "service"
    VERSIONED_APP = "versionedApp"
    WORKLOAD = "workload"


class ResponseTime(StrEnum):
    """Which response time stands on an edge."""

    AVERAGE = "avg"
    P50 = "rt50"
    P95 = "rt95"
    P99 = "rt99"


class Throughput(StrEnum):
    """Which bytes stand on an edge."""

    REQUEST = "throughputRequest"
    RESPONSE = "throughputResponse"


class Ambient(StrEnum):
    """Whose telemetry of ambient traffic is counted."""

    TOTAL = "ambientTotal"
    WAYPOINT = "ambientWaypoint"
    ZTUNNEL = "ambientZtunnel"


class Grpc(StrEnum):
    """What is counted of gRPC."""

    RECEIVED = "grpcReceived"
    REQUEST = "grpcRequest"
    SENT = "grpcSent"
    TOTAL = "grpcTotal"


class Tcp(StrEnum):
    """What is counted of TCP."""

    RECEIVED = "tcpReceived"
    SENT = "tcpSent"
    TOTAL = "tcpTotal"


class EdgeMode(StrEnum):
    """Which edges are drawn."""

    ALL = "all"
    NONE = "none"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a graph is drawn.

    Kiali takes exactly one response time and one throughput; None leaves them off the edges. `ambient` is
    left out before Kiali 2.0, which knew no such traffic.
    """

    graph_type: GraphType = GraphType.VERSIONED_APP
    response_time: ResponseTime | None = ResponseTime.P95
    throughput: Throughput | None = None
    distribution: bool = True
    rate: bool = True
    ambient: Ambient | None = Ambient.TOTAL
    grpc: Grpc | None = Grpc.REQUEST
    http: bool = True
    tcp: Tcp | None = Tcp.SENT
    edge_mode: EdgeMode | None = None
    find: Find | None = None
    hide: Find | None = None
    security: bool = False

    def query(self, settings: KialiSettings) -> Query:
        """The parameters, in Kiali's own order."""
        ambient = self.ambient if at_least(settings.version, _AMBIENT_SINCE) else None
        edges = [
            *(("responseTime", self.response_time) if self.response_time else ()),
            *(("throughput", self.throughput) if self.throughput else ()),
            *(("trafficDistribution",) if self.distribution else ()),
            *(("trafficRate",) if self.rate else ()),
        ]
        traffic = [
            *(("ambient", ambient) if ambient else ()),
            *(("grpc", self.grpc) if self.grpc else ()),
            *(("http", "httpRequest") if self.http else ()),
            *(("tcp", self.tcp) if self.tcp else ()),
        ]
        if not traffic:
            msg = "a graph without any traffic shows nothing, and Kiali would draw its default"
            raise UnsupportedError(msg)
        return (
            ("graphType", self.graph_type.value),
            *((("edges", ",".join(edges)),) if edges else ()),
            ("traffic", ",".join(traffic)),
        )

    def marks(self) -> Query:
        """What is drawn beside nodes and edges, found in them, or left out."""
        return (
            *((("edgeMode", self.edge_mode.value),) if self.edge_mode else ()),
            *((("graphFind", str(self.find)),) if self.find else ()),
            *((("graphHide", str(self.hide)),) if self.hide else ()),
            *((("badgeSecurity", "true"),) if self.security else ()),
        )


DEFAULT = View()


def namespace_graph(
    base: Base, settings: KialiSettings, namespaces: Iterable[str], window: Window, view: View = DEFAULT
) -> Url:
    """Build a link to the traffic graph of whole namespaces."""
    query: Query = (("namespaces", listed(namespaces)), *_drawn(settings, window, view))
    return Url(base, ("console", "graph", "namespaces"), query)


def node_graph(  # noqa: PLR0913  # a node has this many coordinates
    base: Base,
    settings: KialiSettings,
    namespace: Value,
    kind: NodeKind,
    name: Value,
    window: Window,
    *,
    version: str = "",
    view: View = DEFAULT,
) -> Url:
    """Build a link to the traffic graph around one node: who calls it and whom it calls.

    `version` narrows an application to one.
    """
    if version and kind is not NodeKind.APPLICATION:
        msg = f"{kind.value} have no version in Kiali's graph"
        raise UnsupportedError(msg)
    path = ("console", "graph", "node", "namespaces", namespace, kind.value, name)
    versioned = ("versions", version) if version else ()
    return Url(base, (*path, *versioned), (*_drawn(settings, window, view), *cluster(settings)))


def _drawn(settings: KialiSettings, window: Window, view: View) -> Query:
    """How a graph is drawn; a fixed time is replayed, since a graph has no other way to show the past."""
    query: Query = (*view.query(settings), *duration(window))
    if isinstance(window, FixedWindow):
        start, _ = window.bounds(Unit.MILLISECONDS)
        query += (("replayActive", "true"), ("replayStart", start))
    return query + view.marks()
