"""Rules about what a dashboard refers to: data sources and variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

from generator.diagnostics import did_you_mean
from generator.grafana.lint.finding import Finding
from generator.grafana.lint.view import View, listed, title_of

# Names that Grafana itself gives a value in queries of Prometheus (grafana.com/docs, "Global variables").
GLOBALS = frozenset(
    {
        "__dashboard",
        "__from",
        "__interval",
        "__interval_ms",
        "__name",
        "__org",
        "__range",
        "__range_ms",
        "__range_s",
        "__rate_interval",
        "__rate_interval_ms",
        "__timezone",
        "__to",
        "__user",
    }
)
_DIRECT = frozenset({"-- Grafana --", "-- Mixed --", "-- Dashboard --"})
# The same, after the `$` or `[[` that a use begins with.
_AFTER_DOLLAR = re.compile(r"(\w+)|\{(\w+)(?:\.[^:}]+)?(?::[^}]+)?\}", re.ASCII)
_AFTER_BRACKETS = re.compile(r"(\w+?)(?::\w+)?\]\]", re.ASCII)
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
        if not isinstance(uid, str) or (uid not in declared and uid not in _DIRECT):
            yield Finding(
                f"the data source {reference!r} is not chosen by a variable of the dashboard",
                'use "${datasource}", and a Template of type datasource for other kinds.',
                place,
            )


def variable(view: View) -> Iterator[Finding]:
    """Check that every variable is declared once, and used; and that what is used is declared."""
    names = [str(item.get("name", "")) for item in view.variables]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(f"the variable {name} is declared twice", "keep one of them.", variable=name)
    used = _used(view)
    for name in sorted(set(names) - used):
        yield Finding(
            f"nothing uses the variable {name}", "use it or leave it out.", variable=name, harmless=True
        )
    # In queries and legends only: elsewhere a `$` is allowed to be just that.
    known = GLOBALS.union(names)
    texts = [
        (panel, text)
        for panel, target in view.targets
        for text in (target.get("expr"), target.get("legendFormat"))
        if isinstance(text, str)
    ]
    unknown = set(names_in("\n".join(text for _, text in texts))) - known
    # Most dashboards have none: no need to look at each text. `$1` is a group of label_replace.
    if not all(name[0].isdigit() for name in unknown):
        for panel, text in texts:
            yield from _undeclared(text, known, panel=title_of(panel), query=text)
    for item in view.variables:
        definition = item.get("definition")
        if item.get("type") == "query" and isinstance(definition, str):
            yield from _undeclared(definition, known, variable=str(item.get("name")))


def _undeclared(
    text: str, known: frozenset[str], panel: str = "", query: str = "", variable: str = ""
) -> Iterator[Finding]:
    """Each unknown variable of a text once, where it stands first."""
    seen = set(known)
    for match in _USE.finditer(text):
        name = match[1] or match[2] or match[3]
        if name not in seen and not name[0].isdigit():
            seen.add(name)
            yield Finding(
                f"the query uses ${name}, which is no variable of the dashboard",
                did_you_mean(name, known) or "declare it, or spell it as it is declared.",
                start=match.start(),
                end=match.end(),
                panel=panel,
                query=query,
                variable=variable,
            )


def _used(view: View) -> set[str]:
    """Names that anything but their own declaration refers to."""
    rest = orjson.dumps({key: value for key, value in view.data.items() if key != "templating"}).decode()
    used = set(names_in(rest))
    used |= {str(panel.get("repeat")) for panel in view.panels if panel.get("repeat")}
    for item in view.variables:
        others = {key: value for key, value in item.items() if key not in {"name", "current", "options"}}
        used |= set(names_in(orjson.dumps(others).decode())) - {str(item.get("name"))}
    used |= {str(item.get("name")) for item in view.variables if item.get("type") == "adhoc"}
    return used


def names_in(text: str) -> Iterator[str]:
    """Names of what Grafana takes for a variable in `text`."""
    for piece in text.split("$")[1:]:
        match = _AFTER_DOLLAR.match(piece)
        if match:
            yield match[1] or match[2]
    for piece in text.split("[[")[1:]:
        match = _AFTER_BRACKETS.match(piece)
        if match:
            yield match[1]
