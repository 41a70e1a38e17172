"""Kiali's find and hide expressions: conditions on nodes or edges, joined all by AND or all by OR.

Grammar: kiali/kiali frontend/src/pages/Graph/GraphToolbar/GraphFind.tsx. Kiali highlights nothing, and says
so in a corner, when an expression is outside of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from generator.links.version import UnsupportedError
from generator.promql.build import number

_NODE_TEXT = {"app", "cluster", "name", "namespace", "node", "operation", "service", "version", "workload"}
_NODE_NUMBER = {"grpcin", "grpcout", "httpin", "httpout", "rank", "tcpin", "tcpout"}
_NODE_STATE = {
    *("circuitbreaker", "dead", "faultinjection", "healthy", "idle", "inaccessible", "mirroring", "outside"),
    *("requestrouting", "requesttimeout", "serviceentry", "sidecar", "tcptrafficshifting", "trafficshifting"),
    *("trafficsource", "virtualservice", "workloadentry"),
}
_EDGE_TEXT = {"destprincipal", "protocol", "sourceprincipal"}
_EDGE_NUMBER = {"grpc", "http", "responsetime", "tcp", "throughput"} | {
    *("%grpcerr", "%grpctraffic", "%httperr", "%httptraffic"),
}
_EDGE_STATE = {"mtls", "traffic"}
_TEXT_OPERATORS = ("=", "!=", "contains", "startswith", "endswith")
_NUMBER_OPERATORS = ("=", "!=", ">", ">=", "<", "<=")
_LABEL = re.compile(r"label:[A-Za-z0-9][A-Za-z0-9._/-]*")
# Kiali splits at spaces, operators and the words AND and OR, and knows no quotes.
_VALUE = re.compile(r"(?!(?:and|or|not)$)[A-Za-z0-9._:/-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: an operand compared with a value, or a state such as `healthy` without either.

    Times are in milliseconds, shares such as `%httperr` in percent. Raises UnsupportedError for what Kiali
    would not understand.
    """

    operand: str
    operator: str = ""
    value: str | Decimal = ""
    negated: bool = False

    def __post_init__(self) -> None:
        if self.operand in _NODE_STATE | _EDGE_STATE:
            fits = not self.operator and not self.value
        elif self.operand in _NODE_NUMBER | _EDGE_NUMBER:
            fits = self.operator in _NUMBER_OPERATORS and isinstance(self.value, Decimal) and self.value >= 0
        elif self.operand in _NODE_TEXT | _EDGE_TEXT or _LABEL.fullmatch(self.operand):
            fits = self.operator in _TEXT_OPERATORS and bool(_VALUE.fullmatch(str(self.value)))
        else:
            fits = False
        if not fits:
            msg = f"Kiali cannot find {self.operand} {self.operator} {self.value}"
            raise UnsupportedError(msg)

    @property
    def of_edges(self) -> bool:
        """Whether it is about edges, not nodes."""
        return self.operand in _EDGE_TEXT | _EDGE_NUMBER | _EDGE_STATE

    def __str__(self) -> str:
        """As Kiali reads it."""
        value = number(self.value) if isinstance(self.value, Decimal) else self.value
        words = [self.operand, self.operator, value]
        return ("! " if self.negated else "") + " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Find:
    """Conditions that must `all` hold, or of which one must."""

    conditions: tuple[Condition, ...]
    all: bool = True

    def __post_init__(self) -> None:
        if not self.conditions:
            msg = "an expression needs a condition"
            raise UnsupportedError(msg)
        if self.all and len(self.conditions) > 1:
            if len({condition.of_edges for condition in self.conditions}) > 1:
                msg = "nodes and edges cannot be joined by AND"
                raise UnsupportedError(msg)
            if any(condition.operand == "name" for condition in self.conditions):
                msg = "name cannot be joined by AND, because it stands for several operands itself"
                raise UnsupportedError(msg)

    def __str__(self) -> str:
        """As Kiali reads it."""
        return (" AND " if self.all else " OR ").join(map(str, self.conditions))


UNHEALTHY = Find((Condition("healthy", negated=True),))
"""Nodes that are degraded or failing."""
