"""What happens in each scenario, in numbers: the truth that panels are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generator.spec.model import SLO, Service

NOW = 1_770_000_000
HOUR, DAY, WEEK = 3_600, 86_400, 604_800
# The share of requests that fail where nothing is wrong: below every budget of the example.
FEW = 0.0002
# The share of requests that take no longer, by milliseconds; more than the last none takes.
AS_FAST = {10: 0.3, 50: 0.8, 100: 0.96, 250: 0.999, 500: 1.0, 1_000: 1.0, 2_500: 1.0, 5_000: 1.0}
AS_FAST_UNDER_STRAIN = {
    10: 0.0,
    50: 0.1,
    100: 0.3,
    250: 0.45,
    500: 0.8,
    1_000: 0.96,
    2_500: 0.999,
    5_000: 1.0,
}
EVERYWHERE = ("bookinfo", "boutique", "istio-system")


@dataclass(frozen=True)
class Scenario:
    """How things are.

    `gone`: namespaces of which nothing is known. `errors`: what each objective spends, in multiples of its
    budget. `failing`: namespaces in which every request fails. `revisions`: by service and revision, the
    share that fails of these alone. `edge`: the share that the gateway sees fail. `covered`: the share of
    each period that has data. `strained`: namespaces whose workloads are full and slow; with them queues and
    rules are late, certificates run out, the configuration contradicts itself and business is bad.
    """

    name: str
    moving: bool = True
    errors: float = 0.5
    failing: Sequence[str] = ()
    revisions: Mapping[tuple[str, str], float] = field(default_factory=dict)
    edge: float = FEW
    covered: float = 0.95
    strained: Sequence[str] = ()
    gone: Sequence[str] = ()

    def failing_share(self, caller: Service | None, callee: Service, revision: str) -> float:
        """The share of an edge's requests that fails."""
        if callee.namespace in self.failing:
            return 1.0
        at_edge = self.edge if caller and caller.dataplane == "gateway" else FEW
        return self.revisions.get((callee.name, revision), at_edge)

    def as_fast(self, callee: Service) -> Mapping[int, float]:
        """The share of requests that take no longer, by milliseconds."""
        return AS_FAST_UNDER_STRAIN if callee.namespace in self.strained else AS_FAST

    def burn(self, namespace: str, slo: SLO) -> float:
        """What an objective spends, in multiples of its budget: in an outage one event in one is bad."""
        return 1 / float(slo.budget) if namespace in self.failing else self.errors


HEALTHY = Scenario("healthy")
IDLE = Scenario("idle", moving=False)
OUTAGE = Scenario("outage", failing=EVERYWHERE)
# Bookinfo and the gateway before it fail, the shop is well.
HALF = Scenario("half", failing=("bookinfo", "istio-system"))
# The new version of reviews fails altogether, another one and that of the catalogue more than is allowed.
CANARY = Scenario(
    "canary",
    revisions={("reviews", "v2"): 1.0, ("reviews", "v3"): 0.003, ("productcatalogservice", "v2"): 0.003},
)
OTHER_CANARY = Scenario(
    "other-canary",
    revisions={("reviews", "v2"): 0.003, ("reviews", "v3"): 1.0, ("productcatalogservice", "v2"): 1.0},
)
# Nothing tells of Bookinfo and its gateway any more, the shop is well.
GONE = Scenario("gone", gone=("bookinfo", "istio-system"))
STRAINED = Scenario("strained", edge=0.005, covered=0.5, strained=("bookinfo", "istio-system"))
OTHER_STRAINED = Scenario("other-strained", edge=0.005, covered=0.5, strained=("boutique",))
