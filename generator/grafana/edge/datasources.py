"""Data source references: `{type, uid}` everywhere, through a variable wherever nothing else is said.

A dashboard that names no data source means "this instance's default": Grafana's migration then writes the uid
of today's default into it, and it means something else in every instance (grafana/grafana,
apps/dashboard/pkg/migration/schemaversion/v36.go).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.grafana.model import DATASOURCE

Json = dict[str, Any]

PROMETHEUS: Mapping[str, str] = {"type": "prometheus", "uid": f"${{{DATASOURCE}}}"}
_BUILT_IN = {"-- Grafana --": "grafana", "-- Mixed --": "datasource", "-- Dashboard --": "datasource"}
_DECLARED = {
    "includeAll": False,
    "label": "Data source",
    "multi": False,
    "name": DATASOURCE,
    "query": "prometheus",
    "refresh": 1,
    "type": "datasource",
}


def variable_types(variables: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return, for each variable that chooses a data source, the type of what it chooses from."""
    return {
        item.get("name", ""): str(item.get("query", ""))
        for item in variables
        if item.get("type") == "datasource"
    }


def reference(value: object, known: Mapping[str, str]) -> object:
    """Return `{type, uid}` for what grafanalib takes as data source; a name nobody here knows stays.

    The lint reports what stays: a name is no uid, and looking it up needs the very instance.
    """
    if isinstance(value, dict):
        return {"type": value.get("type") or known.get(_variable(value.get("uid")), "prometheus"), **value}
    if value is None or value == "default":
        return dict(PROMETHEUS)
    name = _variable(value)
    if name == DATASOURCE or name in known:
        return {"type": known.get(name, "prometheus"), "uid": f"${{{name}}}"}
    if isinstance(value, str) and value in _BUILT_IN:
        return {"type": _BUILT_IN[value], "uid": value}
    return value


def declare(dashboard: Json) -> None:
    """Add the variable `datasource` where it is used and nobody declared it."""
    variables = dashboard["templating"]["list"]
    if DATASOURCE not in {item.get("name") for item in variables} and _uses(dashboard, dict(PROMETHEUS)):
        variables.insert(0, dict(_DECLARED))


def _variable(value: object) -> str:
    """Return the name in `$name` or `${name}`; empty for anything else."""
    if not isinstance(value, str) or not value.startswith("$"):
        return ""
    return value.removeprefix("$").removeprefix("{").removesuffix("}")


def _uses(value: object, wanted: Mapping[str, str]) -> bool:
    if isinstance(value, dict):
        return value == wanted or any(_uses(item, wanted) for item in value.values())
    return isinstance(value, list) and any(_uses(item, wanted) for item in value)
