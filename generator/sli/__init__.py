"""The SLI kinds. A new kind is a module here and a line in `KINDS`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from generator.sli import availability, events, latency, ratio, threshold
from generator.sli.model import SLI, Events, Evidence, Kind, Narrowing, PromQL, Unit

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "availability": cast("Kind", availability),
        "latency": cast("Kind", latency),
        "events": cast("Kind", events),
        "ratio": cast("Kind", ratio),
        "threshold": cast("Kind", threshold),
    }
)

__all__ = ["KINDS", "SLI", "Events", "Evidence", "Kind", "Narrowing", "PromQL", "Unit"]
