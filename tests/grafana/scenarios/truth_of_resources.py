"""The same for what objectives do not speak of: full workloads, late rules, business, and a team's own."""

from __future__ import annotations

from dataclasses import replace

from grafana.scenarios.truth import Seen


def _strained(seen: Seen) -> bool:
    namespace = seen.service.namespace if seen.service else seen.labels.get("namespace", "bookinfo")
    return namespace in seen.scenario.strained


def _app(seen: Seen) -> bool:
    return _strained(seen) and seen.labels["container"] == "app"


def _first(seen: Seen) -> bool:
    return seen.labels["pod"].endswith("abcd0")


def _full(seen: Seen, share: float, what: str, default: float) -> str:
    """What the service says is full; on the page of any workload, what is so where nothing is said."""
    said = getattr(seen.service.saturation, what) if seen.service else default
    return "red" if share >= float(said) else ""


def cpu(seen: Seen) -> str:
    return _full(seen, 0.95 if _app(seen) else 0.2, "cpu", 0.9)


def memory(seen: Seen) -> str:
    strained = 0.95 if _first(seen) else 0.9
    return _full(seen, strained if _app(seen) else 0.4, "memory", 0.9)


def throttling(seen: Seen) -> str:
    return _full(seen, 0.3 if _app(seen) else 0.01, "throttling", 0.25)


def leaking(seen: Seen) -> str:
    """Three days of 200 bytes a second on 95 % of the limit are more than the limit."""
    return "red" if _app(seen) and _first(seen) else ""


def at_most(seen: Seen) -> str:
    """An autoscaler that has all replicas it may have cannot help."""
    return "red" if _strained(seen) else "green"


def missing(seen: Seen) -> str:
    return "orange" if _strained(seen) else "green"


def restarted(seen: Seen) -> str:
    return "orange" if _strained(seen) and _first(seen) else "green"


def filled(seen: Seen) -> str:
    """Four fifths of a queue, or of a rule group's time, are the first line, all of it the second."""
    of = {
        "collector-1": "orange",
        "collector-2": "orange+red",
        "x;slo.slow": "orange",
        "x;slo.late": "orange+red",
    }
    return next((lines for name, lines in of.items() if name in seen.labels.values()), "")


def contradicts(seen: Seen) -> str:
    """Configuration must not contradict itself once."""
    return "orange" if seen.scenario.strained else "green"


def expiring(seen: Seen) -> str:
    """The line of no hour left: only below it has a certificate expired."""
    return "" if seen.labels["pod"] == "ended-0" else "red"


def business(seen: Seen) -> str:
    """Less of what should be more, or more of what should be less, than a week before; the same is fine."""
    return "orange" if seen.scenario.strained else "green"


def at_edge(seen: Seen) -> str:
    """The team's own limits: a thousandth, a hundredth."""
    share = 1.0 if "bookinfo" in seen.scenario.failing else seen.scenario.edge
    return "red" if share >= 0.01 else "orange" if share >= 0.001 else "green"


def orders(seen: Seen) -> str:
    """No order is an outage of the shop."""
    return "red" if "boutique" in seen.scenario.failing else "green"


def own_budget_line(seen: Seen) -> str:
    """A line at nothing left; the team's query is about the shop, and says so no more."""
    of_shop = replace(seen, labels={**seen.labels, "namespace": "boutique"})
    return "red" if of_shop.left >= 0 else ""
