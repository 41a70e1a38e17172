"""What was seen to a catalogue: label sets, values, buckets, and what a person wrote into the file before."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from types import MappingProxyType

from generator.diagnostics import Diagnostics
from generator.live.families import Family, families
from generator.live.observation import Observation
from generator.live.volatile import VOLATILE_LABELS, is_legible, is_volatile
from generator.promql.catalogue import Catalogue, Domain, Metric, Server

MOST_VALUES = 100
"""Values of a label of one metric that are listed; of more, a sample of that many."""

MOST_LABEL_SETS = 12
"""Label sets of one metric that are listed; of more, what all series have and what any has."""

AFTER_EVENT = frozenset(
    {
        *("code", "status", "status_code", "http_status", "http_status_code", "http_response_status_code"),
        *("response_code", "response_flags", "grpc_code", "grpc_status", "grpc_response_status"),
        *("rpc_grpc_status_code", "reason", "error", "error_type", "exception", "outcome", "result"),
    }
)
"""Labels that have some of their values only after something happened, such as a first failure."""

_UNIT = re.compile(r"[A-Za-z0-9_%/.]{1,40}")


def summarise(
    observation: Observation, earlier: Catalogue | None, dropped: Set[str], diagnostics: Diagnostics
) -> Catalogue:
    """The catalogue of what was seen.

    `earlier` is what the file held before: its marks are kept, and what it says where nobody tells. Values of
    `dropped` labels are left out.
    """
    summary = _Summary(earlier or Catalogue(metrics={}), dropped, diagnostics)
    metrics = {family.name: summary.metric(family) for family in families(observation)}
    server = summary.earlier.server or Server()
    server = replace(server, **observation.facts)
    return Catalogue(metrics=MappingProxyType(metrics), server=None if server == Server() else server)


@dataclass(frozen=True, slots=True)
class _Summary:
    earlier: Catalogue
    dropped: Set[str]
    diagnostics: Diagnostics

    def metric(self, family: Family) -> Metric:
        """A family with what its file said before."""
        before = self.earlier.metrics.get(family.name)
        label_sets = _label_sets(family)
        kind, inferred = family.type, family.inferred
        if inferred and before and not before.inferred and _fits(before, family):
            kind, inferred = before.type, False
        domains = {
            label: domain
            for label in sorted(frozenset().union(*label_sets))
            if (domain := self.domain(family, label)) is not None
        }
        return Metric(
            name=family.name,
            type=kind,
            inferred=inferred,
            unit=_unit(family.told.unit) or (before.unit if before else "") or family.unit,
            help=_line(family.told.help) or (before.help if before else ""),
            label_sets=label_sets,
            values=MappingProxyType(domains),
            buckets=family.buckets,
            native=kind in {"histogram", "gaugehistogram"} and "" in family.parts,
        )

    def domain(self, family: Family, label: str) -> Domain | None:
        """The values of a label of a metric; None if there are none that a file could hold."""
        if label in self.dropped:
            return None
        seen = {value for part in family.parts.values() for value in part.values.get(label, ())}
        legible = {value for value in seen if is_legible(value)}
        if len(legible) < len(seen) and label not in VOLATILE_LABELS:
            self.tell_illegible(family.name, label)
        stable = {value for value in legible if not is_volatile(value)}
        mark = self.mark(family.name, label)
        if mark and mark.closed:
            self.compare(family, label, mark, stable)
            return Domain(tuple(sorted(stable.union(mark.values))), closed=True)
        if label in VOLATILE_LABELS:
            return None
        sampled, after_event = len(stable) < len(seen), label in AFTER_EVENT
        if mark and mark.after_event and not mark.sampled:
            stable, after_event = stable.union(mark.values), True
        if len(stable) > MOST_VALUES:
            stable, sampled = set(sorted(stable, key=_lot)[:MOST_VALUES]), True
        if not stable:
            return None
        return Domain(tuple(sorted(stable)), after_event=after_event or sampled, sampled=sampled)

    def tell_illegible(self, name: str, label: str) -> None:
        """Say that values were left out that no reader would make sense of."""
        message = f"{name}: values of {label} that are very long or hold control characters are left out"
        fix = "correct them where they come from"
        self.diagnostics.warning("capture/left-out", message, None, fix=fix)

    def mark(self, name: str, label: str) -> Domain | None:
        """What the file said of a label.

        For a metric that is new, what it said of the label everywhere: that a list is closed, or that it is
        open after an event, whose values then are this metric's own.
        """
        before = self.earlier.metrics.get(name)
        if before:
            return before.values.get(label)
        others = [
            metric.values.get(label) for metric in self.earlier.metrics.values() if label in metric.labels
        ]
        everywhere = others[0] if others and all(other == others[0] for other in others) else None
        return replace(everywhere, values=()) if everywhere and everywhere.after_event else everywhere

    def compare(self, family: Family, label: str, mark: Domain, seen: Iterable[str]) -> None:
        """Tell of values beside a closed list."""
        new = sorted(set(seen) - set(mark.values))
        if new:
            message = f"{family.name}: {label} has the value {new[0]}, which its closed list lacks"
            fix = "remove closed if there can be others"
            self.diagnostics.warning("capture/closed-value", message, None, fix=fix)


def _fits(before: Metric, family: Family) -> bool:
    """Whether a person's type goes with the series that were seen."""
    return (before.type in {"histogram", "gaugehistogram"}) == (bool(family.buckets) or before.native)


def _label_sets(family: Family) -> tuple[frozenset[str], ...]:
    """The sets of labels of a family's series, without what its type implies."""
    found: set[frozenset[str]] = set()
    for suffix, seen in family.parts.items():
        found |= {labels - _implied(family, suffix) for labels in seen.label_sets}
    if len(found) > MOST_LABEL_SETS:
        found = {frozenset.intersection(*found), frozenset.union(*found)}
    return tuple(sorted(found, key=sorted))


def _implied(family: Family, suffix: str) -> Set[str]:
    if suffix == "_bucket":
        return {"le"}
    return {"quantile"} if family.type == "summary" and not suffix else set()


def _lot(value: str) -> bytes:
    """A value's place in a draw that depends on nothing but the value: samples of growing sets stay alike."""
    return hashlib.sha256(value.encode()).digest()


def _unit(text: str) -> str:
    """A unit that a server told, if it is one."""
    return text if _UNIT.fullmatch(text) else ""


def _line(text: str) -> str:
    """A help text as one line; empty if it is not fit for a file."""
    line = " ".join(text.split())
    return line if is_legible(line) and not is_volatile(line) else ""
