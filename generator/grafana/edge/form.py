"""The form of a dashboard's JSON, as far as it is walked: what must be an object, what a list."""

from __future__ import annotations

from typing import Any

Form = dict[str, Any]

_OBJECT: Form = {}
_INSIDE_A_ROW: Form = {
    "fieldConfig": {
        "defaults": {"links": [_OBJECT]},
        "overrides": [{"matcher": _OBJECT, "properties": [_OBJECT]}],
    },
    "gridPos": _OBJECT,
    "links": [_OBJECT],
    "options": _OBJECT,
    "targets": [_OBJECT],
    "transformations": [_OBJECT],
}
_DASHBOARD: Form = {
    "annotations": {"list": [_OBJECT]},
    "links": [_OBJECT],
    "panels": [{**_INSIDE_A_ROW, "panels": [_INSIDE_A_ROW]}],
    "templating": {"list": [{"current": _OBJECT}]},
    "timepicker": _OBJECT,
}


class NotADashboardError(Exception):
    """JSON of another form than a dashboard's; the text says where."""


def check_form(data: object) -> None:
    """Raise NotADashboardError where something that Grafana walks is no object or no list."""
    _check(data, _DASHBOARD, "the dashboard")


def _check(value: object, form: Form | list[Form], path: str) -> None:
    if isinstance(form, list):
        if not isinstance(value, list):
            raise NotADashboardError(f"{path} is no list")
        for index, item in enumerate(value):
            _check(item, form[0], f"{path}[{index}]")
    elif not isinstance(value, dict):
        raise NotADashboardError(f"{path} is no object")
    else:
        for key in form.keys() & value.keys():
            _check(value[key], form[key], key if path == "the dashboard" else f"{path}.{key}")
