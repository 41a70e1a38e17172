"""Links to logs in Kibana's Discover.

Its state stands behind the # in Rison. The data view is named twice, as `index` for Kibana 7 and as
`dataSource` for Kibana 8.15 and newer: each ignores the other's word. OpenSearch Dashboards reads the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.links.model import ProviderLink, Target
from generator.links.url import Base, Raw, Structure, Url, Value
from generator.links.version import UnsupportedError
from generator.links.window import RecentWindow, Unit, Window
from generator.spec.model import Platform

SYSTEM = "kibana"
ANNOTATION = "logs"
IN_GRAFANA = False
KNOWS_SLOW = False


def base_url(platform: Platform) -> str:
    """Return Kibana's URL, empty where the logs are elsewhere or the data view is unknown."""
    return platform.logs.url if platform.logs.kind == "elasticsearch" and platform.logs.data_view else ""


def version(platform: Platform) -> str:
    """Return nothing: one link serves all versions."""
    del platform
    return ""


def discover(
    base: Base, data_view: str, query: str, window: Window, *, time_field: str = "@timestamp"
) -> Url:
    """Build a link to Discover with a Lucene query over a data view, newest lines first."""
    if not data_view:
        msg = "Discover without a data view opens its default one"
        raise UnsupportedError(msg)
    view = _quoted(data_view)
    fragment: tuple[str | Raw, ...] = (
        Structure("/?_g=(filters:!(),time:(from:"),
        *_time(window),
        Structure("))&_a=(columns:!(),dataSource:(dataViewId:"),
        *view,
        Structure(",type:dataView),filters:!(),index:"),
        *view,
        Structure(",interval:auto,query:(language:lucene,query:"),
        *_quoted(query),
        Structure("),sort:!(!("),
        *_quoted(time_field),
        Structure(",desc)))"),
    )
    return Url(base, ("app", "discover"), fragment=fragment)


def links(base: Base, target: Target) -> Iterator[ProviderLink]:
    """Yield the lines that the service's selector finds."""
    logs, selector = target.platform.logs, target.service.log_selector
    if selector:
        url = discover(base, logs.data_view, selector, target.window, time_field=logs.time_field)
        yield ProviderLink("logs", "Logs", url)


def _time(window: Window) -> tuple[str | Raw, ...]:
    if isinstance(window, RecentWindow):
        start, end = window.relative
        return (Structure(start), Structure(",to:"), Structure(end))
    first, last = window.bounds(Unit.ISO)
    return (
        Structure("'"), *_pieces(first), Structure("',to:'"), *_pieces(last), Structure("'"),
    )  # fmt: skip


def _quoted(text: str) -> tuple[str | Raw, ...]:
    """Write a string of Rison; the escapes are part of the text, which is percent-encoded as a whole."""
    return (Structure("'"), text.replace("!", "!!").replace("'", "!'"), Structure("'"))


def _pieces(value: Value) -> tuple[str | Raw, ...]:
    return (value,) if isinstance(value, str) else value
