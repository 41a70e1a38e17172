"""Panels as Grafana reads them: what is asked, in which unit, and which colour a value has.

Written from Grafana's behaviour and not from the generator: a value has the colour of the highest step that
it has reached (`getActiveThreshold`), a mapping's colour goes before, and a graph draws each step as a line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What a reader chooses where exactly one must be chosen.
CHOSEN = {
    "--slo": {"namespace": "bookinfo", "service": "reviews", "slo": "availability"},
    "--workload": {"namespace": "bookinfo", "workload": "reviews-v1"},
}
Steps = tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Query:
    """A query as Grafana would send it, the column of a table that shows it, and its unit there."""

    expr: str
    column: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Panel:
    """A panel of a dashboard with its queries to Prometheus."""

    dashboard: str
    title: str
    kind: str
    queries: tuple[Query, ...]
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Coloured:
    """A panel, or a column of a table, in which thresholds give colours; `lines`: they are drawn as lines."""

    dashboard: str
    title: str
    column: str
    steps: Steps
    mapped: tuple[tuple[str, str], ...]
    queries: tuple[str, ...]
    lines: bool = False

    def shown(self, value: float) -> str:
        """The colour of a value; of lines, those that it has reached, lowest first."""
        if self.lines:
            return "+".join(colour for bound, colour in drawn(self.steps) if value >= bound)
        for pattern, colour in self.mapped:
            if re.search(pattern, f"{value:g}"):
                return colour
        return [colour for bound, colour in self.steps if value >= bound][-1]

    @property
    def colours(self) -> set[str]:
        """Everything that it can show."""
        return {self.shown(bound) for bound, _ in self.steps}


def panels_of(dashboard: Mapping[str, Any]) -> Iterator[Panel]:
    """The panels that ask Prometheus, those in collapsed rows too."""
    uid = dashboard["uid"]
    chosen = next((values for end, values in CHOSEN.items() if uid.endswith(end)), {})
    for panel in dashboard["panels"]:
        for each in (panel, *panel.get("panels", [])):
            targets = [one for one in each.get("targets", []) if one["datasource"]["type"] == "prometheus"]
            if targets:
                queries = tuple(_query(each, target, chosen) for target in targets)
                yield Panel(uid, each["title"], each["type"], queries, each)


def _query(panel: Mapping[str, Any], target: Mapping[str, Any], chosen: Mapping[str, str]) -> Query:
    column = _column(panel, target["refId"]) if panel["type"] == "table" else ""
    units = [
        change["value"]
        for override in _overrides(panel, column)
        for change in override["properties"]
        if change["id"] == "unit"
    ]
    default = panel["fieldConfig"]["defaults"].get("unit", "")
    return Query(sent(target["expr"], chosen), column, units[-1] if units else default)


def sent(query: str, chosen: Mapping[str, str]) -> str:
    """The query with all variables replaced: "All" where several may be chosen."""
    query = (
        query.replace("$__rate_interval", "5m").replace("$__range", "6h").replace("${literal_dollar}", "$")
    )
    for name, value in chosen.items():
        query = query.replace(f"${{{name}}}", value).replace(f'"${name}"', f'"{value}"')
    return re.sub(r'"\$[a-z]\w*"', '".+"', query)


def _column(panel: Mapping[str, Any], ref: str) -> str:
    """The name that the table's transformations give to the values of a query."""
    alone = len(panel["targets"]) == 1
    renamed: dict[str, str] = {}
    for step in panel.get("transformations", []):
        renamed |= step.get("options", {}).get("renameByName", {})
    name = "Value" if alone else f"Value #{ref}"
    return renamed.get(name, name)


def _overrides(panel: Mapping[str, Any], column: str) -> list[Mapping[str, Any]]:
    found = panel["fieldConfig"].get("overrides", [])
    return [one for one in found if one["matcher"] == {"id": "byName", "options": column}]


def coloured(panel: Panel) -> Iterator[Coloured]:
    """What of a panel has its colour from thresholds of more than one step."""
    config = panel.data["fieldConfig"]["defaults"]
    if panel.kind == "table":
        yield from _cells(panel)
        return
    steps, custom = _steps(config), config.get("custom", {})
    style = custom.get("thresholdsStyle", {}).get("mode", "off")
    graph = panel.kind == "timeseries" and config.get("color", {}).get("mode") != "thresholds"
    if len(steps) < 2 or (graph and style == "off") or panel.kind not in _COLOURING:
        return
    lines = graph and style != "area"
    exprs = tuple(query.expr for query in panel.queries)
    yield Coloured(panel.dashboard, panel.title, "", steps, _mapped(config), exprs, lines)


_COLOURING = {"stat", "gauge", "bargauge", "state-timeline", "timeseries"}


def _cells(panel: Panel) -> Iterator[Coloured]:
    for query in panel.queries:
        config: dict[str, Any] = {}
        for override in _overrides(panel.data, query.column):
            config |= {change["id"]: change["value"] for change in override["properties"]}
        steps = _steps(config)
        if len(steps) > 1 and config.get("custom.cellOptions", {}).get("type", "").startswith("color-"):
            yield Coloured(panel.dashboard, panel.title, query.column, steps, (), (query.expr,))


def unseen(panel: Panel) -> bool:
    """Whether there are thresholds that nothing shows."""
    overrides = panel.data["fieldConfig"].get("overrides", [])
    changes = [{change["id"]: change["value"] for change in one["properties"]} for one in overrides]
    configs = [panel.data["fieldConfig"]["defaults"], *changes]
    stated = sum(len(_steps(config)) > 1 for config in configs)
    return stated != len(list(coloured(panel)))


def _steps(config: Mapping[str, Any]) -> Steps:
    return tuple(
        (-math.inf if step["value"] is None else float(step["value"]), step["color"])
        for step in config.get("thresholds", {}).get("steps", [])
    )


def _mapped(config: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    options = [each["options"] for each in config.get("mappings", [])]
    return tuple((one["pattern"], one["result"]["color"]) for one in options if one["result"].get("color"))


def drawn(steps: Steps) -> list[tuple[float, str]]:
    """The lines of a graph: one at each step but the base, in its colour.

    Up to a transparent step Grafana reads "less than": such a line has the colour of what lies below it.
    """
    transparent = next((index for index, (_, colour) in enumerate(steps) if colour == "transparent"), 0)
    return [
        (bound, steps[index - 1][1] if index <= transparent else colour)
        for index, (bound, colour) in enumerate(steps)
        if index
    ]
