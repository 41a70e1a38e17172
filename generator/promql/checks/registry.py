"""The checks by their ids. A new one is a module of this package and its name here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Protocol, cast

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Node
from generator.promql.known import Known

_NAMES = (
    "always_true",
    "average_of_quantiles",
    "contradiction",
    "delta_of_counter",
    "two_reporters",
    "impossible_join",
    "impossible_regex",
    "lost_label",
    "many_to_many",
    "missing_le",
    "never_true",
    "quantile_range",
    "rate_of_gauge",
    "rate_of_sum",
    "raw_counter",
    "relabelling",
    "short_window",
    "sum_of_ratios",
    "unit_mismatch",
    "unknown_bucket",
    "unknown_label",
    "unknown_metric",
    "unknown_value",
)


class Check(Protocol):
    """The module of a check: `check` is asked about each part of an expression that is one of `NODES`."""

    ID: str
    SEVERITY: Severity
    TITLE: str
    DOC: str
    NODES: tuple[type[Node], ...]
    check: Callable[[Flow, Known], Iterable[Finding]]


def _module(name: str) -> Check:
    return cast("Check", import_module(f"{__package__}.{name}"))


CHECKS: Mapping[str, Check] = MappingProxyType({check.ID: check for check in map(_module, _NAMES)})
