"""Our records as grafanalib objects: thin subclasses whose JSON is today's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grafanalib import core

from generator import names
from generator.grafana import panels
from generator.grafana.edge.datasources import PROMETHEUS
from generator.grafana.edge.targets import source_of, target
from generator.grafana.layout import Position, bottom, place
from generator.grafana.model import Annotation, Dashboard, DashboardLink, Panel, Row, Variable
from generator.grafana.panels.fields import data_links
from generator.grafana.text import LITERALS, literal, markdown

_EVERY = {"text": ["All"], "value": ["$__all"]}


class ModernPanel(core.Panel):  # type: ignore[misc]  # grafanalib has no types
    """A panel of any kind: `body` is what is special to the kind, and what grafanalib knows stands before it.

    Of grafanalib's own keys, half are those of Grafana 5 and would be dropped again.
    """

    def __init__(self, body: dict[str, Any], **common: object) -> None:
        super().__init__(**common)
        self.body = body

    def to_json_data(self) -> dict[str, Any]:
        """Grafana's JSON, to be normalised."""
        return {
            "datasource": self.dataSource,
            "description": self.description,
            "gridPos": self.gridPos,
            "id": self.id,
            "links": self.links,
            "targets": self.targets,
            "title": self.title,
            **self.body,
        }


def dashboard(model: Dashboard) -> core.Dashboard:
    """Return the grafanalib dashboard of a record."""
    return core.Dashboard(
        uid=model.uid,
        title=model.title,
        description=model.description,
        tags=["sightline", model.kind, *model.tags],
        time=core.Time(model.start, "now"),
        refresh=model.refresh,
        timezone="browser",
        graphTooltip=core.GRAPH_TOOLTIP_MODE_SHARED_CROSSHAIR,
        panels=list(_panels(model)),
        links=[_dashboard_link(link) for link in model.links],
        templating=core.Templating(list=[variable(item) for item in model.variables]),
        annotations=core.Annotations(list=[_annotation(item) for item in model.annotations]),
    )


def variable(model: Variable) -> dict[str, Any]:
    """Return a dashboard variable; of a label's values all are chosen at first."""
    common = {"name": model.name, "type": model.kind} | ({"label": model.label} if model.label else {})
    if model.kind == "constant":
        chosen = {"text": model.query, "value": model.query}
        return {**common, "hide": 2, "query": model.query, "current": chosen, "skipUrlSync": True}
    if model.kind == "custom":
        chosen, *_ = choices = [{"text": value, "value": value} for value in model.query.split(",")]
        options = [{**choice, "selected": choice is chosen} for choice in choices]
        return {**common, "query": model.query, "options": options, "current": chosen, "multi": False}
    if model.kind == "datasource":
        chosen = {"text": model.current, "value": model.current} if model.current else {}
        return {
            **common,
            "query": model.query,
            "current": chosen,
            "refresh": 1,
            "includeAll": False,
            "multi": False,
        }
    if model.kind == "textbox":
        return {**common, "query": model.query, "current": {"text": model.query, "value": model.query}}
    every = {"includeAll": True, "multi": True, "allValue": ".+", "current": _EVERY}
    return {
        **common,
        "datasource": dict(PROMETHEUS),
        "definition": model.query,
        "query": {"qryType": 5, "query": model.query, "refId": "PrometheusVariableQueryEditor-VariableQuery"},
        "refresh": 2,
        **({"regex": f"/{model.pattern}/"} if model.pattern else {}),
        "sort": 1,
        **({"includeAll": False, "multi": False} if model.single else every),
    }


def literal_variable(name: str) -> dict[str, Any]:
    """Return the hidden constant for a character that Grafana would interpolate (`grafana.text`)."""
    return variable(Variable(kind="constant", name=name, query=LITERALS[name]))


def _panels(model: Dashboard) -> Iterator[core.Panel]:
    taken: set[int] = set()
    top = 0
    for row in model.rows:
        if row.title:
            yield from _headed(model.uid, row, top, taken)
            top += 1
        if row.title and row.collapsed:
            continue
        positions = place(row.panels, top)
        yield from _content(model.uid, row, positions, taken)
        top = bottom(positions, top)


def _headed(uid: str, row: Row, top: int, taken: set[int]) -> Iterator[core.Panel]:
    """Yield the heading of a row; a collapsed row holds its panels, an open one stands before them."""
    inside = list(_content(uid, row, place(row.panels, top + 1), taken)) if row.collapsed else []
    yield core.RowPanel(
        id=names.panel_id(uid, row.key, "", taken),
        title=literal(row.title),
        collapsed=row.collapsed,
        panels=inside,
        gridPos=core.GridPos(h=1, w=24, x=0, y=top),
    )


def _content(uid: str, row: Row, positions: list[Position], taken: set[int]) -> Iterator[core.Panel]:
    for panel, position in zip(row.panels, positions, strict=True):
        yield _panel(panel, position, names.panel_id(uid, row.key, panel.key, taken))


def _panel(panel: Panel, position: Position, number: int) -> core.Panel:
    return ModernPanel(
        id=number,
        title=literal(panel.title),
        description=markdown(panel.description),
        dataSource=source_of(panel.queries[0]) if panel.queries else None,
        targets=[target(query, index) for index, query in enumerate(panel.queries)],
        gridPos={"h": position.h, "w": position.w, "x": position.x, "y": position.y},
        links=data_links(panel.links),
        body=panels.body(panel),
    )


def _dashboard_link(link: DashboardLink) -> core.DashboardLink:
    return core.DashboardLink(
        type="link",
        title=literal(link.title),
        uri=link.url,
        tooltip=literal(link.tooltip),
        targetBlank=link.new_tab,
        keepTime=link.keep_time,
        includeVars=link.include_variables,
        icon="external link",
    )


def _annotation(item: Annotation) -> dict[str, Any]:
    return {
        "datasource": dict(PROMETHEUS),
        "enable": True,
        "expr": item.expr,
        "iconColor": item.colour,
        "name": item.name,
        "step": "1m",
        "textFormat": item.text,
        "titleFormat": item.title,
    }
