"""`saturation`: from which share of its resources on a service counts as full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_NINE_TENTHS, _QUARTER = Decimal("0.9"), Decimal("0.25")


def _share(default: float, description: str) -> dict[str, Any]:
    return {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
        "default": default,
        "description": description,
        "x-fix": "write a share above 0 and up to 1, such as 0.9.",
    }


SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "When its workloads are full: thresholds of its panels.",
    "additionalProperties": False,
    "properties": {
        "disabled": {
            "type": "boolean",
            "default": False,
            "description": "No panels about resources.",
        },
        "cpu": _share(0.9, "CPU in use over the limit of its containers."),
        "memory": _share(0.9, "Memory in use over the limit of its containers."),
        "throttling": _share(0.25, "CPU periods in which a container was throttled, over all."),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """Shares from 0 to 1 from which on a workload counts as full."""

    disabled: bool = False
    cpu: Decimal = _NINE_TENTHS
    memory: Decimal = _NINE_TENTHS
    throttling: Decimal = _QUARTER
