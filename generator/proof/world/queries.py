"""The queries that an author wrote into an SLI."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from generator.promql.parse import parse
from generator.promql.tree import Expr, children
from generator.sli import PromQL
from generator.spec.model import SLO

_FROM_NOTHING = frozenset({"vector", "time", "absent", "absent_over_time", "scalar"})


def queries(slo: SLO) -> Iterator[PromQL]:
    """Every query of an SLI's own."""
    sli = slo.sli
    if dataclasses.is_dataclass(sli):
        values = (getattr(sli, field.name) for field in dataclasses.fields(sli))
        yield from (value for value in values if isinstance(value, PromQL))


def says_without_series(slo: SLO) -> bool:
    """Whether an SLI may say something where no series is: a missing minute that is bad, or a constant."""
    if getattr(slo.sli, "missing", "") == "bad":
        return True
    return any(_from_nothing(parse(query.probe)) for query in queries(slo))


def _from_nothing(node: Expr) -> bool:
    own = type(node).__name__ == "Call" and node.func.name in _FROM_NOTHING
    return own or any(map(_from_nothing, children(node)))
