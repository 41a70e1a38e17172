"""Rules about links: to web addresses, and to dashboards, which only all dashboards together can answer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from generator.grafana.lint.finding import Finding
from generator.grafana.lint.view import Json, View, listed, title_of

_Page = TypeVar("_Page")
# A path within the Grafana that shows the dashboard; what is on another host nobody here can know.
_DASHBOARD = re.compile(r"/d/([A-Za-z0-9_-]+)(?=[/?#]|$)")
_VARIABLE = re.compile(r"\$\{[^}]*\}|\$\w+|\[\[\w+(?::\w+)?\]\]", re.ASCII)
# Browsers pass over these in front of a scheme and in it.
_PASSED_OVER = re.compile(r"[\x00-\x20\x7f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SAFE_SCHEMES = frozenset({"http", "https", "mailto"})
# A page of the Grafana that shows the dashboard, or another view of the dashboard itself.
_WITHIN_GRAFANA = re.compile(r"(?:/(?![/\\])|[?#]|(?:d|explore|goto|public)\b(?!:))[^\\\x00-\x1f]*")
# What Markdown and HTML lead to, open or show; a picture may be in the text itself.
_IN_TEXT = re.compile(
    r"\]\(\s*<?(?P<markdown>[^)>\s]+)"
    r"|\b(?:href|src|action|formaction)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"']+))",
    re.IGNORECASE,
)
_TEXTS = ("content", "description")
_PICTURE = "data:image/"
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """A dashboard that a link leads to, by its uid or, if `tag`, by a tag; `panel` is where the link is."""

    target: str
    panel: str
    tag: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """What a page links to, and its uid and tags, by which others find it."""

    uid: str
    tags: frozenset[str]
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """A URL in a dashboard, with Grafana's variables in it, and its place: panel and path in the JSON."""

    url: str
    panel: str
    path: tuple[str | int, ...]

    @property
    def is_within_grafana(self) -> bool:
        """Whether it leads to a page of the Grafana that shows the dashboard."""
        return _WITHIN_GRAFANA.fullmatch(self.url) is not None

    @property
    def filled(self) -> str:
        """The URL with a stand-in for each variable that no host can hold."""
        return _VARIABLE.sub("_", html.unescape(self.url))  # as browsers read attributes

    @property
    def is_safe(self) -> bool:
        """Whether what a click on it opens is a page, or a mail; relative ones are."""
        url = _PASSED_OVER.sub("", self.filled)
        scheme = _SCHEME.match(url)
        return scheme is None or scheme[1].lower() in _SAFE_SCHEMES or self.is_picture

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture, and leads nowhere."""
        return self.url.startswith(_PICTURE)


def addresses(data: Json) -> Iterator[Address]:
    """Every URL in a dashboard: of its links and texts, and whatever its panels open, show or fetch."""
    waiting: list[tuple[object, tuple[str | int, ...], str]] = [(data, (), "")]
    while waiting:
        node, path, panel = waiting.pop()
        if isinstance(node, list):
            waiting += [(item, (*path, index), panel) for index, item in reversed(list(enumerate(node)))]
        elif isinstance(node, dict):
            panel = title_of(node) if path[-2:-1] == ("panels",) else panel
            if isinstance(node.get("url"), str) and node["url"]:
                yield Address(node["url"], panel, (*path, "url"))
            for key in _TEXTS:
                if isinstance(node.get(key), str):
                    for match in _IN_TEXT.finditer(node[key]):
                        yield Address(next(filter(None, match.groups()), ""), panel, (*path, key))
            waiting += [(item, (*path, key), panel) for key, item in reversed(node.items())]


def unsafe_link(view: View) -> Iterator[Finding]:
    """Check that links open pages: `javascript:` runs what somebody wrote with the rights of who clicks."""
    if view.queries.own:
        return  # ours are built, and parsed back
    for address in addresses(view.data):
        if not address.is_safe:
            shown = address.url[:_SHOWN] + ("..." if len(address.url) > _SHOWN else "")
            yield Finding(
                f'"{shown}" is no web address',
                "link to an http or https address, or to a path of Grafana such as /d/<uid>.",
                address.panel,
                address.url,
                path=address.path,
            )


def linked(view: View) -> Linked:
    """Return what a page links to."""
    tags = view.data.get("tags")
    return Linked(
        str(view.data.get("uid", "")),
        frozenset(map(str, tags)) if isinstance(tags, list) else frozenset(),
        tuple(_wanted(view)),
    )


def dangling(dashboards: Sequence[tuple[_Page, Linked]]) -> Iterator[tuple[_Page, Finding]]:
    """Yield each link that leads to none of the dashboards, with the page it stands on, whatever that is."""
    uids = {leads.uid for _, leads in dashboards}
    tags = frozenset().union(*(leads.tags for _, leads in dashboards))
    for page, leads in dashboards:
        for wanted in dict.fromkeys(leads.wanted):
            if wanted.target in (tags if wanted.tag else uids):
                continue
            what = "tag" if wanted.tag else "uid"
            yield (
                page,
                Finding(
                    f"a link leads to the dashboard{'s' if wanted.tag else ''} with the {what} "
                    f'"{wanted.target}", which none of these has',
                    f"correct the {what}, or write the whole address if it is elsewhere.",
                    wanted.panel,
                ),
            )


def _wanted(view: View) -> Iterator[Wanted]:
    for link in listed(view.data, "links"):
        if link.get("type") == "dashboards":
            tags = link.get("tags")
            yield from (Wanted(str(tag), "", tag=True) for tag in (tags if isinstance(tags, list) else ()))
        else:
            yield from _by_uid(link, "")
    for panel in view.panels:
        for link in _links_of(panel):
            yield from _by_uid(link, title_of(panel))


def _links_of(panel: Json) -> Iterator[Json]:
    """Links of a panel, of its values, and of those that an override names."""
    yield from listed(panel, "links")
    config = panel.get("fieldConfig")
    yield from listed(config.get("defaults") if isinstance(config, dict) else None, "links")
    for override in listed(config, "overrides"):
        for changed in listed(override, "properties"):
            if changed.get("id") == "links":
                yield from listed(changed, "value")


def _by_uid(link: Json, panel: str) -> Iterator[Wanted]:
    match = _DASHBOARD.match(str(link.get("url", "")))
    if match:
        yield Wanted(match[1], panel)
