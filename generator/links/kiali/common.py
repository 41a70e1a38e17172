"""What Kiali's pages share: the lengths of time it offers, and how a cluster is named."""

from __future__ import annotations

from collections.abc import Iterable

from generator.links.model import Query
from generator.links.version import UnsupportedError
from generator.links.window import AlertWindow, RecentWindow, Unit, Window
from generator.promql.duration import Duration
from generator.spec.model import KialiSettings

DURATIONS = (60, 120, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400, 604800, 2592000)


def snap(length: Duration) -> int:
    """Find the shortest duration in seconds that Kiali offers and that covers `length`, else its longest.

    Kiali would replace any other value by a neighbour, a shorter one too.
    """
    return next((offered for offered in DURATIONS if offered * 1000 >= length.milliseconds), DURATIONS[-1])


def duration(window: Window) -> Query:
    """Give the length of a window, where a page takes no more."""
    return (("duration", str(snap(window.length))),)


def span(window: Window) -> Query:
    """Give the time of metrics and traces: the only pages that take an absolute one."""
    if isinstance(window, AlertWindow | RecentWindow):
        return duration(window)
    start, end = window.bounds(Unit.MILLISECONDS)
    return (("from", start), ("to", end))


def listed(namespaces: Iterable[str]) -> str:
    """Write namespaces as the list that Kiali splits at commas; it would show all where there is none."""
    names = tuple(namespaces)
    if not names or any(not name or "," in name for name in names):
        msg = f"{names} are no namespaces"
        raise UnsupportedError(msg)
    return ",".join(names)


def cluster(settings: KialiSettings) -> Query:
    """Name the cluster: exactly, or left out where there is one cluster only."""
    return (("clusterName", settings.cluster),) if settings.cluster else ()
