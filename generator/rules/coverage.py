"""What the fixtures hold and nobody watches: metrics that no expression reads, services without an SLO."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.promql.catalogue import Catalogue, Series
from generator.promql.graph import RuleGraph
from generator.spec.model import Service
from generator.telemetry import PROFILES, load_profile

# What Istio calls destinations outside of the mesh.
_OUTSIDE = frozenset({"BlackHoleCluster", "PassthroughCluster"})


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts, and what is left: metrics as name and type, services by the name that the telemetry has.

    `services` is None where no service is asked for.
    """

    metrics: int
    unwatched: tuple[tuple[str, str], ...]
    services: int | None = None
    without_slo: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The fields of the JSON report."""
        metrics = {"total": self.metrics, "unwatched": [name for name, _ in self.unwatched]}
        if self.services is None:
            return {"metrics": metrics}
        return {
            "metrics": metrics,
            "services": {"total": self.services, "withoutSLO": list(self.without_slo)},
        }

    def words(self) -> str:
        """For people, a line for each thing that is left."""
        watched = self.metrics - len(self.unwatched)
        lines = [f"Metrics: {watched} of {self.metrics} in the fixtures are read."]
        if self.unwatched:
            width = max(len(name) for name, _ in self.unwatched)
            lines += ["Nothing reads:", *(f"  {name:<{width}}  {kind}" for name, kind in self.unwatched)]
        if self.services is not None:
            with_slo = self.services - len(self.without_slo)
            lines.append(f"Services: {with_slo} of {self.services} in the fixtures have an SLO.")
            if self.without_slo:
                lines += ["Without one:", *(f"  {name}" for name in self.without_slo)]
        return "\n".join(lines) + "\n"


def coverage(catalogue: Catalogue, graph: RuleGraph, services: Iterable[Service] | None = None) -> Coverage:
    """Compare a catalogue with what a run's expressions read, and with the services that have an SLO."""
    watched = {series.metric.name for series in catalogue.series.values() if graph.reads(series.name)}
    unwatched = tuple(
        (metric.name, metric.type) for metric in catalogue.metrics.values() if metric.name not in watched
    )
    if services is None:
        return Coverage(len(catalogue.metrics), unwatched)
    known = {
        value
        for series, label in _named(catalogue)
        for value in (series.metric.values[label].values if label in series.metric.values else ())
        if value and value not in _no_service()
    }
    covered = {
        str(matcher.value)
        for service in services
        if service.slos and service.subject
        for matcher in service.subject.identity
        if str(matcher.value) in known
    }
    return Coverage(len(catalogue.metrics), unwatched, len(known), tuple(sorted(known - covered)))


def _named(catalogue: Catalogue) -> Iterator[tuple[Series, str]]:
    """The series that count requests in any profile, each with a label that names the called service."""
    for profile in map(load_profile, PROFILES):
        for protocol in profile.protocols.values():
            series = catalogue.series.get(protocol.requests)
            for plane in profile.dataplanes.values() if series else ():
                for label, value in plane.identity.items():
                    # A caller's label names more than services.
                    called = label in profile.labels.callee or not profile.labels.callee
                    if series and "$service" in value and called:
                        yield series, label


def _no_service() -> frozenset[str]:
    """What stands in place of a service's name where there is none."""
    return _OUTSIDE.union(load_profile(name).labels.nobody for name in PROFILES)
