"""What Kiali calls degraded and failing, from the SLOs: a patch for each service.

Kiali compares the share of a status code with thresholds in percent, over the time that its graph shows. The
annotation `health.kiali.io/rate` takes fractions; the resource of Kiali's operator takes whole numbers only
(kiali/kiali models/health*, kiali/kiali-operator crd-docs). Failing is what pages fastest, degraded what the
slowest alert of the SLO asks for, so Kiali is red no later than somebody is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from generator import names
from generator.delivery import yaml_text
from generator.delivery.artifact import Artifact
from generator.promql.build import number
from generator.rules.slo import CompiledSLO
from generator.spec.model import Service

ANNOTATION = "health.kiali.io/rate"
_SERVED = {"sidecar": "inbound", "ambient": "inbound", "gateway": "outbound"}


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A line of Kiali's health: shares of `code` in percent, from which on a node is degraded or failing."""

    code: str
    degraded: Decimal
    failure: Decimal
    protocol: str
    direction: str

    def __str__(self) -> str:
        """As the annotation writes it: five fields."""
        shares = number(self.degraded), number(self.failure)
        return ",".join((self.code, *shares, self.protocol, self.direction))


def artifacts(compiled: Iterable[tuple[Service, tuple[CompiledSLO, ...]]]) -> Iterator[Artifact]:
    """Yield `kiali/health/<namespace>/<service>.yaml`: a patch of a Service, or a gateway's Deployment."""
    for service, slos in compiled:
        lines = tolerances(service, slos)
        if not lines:
            continue
        annotations = {ANNOTATION: ";".join(map(str, lines))}
        metadata: dict[str, object] = {"name": service.name, "namespace": service.namespace}
        if service.dataplane == "gateway":
            metadata["name"] = next(iter(service.workloads), service.name)
            template = {"template": {"metadata": {"annotations": annotations}}}
            patch = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": template}
            comments = ["Kiali reads a workload's pods first; to patch them restarts them."]
        else:
            metadata["annotations"] = annotations
            patch = {"apiVersion": "v1", "kind": "Service", "metadata": metadata}
            comments = []
        path = names.kiali_health_path(service.namespace, service.name)
        yield Artifact(path, yaml_text.document(patch, service.source, comments), service.source)


def tolerances(service: Service, slos: Iterable[CompiledSLO]) -> tuple[Tolerance, ...]:
    """The lines of a service: those of its first SLO, by name, that counts failures of all its requests."""
    if service.journey:  # no object of Kubernetes; where it is measured has thresholds of its own
        return ()
    direction = _SERVED.get(service.dataplane)
    told = next((one for one in slos if one.events.failing and one.slo.burn_alerts), None)
    if direction is None or told is None:
        return ()
    thresholds = [alert.threshold * 100 for alert in told.slo.burn_alerts]
    return tuple(
        Tolerance(code, min(thresholds), max(thresholds), protocol, direction)
        for protocol, code in told.events.failing
    )
