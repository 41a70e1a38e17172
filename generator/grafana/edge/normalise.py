"""Any grafanalib dashboard as the JSON that Grafana 10 to 13 read as it is: classic model, schemaVersion 42.

grafanalib 0.7 writes the model of Grafana 5: nulls, removed keys, data sources by name or by default, empty
refIds, "red from 80". Everything it leaves to Grafana's migrations is done here, once and visibly. What a
normalised dashboard must look like is what `generator.grafana.lint` checks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from generator import names
from generator.grafana.edge import datasources, fields
from generator.grafana.edge.form import check_form

Json = dict[str, Any]
Path = tuple[Any, ...]
"""Where a value stands: its parent's path and its key or index; empty for the dashboard itself."""

SCHEMA_VERSION = 42
# Keys of Grafana 5 and older, of a home dashboard, or of one instance's database.
_DEAD_DASHBOARD = {"__inputs", "gnetId", "hideControls", "id", "sharedCrosshair", "style", "version"}
_DEAD_PANEL = {
    "cacheTimeout",
    "color",
    "columns",
    "editable",
    "error",
    "fontSize",
    "height",
    "mappings",
    "minSpan",
    "span",
}
_DEAD_TARGET = {"alias", "intervalFactor", "metric", "query", "step", "target"}
_DEAD_VARIABLE = {"tagValuesQuery", "tagsQuery", "useTags"}
_DEAD_ALERT_LIST = {
    "alertName",
    "dashboardTags",
    "limit",
    "nameFilter",
    "onlyAlertsOnDashboard",
    "show",
    "sortOrder",
    "stateFilter",
}
# What grafanalib writes when its user says nothing, and what is written instead (docs/dashboards.md).
_HOUSE = {"refresh": ("10s", "1m"), "timezone": ("utc", "browser"), "graphTooltip": (0, 1)}
_GRAFANALIB_MAX_DATA_POINTS = 100
# Panel keys that are left out when they say nothing.
_EMPTY = {
    "hideTimeOverride": False,
    "links": [],
    "targets": [],
    "transformations": [],
    "transparent": False,
    "description": "",
}
_EMPTY_TARGET = {
    "exemplar": False,
    "format": "time_series",
    "hide": False,
    "instant": False,
    "interval": "",
    "legendFormat": "",
    "range": False,
    "editorMode": "code",  # the query editor's own choice for an expression that is there
}
_SCALARS = frozenset({str, bool, int, type(None)})
_NO_FIELDS = {"alertlist", "dashlist", "logs", "news", "row", "text", "traces"}


class NotJsonError(Exception):
    """A value that JSON cannot say; `path` leads to it."""

    def __init__(self, path: str, value: object) -> None:
        # A set is in another order in each run, and an object at another address.
        is_number = isinstance(value, (float, Decimal))
        named = value if is_number else f"a value of the type {type(value).__name__}"
        super().__init__(f"{path or 'the dashboard'} holds {named}, which JSON cannot say")


def normalise(dashboard: object, *, house: bool = True) -> Json:
    """Return the JSON of a grafanalib dashboard, or of the JSON of one.

    With `house`, what grafanalib writes when its user says nothing gives way to our defaults. Raises
    NotJsonError for a value that JSON cannot say, with `house` NotADashboardError for JSON of another form,
    and whatever the object's own `to_json_data` raises.
    """
    data = _plain(dashboard, ())
    if house:
        check_form(data)
    result = {key: value for key, value in data.items() if key not in _DEAD_DASHBOARD}
    if not result.get("rows"):
        result.pop("rows", None)
    for key, (theirs, ours) in _HOUSE.items() if house else ():
        if result.get(key, theirs) == theirs:
            result[key] = ours
    result |= {"schemaVersion": SCHEMA_VERSION, "editable": False, "tags": result.get("tags") or []}
    _drop_empty(result, {"description": "", "links": []})
    _time_picker(result)
    _variables(result)
    known = datasources.variable_types(result["templating"]["list"])
    for annotation in result.setdefault("annotations", {"list": []}).get("list", []):
        annotation["datasource"] = datasources.reference(annotation.get("datasource"), known)
    _panels(result, known)
    datasources.declare(result)
    return result


def panels(dashboard: Mapping[str, Any]) -> Iterator[Json]:
    """Yield every panel of a dashboard, rows and what they hold included."""
    for panel in dashboard.get("panels", []):
        yield panel
        yield from panel.get("panels", [])


def _plain(value: object, path: Path) -> Any:  # JSON
    """Convert `value` to JSON types, nulls left out; a threshold's `null` means minus infinity and stays."""
    if type(value) in _SCALARS:
        return value
    if type(value) is dict:
        return _plain_dict(value, path)
    if isinstance(value, (list, tuple)):
        return [
            item
            if type(item) in _SCALARS
            else _plain_dict(item, (path, index))
            if type(item) is dict
            else _plain(item, (path, index))
            for index, item in enumerate(value)
        ]
    if isinstance(value, (float, Decimal)):
        if not math.isfinite(value):
            raise NotJsonError(_spelled(path), value)
        return int(value) if isinstance(value, Decimal) and value == int(value) else float(value)
    return _object(value, path)


def _plain_dict(value: Mapping[Any, Any], path: Path) -> Json:
    keep_null = "color" in value
    plain: Json = {}
    for key, item in value.items():
        # Most values are scalars: no call for them.
        if type(item) in _SCALARS:
            if item is None and not (keep_null and key == "value"):
                continue
            inner = item
        else:
            inner = _plain_dict(item, (path, key)) if type(item) is dict else _plain(item, (path, key))
        plain[key if type(key) is str else str(key)] = inner
    return plain


def _object(value: object, path: Path) -> Any:  # JSON
    """Convert a grafanalib object, or a subclass of a JSON type such as an enumeration's string."""
    if hasattr(value, "to_json_data"):
        return _plain(value.to_json_data(), path)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, dict):
        return _plain_dict(value, path)
    raise NotJsonError(_spelled(path), value)


def _spelled(path: Path) -> str:
    """The path in words, which only a mistake needs."""
    parts: list[str] = []
    while path:
        path, step = path
        parts.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return "".join(reversed(parts)).removeprefix(".")


def _drop_empty(data: Json, empty: Mapping[str, Any]) -> None:
    for key, nothing in empty.items():
        if data.get(key) == nothing:
            data.pop(key, None)


def _time_picker(dashboard: Json) -> None:
    """Keep the time picker if it is hidden or delayed: its lists of choices are Grafana's or gone."""
    picker = dashboard.pop("timepicker", {})
    kept = {key: picker[key] for key in ("hidden", "nowDelay") if picker.get(key)}
    if kept:
        dashboard["timepicker"] = kept


def _variables(dashboard: Json) -> None:
    variables = dashboard.setdefault("templating", {}).setdefault("list", [])
    known = datasources.variable_types(variables)
    for variable in variables:
        for key in _DEAD_VARIABLE:
            variable.pop(key, None)
        if variable.get("type") != "interval":
            for key in ("auto", "auto_min", "auto_count"):
                variable.pop(key, None)
        current = variable.get("current", {})
        current.pop("tags", None)
        if "value" not in current:
            variable.pop("current", None)
        _drop_empty(variable, {"options": [], "hide": 0})
        if variable.get("type") == "query":
            variable["datasource"] = datasources.reference(variable.get("datasource"), known)


def _panels(dashboard: Json, known: Mapping[str, str]) -> None:
    listed = list(panels(dashboard))
    taken = {panel["id"] for panel in listed if isinstance(panel.get("id"), int)}
    section = ""
    for index, panel in enumerate(listed):
        if panel.get("type") == "row":
            section = panel.get("title", "")
        if not panel.get("id"):
            key = panel.get("title") or str(index)
            panel["id"] = names.panel_id(dashboard.get("uid") or "", section, key, taken)
        _panel(panel, known)


def _panel(panel: Json, known: Mapping[str, str]) -> None:
    for key in _DEAD_PANEL:
        panel.pop(key, None)
    if not panel.get("repeat"):
        for key in ("repeat", "repeatDirection", "maxPerRow"):
            panel.pop(key, None)
    if panel.get("maxDataPoints") == _GRAFANALIB_MAX_DATA_POINTS:
        del panel["maxDataPoints"]
    kind = panel.get("type")
    if kind == "alertlist":
        _alert_list(panel)
    if kind in _NO_FIELDS:
        panel.pop("fieldConfig", None)
    else:
        fields.normalise_fields(panel)
    targets = panel.get("targets") or []
    _drop_empty(panel, _EMPTY)
    if targets or "datasource" in panel:
        panel["datasource"] = datasources.reference(panel.get("datasource"), known)
    for index, target in enumerate(targets):
        _target(target, panel["datasource"], known)
        _ref_id(targets, index)


def _alert_list(panel: Json) -> None:
    """Put the options of grafanalib's alert list, Grafana 7's, where Grafana 8 and later read them."""
    old = {key: panel.pop(key) for key in _DEAD_ALERT_LIST if key in panel}
    if not old:
        return
    options = panel.setdefault("options", {})
    options.setdefault("maxItems", old.get("limit", 10))
    options.setdefault("sortOrder", old.get("sortOrder", 1))
    options.setdefault("dashboardAlerts", old.get("onlyAlertsOnDashboard", True))
    options["alertName"] = options.get("alertName") or old.get("nameFilter", "")


def _target(target: Json, inherited: object, known: Mapping[str, str]) -> None:
    target["datasource"] = datasources.reference(target.get("datasource", inherited), known)
    source = target["datasource"]
    if not target.get("expr") or (isinstance(source, dict) and source.get("type") != "prometheus"):
        return  # another data source's language
    for key in _DEAD_TARGET:
        target.pop(key, None)
    if not target.get("instant"):
        target.setdefault("range", True)
    _drop_empty(target, _EMPTY_TARGET)


def _ref_id(targets: list[Json], index: int) -> None:
    """Give a target without refId the first letter that is free."""
    if targets[index].get("refId"):
        return
    used = {target.get("refId") for target in targets}
    numbers = range(len(targets) + 1)
    targets[index]["refId"] = next(ref for ref in map(fields.ref_id, numbers) if ref not in used)
