"""Rules about what a dashboard and its panels are called and known by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.grafana.lint.finding import Finding
from generator.grafana.lint.view import View, is_library_panel, kind_of, title_of

_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")
# Panels that come with Grafana 10 to 13 (public/app/plugins/panel).
# fmt: off
PANEL_TYPES = frozenset(
    {
        "alertlist", "annolist", "barchart", "bargauge", "candlestick", "canvas", "dashlist", "datagrid",
        "debug", "flamegraph", "gauge", "geomap", "gettingstarted", "heatmap", "histogram", "live",
        "logs", "news", "nodeGraph", "piechart", "row", "stat", "state-timeline", "status-history",
        "table", "text", "timeseries", "traces", "trend", "welcome", "xychart",
    }
)
# fmt: on
_SUCCESSORS = {
    "graph": "timeseries",
    "singlestat": "stat",
    "table-old": "table",
    "grafana-piechart-panel": "piechart",
}
_UNTITLED = frozenset({"text"})  # a text panel may speak for itself


def uid(view: View) -> Iterator[Finding]:
    """Check that the uid is one that Grafana accepts (pkg/services/dashboards/errors.go)."""
    value = view.data.get("uid")
    if not isinstance(value, str) or not _UID.fullmatch(value):
        yield Finding(
            f"the uid {value!r} is not 1 to 40 letters, digits, `-` and `_`"
            if value
            else "the dashboard has no uid",
            "set a short uid and never change it: links lead to it.",
        )


def title(view: View) -> Iterator[Finding]:
    """Check that the dashboard has a title: provisioning refuses a file without one."""
    value = view.data.get("title")
    if not isinstance(value, str) or not value.strip():
        yield Finding("the dashboard has no title", "give it one.")


def panel_title(view: View) -> Iterator[Finding]:
    """Check that panels have titles, and no two in one dashboard the same."""
    seen: set[str] = set()
    for panel in view.panels:
        name = panel.get("title")
        if kind_of(panel) == "row":
            continue  # a heading may say what its first panel says
        if not isinstance(name, str) or not name.strip():
            if kind_of(panel) not in _UNTITLED:
                yield Finding("a panel has no title", "say in a few words what it shows.", title_of(panel))
        elif name in seen:
            yield Finding(f'two panels are called "{name}"', "tell them apart.", name)
        else:
            seen.add(name)


def panel_id(view: View) -> Iterator[Finding]:
    """Check that panel ids are positive and different: Grafana renumbers others, and links to them die."""
    seen: dict[int, str] = {}
    for panel in view.panels:
        number, name = panel.get("id"), title_of(panel)
        if type(number) is not int or number <= 0:
            given = f"the panel's id {number!r} is not a positive number"
            yield Finding(given if "id" in panel else "the panel has no id", "number the panels.", name)
        elif number in seen:
            yield Finding(
                f'the panel has the id {number} of "{seen[number]}"', "leave one of them out.", name
            )
        else:
            seen[number] = name


def panel_type(view: View) -> Iterator[Finding]:
    """Check that panels are of a kind that comes with Grafana."""
    for panel in view.panels:
        kind = panel.get("type")
        if kind_of(panel) not in PANEL_TYPES and not is_library_panel(panel):
            successor = _SUCCESSORS.get(str(kind))
            fix = f"use {successor}." if successor else "use another, or install its plugin everywhere."
            yield Finding(f"no panel of type {kind!r} comes with Grafana", fix, title_of(panel))


def ref_id(view: View) -> Iterator[Finding]:
    """Check that each target of a panel has a refId of its own."""
    seen: set[tuple[int, str]] = set()
    for panel, target in view.targets:
        ref = target.get("refId")
        if not isinstance(ref, str) or not ref:
            yield Finding("a target has no refId", "call the targets A, B, C.", title_of(panel))
        elif (id(panel), ref) in seen:
            yield Finding(f"two targets have the refId {ref}", "call the targets A, B, C.", title_of(panel))
        else:
            seen.add((id(panel), ref))


def description(view: View) -> Iterator[Finding]:
    """Check that panels say what they mean: whoever is woken at night has not read the source."""
    for panel in view.panels:
        if kind_of(panel) not in {"row", "text"} and not (
            panel.get("description") or is_library_panel(panel)
        ):
            yield Finding(
                "the panel has no description", "say what it means and what to do about it.", title_of(panel)
            )
