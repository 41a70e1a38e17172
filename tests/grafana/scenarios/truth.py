"""Which colour the definitions imply in a scenario, said without a look at any dashboard.

What is bad is said in the specification of objectives, of rollouts and of saturation, and in the facts about
dashboards: green is well, orange wants attention, red is missed or pages. For graphs it is said which lines
a value has reached.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from generator.sli.latency import Record as Latency
from generator.spec.model import SLO, Service
from grafana.scenarios.scenario import Scenario

# The alerts of the workbook for a period of 30 days: tier, share of the budget, long window in hours.
WORKBOOK = (("page", 2, 1), ("page", 5, 6), ("ticket", 10, 24), ("ticket", 10, 72))
COLOURS = {"page": "red", "ticket": "orange"}
QUARTER = 0.25


@dataclass(frozen=True)
class Seen:
    """One value on a panel: where it stands, what was asked, the labels of its series, and what happens."""

    scenario: Scenario
    title: str
    query: str
    labels: Mapping[str, str]
    services: Mapping[tuple[str, str], Service]
    service: Service | None

    @property
    def slo(self) -> SLO:
        """The objective that the labels name, or the title on the page of a service."""
        service = self.services.get(
            (self.labels.get("namespace", ""), self.labels.get("service", "")), self.service
        )
        assert service is not None
        name = self.labels.get("slo") or self.title.partition(": ")[0]
        return next(slo for slo in service.slos if slo.name == name)

    @property
    def burn(self) -> float:
        """What it spends, in multiples of its budget."""
        namespace = self.labels.get("namespace") or (self.service.namespace if self.service else "")
        return self.scenario.burn(namespace, self.slo)

    @property
    def left(self) -> float:
        """What is left of its budget."""
        return 1 - self.burn


Truth = Callable[[Seen], str]


def factors(slo: SLO) -> dict[float, str]:
    """The burn rates from which on alerts of an objective fire, with the colour of each.

    A share of the budget in a window is a burn rate of share x period / window, and never below 1.
    """
    found: dict[float, str] = {}
    hours = Fraction(slo.period.milliseconds, 3_600_000)
    for tier, percent, window in WORKBOOK:
        if not getattr(slo.alerting, tier).disabled and not slo.alerting.disabled and slo.has_budget:
            found.setdefault(float(max(Fraction(percent, 100) * hours / window, 1)), COLOURS[tier])
    return dict(sorted(found.items()))


def paging(slo: SLO) -> float:
    """The lowest burn rate that pages; none does where pages are disabled."""
    return min((factor for factor, colour in factors(slo).items() if colour == "red"), default=float("inf"))


def achieved(seen: Seen) -> str:
    """Met exactly is met."""
    return "green" if seen.burn <= 1 else "red"


def budget(seen: Seen) -> str:
    """Overspent is red, less than a quarter left wants attention."""
    return "red" if seen.left < 0 else "orange" if seen.left < QUARTER else "green"


def budget_lines(seen: Seen) -> str:
    """The line of nothing left, and that of a quarter."""
    return "+".join(["orange"] * (seen.left >= 0) + ["green"] * (seen.left >= QUARTER))


def burning(seen: Seen) -> str:
    """From 1 on the budget does not last; as fast as what pages is red."""
    return "red" if seen.burn >= paging(seen.slo) else "orange" if seen.burn >= 1 else "green"


def too_fast(seen: Seen) -> str:
    """The same among objectives that page at different rates, or not at all."""
    return "orange" if seen.burn >= 1 else "green"


def one_line(seen: Seen) -> str:
    """Whether the line of a burn rate of 1 is reached."""
    return "orange" if seen.burn >= 1 else ""


def factor_lines(seen: Seen) -> str:
    """The line of each alert."""
    return "+".join(colour for factor, colour in factors(seen.slo).items() if seen.burn >= factor)


def error_lines(seen: Seen) -> str:
    """What the objective allows on average, and what pages when it lasts."""
    return "+".join(["orange"] * (seen.burn >= 1) + ["red"] * (seen.burn >= paging(seen.slo)))


def allowed(seen: Seen) -> str:
    """Without a budget nothing is missed, but more than the objective allows is marked."""
    return "orange" if seen.burn >= 1 else "transparent"


def slow_lines(seen: Seen) -> str:
    """A quantile has reached a duration if no larger share is faster than that."""
    assert seen.service is not None
    found = re.search(r"histogram_quantile\(([0-9.]+),", seen.query)
    assert found is not None
    as_fast = seen.scenario.as_fast(seen.service.edge)
    limits = {slo.sli.threshold.milliseconds for slo in seen.service.slos if isinstance(slo.sli, Latency)}
    return "+".join("red" for limit in limits if as_fast[limit] <= float(found[1]))


def measured(seen: Seen) -> str:
    """A number says little until nine tenths of the period have data."""
    return "green" if seen.scenario.covered >= 0.9 else "orange"


def _with_budget(seen: Seen) -> list[tuple[str, SLO]]:
    return [
        (service.namespace, slo)
        for service in seen.services.values()
        for slo in service.slos
        if slo.has_budget
    ]


def how_many_overspend(seen: Seen) -> int:
    """Objectives that have spent more than their budget, or do so now: here it is the same."""
    return sum(seen.scenario.burn(*one) > 1 for one in _with_budget(seen))


def any_missed(seen: Seen) -> str:
    """One that is missed is red."""
    return "red" if how_many_overspend(seen) else "green"


def any_too_fast(seen: Seen) -> str:
    """One that burns too fast wants attention."""
    return "orange" if how_many_overspend(seen) else "green"


def any_alert(seen: Seen) -> str:
    """In an outage alerts fire; nothing else here lasts long enough."""
    return "red" if seen.scenario.failing else "green"


def verdict(seen: Seen) -> str:
    """A candidate that fails more often than the baseline is judged by what the strictest objective says."""
    assert seen.service is not None
    assert seen.service.rollout is not None
    candidate = seen.title.split(" against ")[0]
    baseline = seen.scenario.failing_share(None, seen.service, seen.service.rollout.baseline)
    share = seen.scenario.failing_share(None, seen.service, candidate)
    return _of_revision(seen, share) if share > baseline else "green"


def revision(seen: Seen) -> str:
    """Red as what pages, orange as what the strictest objective does not allow."""
    assert seen.service is not None
    label = seen.labels["destination_canonical_revision"]
    return _of_revision(seen, seen.scenario.failing_share(None, seen.service, label))


def revision_lines(seen: Seen) -> str:
    """The same two limits as lines."""
    return {"green": "", "orange": "orange", "red": "orange+red"}[revision(seen)]


def _of_revision(seen: Seen, share: float) -> str:
    assert seen.service is not None
    strictest = min((slo for slo in seen.service.slos if slo.has_budget), key=lambda slo: slo.budget)
    burn = share / float(strictest.budget)
    return "red" if burn >= paging(strictest) else "orange" if burn > 1 else "green"
