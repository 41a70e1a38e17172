"""Series to metric families: which names belong together, and of what type they are.

A server tells types of families that its targets have now (`/api/v1/metadata`). Where nobody told, the type
is inferred from names, by the conventions of Prometheus' client libraries, and marked as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from generator.live.observation import Observation, Seen, Told
from generator.promql.catalogue_schema import TYPES

_HISTOGRAMS = frozenset({"histogram", "gaugehistogram"})
_PARTS = ("_bucket", "_sum", "_count")
# Prometheus makes these itself for every target (prometheus.io, "Jobs and instances"); nobody tells of them.
_SCRAPE = frozenset(
    {
        *("up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling"),
        *("scrape_series_added", "scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes"),
    }
)
_BY_SUFFIX = {"_total": "counter", "_info": "gauge", "_created": "gauge", "_timestamp_seconds": "gauge"}
# OpenMetrics tells of a family; its series have these suffixes.
_OPENMETRICS = {"_total": "counter", "_info": "info"}
# Base units of Prometheus' naming conventions, and what Istio and others use besides.
_UNITS = (
    *(
        "seconds",
        "milliseconds",
        "bytes",
        "ratio",
        "celsius",
        "meters",
        "volts",
        "amperes",
        "joules",
        "grams",
    ),
    *("percent", "hertz"),
)
_MOST_DIGITS = 28  # of a bound, and powers of ten: a file's numbers have at most 64 characters


@dataclass(slots=True)
class Family:
    """A metric family: its type, what was told of it, and its series by the suffix of their name."""

    name: str
    type: str
    inferred: bool
    told: Told
    parts: dict[str, Seen] = field(default_factory=dict)

    @property
    def buckets(self) -> tuple[Decimal, ...]:
        """The upper bounds of a histogram: numbers, so that `250` and `250.0` are one."""
        seen = self.parts.get("_bucket", Seen()) if self.type in _HISTOGRAMS else Seen()
        bounds = (_bound(text) for text in seen.values.get("le", ()))
        return tuple(sorted({bound for bound in bounds if bound is not None}))

    @property
    def unit(self) -> str:
        """The unit that the name ends with; empty if it is none."""
        base = self.name.removesuffix("_total")
        return next((unit for unit in _UNITS if base.endswith(f"_{unit}")), "")


def _bound(text: str) -> Decimal | None:
    """A bound that a file can hold; None for `+Inf` and whatever else is none."""
    try:
        bound = Decimal(text)
    except InvalidOperation:
        return None
    if not bound.is_finite() or max(len(bound.as_tuple().digits), abs(bound.adjusted())) > _MOST_DIGITS:
        return None
    return bound.normalize() + 0  # -0 is 0


def families(observation: Observation) -> Iterator[Family]:
    """Every family of what was seen, sorted by name."""
    grouped: dict[str, Family] = {}
    for name in sorted(observation.series):
        family, suffix = _Naming(observation).place(name)
        grouped.setdefault(family.name, family).parts[suffix] = observation.series[name]
    for family in [grouped[name] for name in sorted(grouped)]:
        yield from _sound(family)


def _sound(family: Family) -> Iterator[Family]:
    """The family itself; or, for a histogram without a bound, what was seen of it as counters."""
    if family.type in _HISTOGRAMS and not family.buckets and "" not in family.parts:
        for suffix, seen in family.parts.items():
            told = Told("counter", family.told.unit if suffix == "_sum" else "", family.told.help)
            yield Family(family.name + suffix, "counter", family.inferred, told, {"": seen})
    else:
        yield family


@dataclass(frozen=True, slots=True)
class _Naming:
    observation: Observation

    def place(self, name: str) -> tuple[Family, str]:
        """The family of a series and the suffix of its name in it."""
        if name in _SCRAPE:
            return Family(name, "gauge", inferred=False, told=Told()), ""
        own = self.told(name)
        if own and own.type != "unknown":
            return Family(name, own.type, inferred=False, told=own), ""
        for suffix in _PARTS:
            base = name.removesuffix(suffix)
            if base != name and base and (family := self.whole(base, suffix)):
                return family, suffix
        for suffix, kind in _OPENMETRICS.items():
            told = self.told(name.removesuffix(suffix)) if name.endswith(suffix) else None
            if told and told.type == kind:
                return Family(name, kind, inferred=False, told=told), ""
        return Family(name, self.inferred(name), inferred=True, told=own or Told()), ""

    def whole(self, base: str, suffix: str) -> Family | None:
        """The histogram or summary that a sum, a count or a bucket belongs to."""
        told = self.told(base)
        if told and (told.type in _HISTOGRAMS or (told.type == "summary" and suffix != "_bucket")):
            return Family(base, told.type, inferred=False, told=told)
        if told and told.type != "unknown":
            return None
        if self.has(f"{base}_bucket", "le"):
            return Family(base, "histogram", inferred=True, told=told or Told())
        if suffix != "_bucket" and self.has(base, "quantile"):
            return Family(base, "summary", inferred=True, told=told or Told())
        return None

    def inferred(self, name: str) -> str:
        """The type of a series that stands alone."""
        if self.has(name, "quantile") and self.has(f"{name}_count"):
            return "summary"
        if name.endswith(("_sum", "_count")):
            return "counter"
        return next((kind for suffix, kind in _BY_SUFFIX.items() if name.endswith(suffix)), "unknown")

    def has(self, name: str, label: str = "") -> bool:
        """Whether there are series of this name, all with the label if one is given."""
        seen = self.observation.series.get(name)
        return seen is not None and (not label or all(label in labels for labels in seen.label_sets))

    def told(self, name: str) -> Told | None:
        """What all targets together told of a metric; a type that they do not agree on is unknown."""
        said = self.observation.told.get(name)
        if not said:
            return None
        types = {told.type for told in said if told.type in TYPES and told.type != "unknown"}
        units = sorted(told.unit for told in said if told.unit)
        helps = sorted(told.help for told in said if told.help)
        return Told(
            types.pop() if len(types) == 1 else "unknown",
            units[0] if units else "",
            helps[0] if helps else "",
        )
