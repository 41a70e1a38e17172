"""What is known of a sub-expression's result."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from generator.promql.flow.interval import ANYTHING, Interval
from generator.promql.flow.labels import BARE, Labels
from generator.promql.flow.nodes import Node, Selector

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.promql.flow.units import Unit
    from generator.promql.known import Facts, Kind

ValueType = Literal["vector", "scalar", "matrix", "string"]
NO_PINS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A selector whose numbers are in a result, with what is known of its series."""

    node: Selector
    facts: Facts | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Flow:
    """What is known of the result of `node`, whose operands are `of`.

    `pins` are labels that have one value on all series. `buckets` says that the series are the buckets of
    classic histograms. `sources` are the selectors whose numbers or labels the result is made of.
    """

    node: Node
    of: tuple[Flow, ...] = ()
    type: ValueType = "vector"
    kind: Kind = "unknown"
    unit: Unit | None = None
    interval: Interval = ANYTHING
    labels: Labels = BARE
    pins: Mapping[str, str] = field(default_factory=lambda: NO_PINS)
    buckets: bool = False
    sources: tuple[Source, ...] = ()

    @property
    def is_vector(self) -> bool:
        """Whether it has series: an instant vector or a range of one."""
        return self.type in {"vector", "matrix"}
