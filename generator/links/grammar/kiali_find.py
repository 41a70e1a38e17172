"""Kiali's find expressions (kiali/kiali frontend/src/pages/Graph/GraphToolbar/GraphFind.tsx)."""

from __future__ import annotations

import re

_NODE = (
    "app|cluster|name|node|namespace|ns|operation|op|service|svc|version|workload|wl|label:[A-Za-z0-9._/-]+"
)
_NODE_NUMBER = "grpcin|grpcout|httpin|httpout|rank|tcpin|tcpout"
_EDGE = "destprincipal|protocol|sourceprincipal"
_EDGE_NUMBER = "grpc|%grpcerr|%grpctraffic|http|%httperr|%httptraffic|responsetime|rt|tcp|throughput"
_NODE_STATE = (
    "circuitbreaker|cb|dead|faultinjection|fi|healthy|idle|inaccessible|mirroring|outside|requestrouting|rr|"
    "requesttimeout|rto|serviceentry|se|sidecar|sc|tcptrafficshifting|tcpts|trafficshifting|ts|"
    "trafficsource|virtualservice|vs|workloadentry|we"
)
_EDGE_STATE = "mtls|traffic"
_TEXT = r"(?:=|!=|\*=|\^=|\$=|contains|startswith|endswith) [A-Za-z0-9._:/-]+"
_NUMBER = r"(?:=|!=|>|>=|<|<=) [0-9]+(?:\.[0-9]+)?"
_OF_NODES = re.compile(rf"(?:! )?(?:(?:{_NODE}) {_TEXT}|(?:{_NODE_NUMBER}) {_NUMBER}|(?:{_NODE_STATE}))")
_OF_EDGES = re.compile(rf"(?:! )?(?:(?:{_EDGE}) {_TEXT}|(?:{_EDGE_NUMBER}) {_NUMBER}|(?:{_EDGE_STATE}))")
_NAME = re.compile(r"(?:! )?name ")


def accepts(expression: str) -> bool:
    """Whether Kiali understands `expression`."""
    if " AND " in expression and " OR " in expression:
        return False
    conjunction = " AND " in expression
    conditions = re.split(" AND | OR ", expression)
    of_nodes = [_OF_NODES.fullmatch(condition) is not None for condition in conditions]
    of_edges = [_OF_EDGES.fullmatch(condition) is not None for condition in conditions]
    if not all(map(max, of_nodes, of_edges)):
        return False
    if not conjunction:
        return True
    return (all(of_nodes) or all(of_edges)) and not any(map(_NAME.match, conditions))
