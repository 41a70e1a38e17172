"""Links to other tools, as `generator.links` makes them, where dashboards show them."""

from __future__ import annotations

from collections.abc import Iterable

from generator.grafana.dashboards.context import Links
from generator.grafana.model import DashboardLink, DataLink
from generator.links.service import NamedLink

# The link to the service's own dashboard, which is the page it would stand on.
_SELF = "dashboard"
# What somebody asks who clicks on a value: the service and its traces at that time. A graph knows no time,
# and links to logs are so long that they stand in the head only.
_ON_VALUES = frozenset({"page", "errors", "slow"})


def of_service(links: Iterable[NamedLink]) -> Links:
    """Return a service's links for its dashboard: all in the head, those that explain a value on values too.

    `links` are what `generator.links.service.dashboard_links` returns: they take over the time range.
    """
    shown = [link for link in links if link.kind != _SELF]
    return Links(
        dashboard=tuple(DashboardLink(title=link.title, url=link.url, new_tab=True) for link in shown),
        data=tuple(
            DataLink(title=link.title, url=link.url, new_tab=True)
            for link in shown
            if link.kind in _ON_VALUES
        ),
    )
