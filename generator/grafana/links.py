"""Links to other tools, as `generator.links` makes them, where dashboards show them."""

from __future__ import annotations

from collections.abc import Iterable

from generator.grafana.dashboards.context import Links
from generator.grafana.model import DashboardLink, DataLink
from generator.links.service import NamedLink
from generator.promql.duration import Duration

# The link to the service's own dashboard, which is the page it would stand on.
_SELF = "dashboard"
_WORKLOAD = "workload"
# What somebody asks who clicks on a value: the service at that time, and the traces that the value counts. A
# graph knows no time, and links to logs are so long that they stand in the head only.
_ON_FAILURES = frozenset({"page", "errors"})
_ON_DURATIONS = frozenset({"page", "slow"})
_WITHOUT_SLOW = frozenset({"page", "traces"})  # where nobody has said what is slow


def of_service(links: Iterable[NamedLink], slow: tuple[Duration, ...] = ()) -> Links:
    """Return a service's links for its dashboard: all in the head, those that explain a value on values too.

    `links` are what `generator.links.service.dashboard_links` returns: they take over the time range. `slow`
    are the durations from which requests count as slow.
    """
    shown = [link for link in links if link.kind != _SELF]
    is_known = any(link.kind == "slow" for link in shown)
    return Links(
        dashboard=_in_head(link for link in shown if link.kind != _WORKLOAD),
        workloads=_in_head(link for link in shown if link.kind == _WORKLOAD),
        failures=_on_values(shown, _ON_FAILURES),
        durations=_on_values(shown, _ON_DURATIONS if is_known else _WITHOUT_SLOW),
        slow=slow,
    )


def _in_head(links: Iterable[NamedLink]) -> tuple[DashboardLink, ...]:
    return tuple(DashboardLink(title=link.title, url=link.url, new_tab=True) for link in links)


def _on_values(links: Iterable[NamedLink], kinds: frozenset[str]) -> tuple[DataLink, ...]:
    return tuple(
        DataLink(title=link.title, url=link.url, new_tab=True) for link in links if link.kind in kinds
    )
