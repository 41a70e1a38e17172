"""The flow of a function call, by Prometheus' own description of each (documentation, "Query functions")."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from generator.promql.flow import histogram
from generator.promql.flow.interval import ANYTHING, NOT_NEGATIVE, ONE, SHARE, Interval
from generator.promql.flow.labels import Labels, Reason
from generator.promql.flow.model import NO_PINS, Flow
from generator.promql.flow.nodes import Call, Selector, Text
from generator.promql.flow.units import PLAIN, SECONDS, Unit, by_second
from generator.promql.known import Kind

RATES: Final = frozenset({"rate", "irate", "increase"})
# What tells how a gauge changes.
SLOPES: Final = frozenset(
    {"delta", "idelta", "deriv", "predict_linear", "holt_winters", "double_exponential_smoothing"}
)
# Aggregations over time that mean nothing for numbers that only grow and start again.
BLENDS: Final = frozenset(
    {
        "avg_over_time",
        "sum_over_time",
        "quantile_over_time",
        "stddev_over_time",
        "stdvar_over_time",
        "mad_over_time",
    }
)
RELABELLING: Final = frozenset({"label_replace", "label_join"})
_PERIODS: Final[Mapping[str, Interval]] = MappingProxyType(
    {
        "minute": Interval(0, 59, nan=False),
        "hour": Interval(0, 23, nan=False),
        "day_of_week": Interval(0, 6, nan=False),
        "day_of_month": Interval(1, 31, nan=False),
        "days_in_month": Interval(28, 31, nan=False),
        "day_of_year": Interval(1, 366, nan=False),
        "month": Interval(1, 12, nan=False),
        "year": Interval(nan=False),
    }
)
_RANGES: Final[Mapping[str, Interval]] = MappingProxyType(
    {
        "sgn": Interval(-1, 1),
        "sqrt": Interval(0),
        "exp": Interval(0),
        "sin": Interval(-1, 1),
        "cos": Interval(-1, 1),
        "tanh": Interval(-1, 1),
        "acos": Interval(0, math.pi),
        "cosh": Interval(1),
        "asin": Interval(-math.pi / 2, math.pi / 2),
        "atan": Interval(-math.pi / 2, math.pi / 2),
    }
)
_COUNTS: Final[Mapping[str, Interval]] = MappingProxyType(
    {
        "count_over_time": Interval(1, nan=False),
        "changes": NOT_NEGATIVE,
        "resets": NOT_NEGATIVE,
        "present_over_time": ONE,
        "histogram_count": NOT_NEGATIVE,
        "histogram_fraction": SHARE._replace(nan=True),
    }
)
_MOMENTS: Final = frozenset(
    {
        "timestamp",
        "ts_of_min_over_time",
        "ts_of_max_over_time",
        "ts_of_first_over_time",
        "ts_of_last_over_time",
    }
)
# These choose or blend samples: what comes out has the unit, and lies between the extremes, of what goes in.
_SAME: Final = frozenset(
    {
        *("avg_over_time", "min_over_time", "max_over_time", "last_over_time", "first_over_time"),
        *("sort", "sort_desc", "sort_by_label", "sort_by_label_desc", "info"),
        *("histogram_avg", "quantile_over_time"),
    }
)
_KEEPS_KIND: Final = frozenset(
    {
        *("min_over_time", "max_over_time", "last_over_time", "first_over_time"),
        *("sort", "sort_desc", "sort_by_label", "sort_by_label_desc", "info"),
    }
)
_SPREADS: Final = frozenset(
    {"stddev_over_time", "stdvar_over_time", "mad_over_time", "histogram_stddev", "histogram_stdvar"}
)


def called(node: Call, of: tuple[Flow, ...]) -> Flow:  # noqa: PLR0911  # one for each table
    """What a function yields for arguments whose flows are `of`."""
    name = node.name
    made = _MADE.get(name)
    if made is not None:
        return made(node, of)
    operand = next((flow for flow in of if flow.is_vector), None)
    if name in _PERIODS:
        result = operand or Flow(node=node)
        return _vector(node, of, result, "number", PLAIN, _PERIODS[name])
    if operand is None:
        return Flow(node=node, of=of, type="scalar", kind="number", unit=PLAIN)
    if name in _SAME:
        kind: Kind = operand.kind if name in _KEEPS_KIND else _blended(operand.kind)
        result = _vector(node, of, operand, kind, operand.unit, operand.interval)
        return replace(result, labels=replace(result.labels, open=True)) if name == "info" else result
    if name in _COUNTS:
        return _vector(node, of, operand, "number", PLAIN, _COUNTS[name])
    if name in _MOMENTS:
        return _vector(node, of, operand, "gauge", SECONDS, NOT_NEGATIVE)
    if name in _RANGES:
        return _vector(node, of, operand, "number", None, _RANGES[name])
    if name in _SPREADS:
        return _vector(node, of, operand, "gauge", None, Interval(0))
    return _vector(node, of, operand, "unknown", None, ANYTHING)


def _blended(kind: Kind) -> Kind:
    return kind if kind in {"quantile", "rate", "unknown"} else "gauge"


def _vector(
    node: Call, of: tuple[Flow, ...], operand: Flow, kind: Kind, unit: Unit | None, interval: Interval
) -> Flow:
    """A vector with the series of `operand` and other numbers."""
    return Flow(
        node=node,
        of=of,
        kind=kind,
        unit=unit,
        interval=interval,
        labels=operand.labels,
        pins=operand.pins,
        buckets=operand.buckets,
        sources=operand.sources,
    )


def _rate(node: Call, of: tuple[Flow, ...]) -> Flow:
    (operand,) = of
    unit = operand.unit if node.name == "increase" else by_second(operand.unit)
    # A selector of unknown type is taken for a counter, or it would not stand in a rate.
    counts = operand.interval.low >= 0 or (operand.kind == "unknown" and isinstance(operand.node, Selector))
    kind: Kind = "native" if operand.kind == "native" else "rate"
    return _vector(
        node, of, operand, kind, unit, Interval(0 if counts else -math.inf, nan=operand.interval.nan)
    )


def _slope(node: Call, of: tuple[Flow, ...]) -> Flow:
    operand = of[0]
    same = node.name != "deriv"
    return _vector(node, of, operand, "gauge", operand.unit if same else by_second(operand.unit), ANYTHING)


def _sum_over_time(node: Call, of: tuple[Flow, ...]) -> Flow:
    (operand,) = of
    interval = NOT_NEGATIVE._replace(nan=operand.interval.nan) if operand.interval.low >= 0 else ANYTHING
    return _vector(node, of, operand, _blended(operand.kind), operand.unit, interval)


def _clamp(node: Call, of: tuple[Flow, ...]) -> Flow:
    operand, *limits = of
    low, high = operand.interval.low, operand.interval.high
    limit = [one.interval for one in limits]
    floor = limit[0] if node.name in {"clamp", "clamp_min"} else Interval(nan=False)
    ceiling = limit[-1] if node.name in {"clamp", "clamp_max"} else Interval(nan=False)
    low = min(max(low, floor.low), ceiling.high)
    high = max(min(high, ceiling.high), floor.low)
    interval = Interval(low, high, nan=operand.interval.nan)
    return _vector(node, of, operand, operand.kind, operand.unit, interval)


def _abs(node: Call, of: tuple[Flow, ...]) -> Flow:
    (operand,) = of
    low, high, nan = operand.interval
    size = max(abs(low), abs(high))
    return _vector(node, of, operand, operand.kind, operand.unit, Interval(max(low, -high, 0), size, nan=nan))


def _rounded(node: Call, of: tuple[Flow, ...]) -> Flow:
    operand = of[0]
    low, high, nan = operand.interval
    if len(of) > 1:  # to a multiple of anything
        interval = Interval(0 if low >= 0 else -math.inf, nan=nan)
    else:
        whole = (low if math.isinf(low) else math.floor(low), high if math.isinf(high) else math.ceil(high))
        interval = Interval(*whole, nan=nan)
    return _vector(node, of, operand, _blended(operand.kind), operand.unit, interval)


def _relabelled(node: Call, of: tuple[Flow, ...]) -> Flow:
    """`label_replace` and `label_join`: one more label, or another value for it, or none."""
    operand = of[0]
    result = _vector(node, of, operand, operand.kind, operand.unit, operand.interval)
    target = node.arguments[1]
    if not isinstance(target, Text):
        return result
    pins = {label: value for label, value in operand.pins.items() if label != target.value}
    return replace(result, labels=operand.labels.add(target.value, sure=False), pins=pins)


def _absent(node: Call, of: tuple[Flow, ...]) -> Flow:
    """One series with the labels that a selector demands of one value; of anything else it has none."""
    argument = node.arguments[0]
    pins = dict[str, str]()
    if isinstance(argument, Selector):
        pins = {m.label: m.value for m in argument.matchers if m.op == "=" and m.value}
    fix = f"remove it here, or demand it with = in the selector: {node.name} has no other labels"
    reason = Reason(node.name, at=node.at, fix=fix)
    labels = Labels(sure=frozenset(pins), rest=reason, inner=of[0].labels)
    return Flow(node=node, of=of, kind="number", unit=PLAIN, interval=ONE, labels=labels, pins=pins)


def _scalar(node: Call, of: tuple[Flow, ...]) -> Flow:
    (operand,) = of
    interval = operand.interval._replace(nan=True)
    return Flow(
        node=node, of=of, type="scalar", kind=operand.kind, unit=operand.unit, interval=interval, sources=()
    )


def _to_vector(node: Call, of: tuple[Flow, ...]) -> Flow:
    (operand,) = of
    return Flow(node=node, of=of, kind="number", unit=operand.unit, interval=operand.interval, pins=NO_PINS)


def _time(node: Call, of: tuple[Flow, ...]) -> Flow:
    return Flow(node=node, of=of, type="scalar", kind="gauge", unit=SECONDS, interval=NOT_NEGATIVE)


def _pi(node: Call, of: tuple[Flow, ...]) -> Flow:
    interval = Interval(math.pi, math.pi, nan=False)
    return Flow(node=node, of=of, type="scalar", kind="number", unit=PLAIN, interval=interval)


def _histogram_sum(node: Call, of: tuple[Flow, ...]) -> Flow:
    (operand,) = of
    return _vector(node, of, operand, "rate", operand.unit, ANYTHING)


_MADE: Final[Mapping[str, Callable[[Call, tuple[Flow, ...]], Flow]]] = MappingProxyType(
    dict.fromkeys(RATES, _rate)
    | dict.fromkeys(SLOPES, _slope)
    | dict.fromkeys(RELABELLING, _relabelled)
    | dict.fromkeys(("absent", "absent_over_time"), _absent)
    | dict.fromkeys(("ceil", "floor", "round"), _rounded)
    | dict.fromkeys(("clamp", "clamp_min", "clamp_max"), _clamp)
    | dict.fromkeys(("histogram_quantile", "histogram_quantiles"), histogram.quantile)
    | {
        "abs": _abs,
        "histogram_sum": _histogram_sum,
        "pi": _pi,
        "scalar": _scalar,
        "sum_over_time": _sum_over_time,
        "time": _time,
        "vector": _to_vector,
    }
)
