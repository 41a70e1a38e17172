"""Rules about links from dashboard to dashboard, which only all dashboards together can answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.grafana.lint.finding import Finding
from generator.grafana.lint.view import Json, View, listed, title_of
from generator.grafana.render import Page

# A path within the Grafana that shows the dashboard; what is on another host nobody here can know.
_DASHBOARD = re.compile(r"/d/([A-Za-z0-9_-]+)(?=[/?#]|$)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A dashboard that a link leads to, by its uid or, if `tag`, by a tag; `panel` is where the link is."""

    target: str
    panel: str
    tag: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """What a page links to, and its tags, by which others find it."""

    tags: frozenset[str]
    wanted: tuple[Wanted, ...]


def linked(view: View) -> Linked:
    """Return what a page links to."""
    tags = view.data.get("tags")
    return Linked(frozenset(map(str, tags)) if isinstance(tags, list) else frozenset(), tuple(_wanted(view)))


def dangling(dashboards: Sequence[tuple[Page, Linked]]) -> Iterator[tuple[Page, Finding]]:
    """Yield each link that leads to none of the dashboards, with the page it stands on."""
    uids = {page.uid for page, _ in dashboards}
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
                    f'"{wanted.target}", and there is none',
                    f"correct the {what}, or leave the link out.",
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
