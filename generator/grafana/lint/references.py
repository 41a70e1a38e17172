"""Rules about what a dashboard refers to: data sources and variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

from generator.grafana.lint.view import Finding, View, listed, title_of

# Names that Grafana itself gives a value; beyond them, everything that starts with two underscores.
_GLOBAL = ("__",)
_DIRECT = frozenset({"-- Grafana --", "-- Mixed --", "-- Dashboard --"})
_USE = re.compile(r"\$(\w+)|\[\[(\w+?)(?::\w+)?\]\]|\$\{(\w+)(?:\.[^:}]+)?(?::[^}]+)?\}", re.ASCII)


def datasource(view: View) -> Iterator[Finding]:
    """Check that every data source is `{type, uid}` with a declared variable as uid.

    Without one Grafana takes the instance's default; a name or a fixed uid exists in one instance only.
    """
    declared = {
        f"${{{variable.get('name')}}}" for variable in view.variables if variable.get("type") == "datasource"
    }
    places = [(title_of(panel), panel.get("datasource"), bool(panel.get("targets"))) for panel in view.panels]
    places += [(title_of(panel), target.get("datasource"), True) for panel, target in view.targets]
    places += [
        (f"variable {variable.get('name')}", variable.get("datasource"), True)
        for variable in view.variables
        if variable.get("type") == "query"
    ]
    places += [
        (f"annotation {item.get('name')}", item.get("datasource"), True)
        for item in listed(view.data.get("annotations"), "list")
    ]
    for place, reference, needed in places:
        if reference is None and not needed:
            continue
        uid = reference.get("uid") if isinstance(reference, dict) and reference.get("type") else None
        if uid not in declared and uid not in _DIRECT:
            yield Finding(
                f"the data source {reference!r} is not chosen by a variable of the dashboard",
                'use "${datasource}", and a Template of type datasource for other kinds.',
                place,
            )


def variable(view: View) -> Iterator[Finding]:
    """Check that every variable is declared once, and used; and that what is used is declared."""
    names = [str(item.get("name", "")) for item in view.variables]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(f"the variable {name} is declared twice", "keep one of them.")
    used = _used(view)
    for name in sorted(set(names) - used):
        yield Finding(f"nothing uses the variable {name}", "use it or leave it out.")
    # In queries only: elsewhere a `$` is allowed to be just that.
    for panel, target in view.targets:
        expression = target.get("expr")
        if isinstance(expression, str) and "$" in expression:
            for name in sorted(set(_names(expression)) - set(names)):
                if not name.startswith(_GLOBAL) and not name[0].isdigit():
                    yield Finding(
                        f"the query uses ${name}, which is no variable of the dashboard",
                        "declare it, or spell it as it is declared.",
                        title_of(panel),
                    )


def _used(view: View) -> set[str]:
    """Names that anything but their own declaration refers to."""
    rest = orjson.dumps({key: value for key, value in view.data.items() if key != "templating"}).decode()
    used = set(_names(rest))
    used |= {str(panel.get("repeat")) for panel in view.panels if panel.get("repeat")}
    for item in view.variables:
        others = {key: value for key, value in item.items() if key not in {"name", "current", "options"}}
        used |= set(_names(orjson.dumps(others).decode())) - {str(item.get("name"))}
    used |= {str(item.get("name")) for item in view.variables if item.get("type") == "adhoc"}
    return used


def _names(text: str) -> Iterator[str]:
    if "$" in text or "[[" in text:
        for match in _USE.finditer(text):
            yield match[1] or match[2] or match[3]
