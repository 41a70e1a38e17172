"""Rules about how values look, and about the JSON as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import did_you_mean
from generator.grafana.lint.finding import Finding
from generator.grafana.lint.units import UNITS, is_unit
from generator.grafana.lint.view import Json, View, listed, title_of

# Every delivery takes this much; a ConfigMap applied with kubectl takes little more than twice as much.
SIZE_LIMIT = 100_000
_LOWEST = re.compile(r'\{"color": "[^"\\]*", "value": null\}')
_SOME_UNITS = "use one of its ids such as reqps, s, percentunit or bytes."
_MEANT = {
    "%": "use percent (0 to 100) or percentunit (0 to 1).",
    **dict.fromkeys(("milliseconds", "millis", "msec"), "use ms."),
    **dict.fromkeys(("req/s", "requests"), "use reqps."),
    **dict.fromkeys(("seconds", "secs", "sec"), "use s."),
}
_DEFAULT = [("green", None), ("red", 80)]


def unit(view: View) -> Iterator[Finding]:
    """Check that units are ones that Grafana knows: others are shown as text behind the number."""
    for panel in view.panels:
        for value in _units(panel):
            if not isinstance(value, str) or not is_unit(value):
                similar = _MEANT.get(str(value)) or did_you_mean(str(value), UNITS) or _SOME_UNITS
                yield Finding(
                    f"Grafana has no unit {value!r}",
                    f'{similar} A unit of your own is written "suffix: {value}".',
                    title_of(panel),
                )


def default_threshold(view: View) -> Iterator[Finding]:
    """Check for Grafana's own thresholds, "red from 80", which mean nothing for most numbers."""
    for panel in view.panels:
        steps = listed(defaults_of(panel).get("thresholds"), "steps")
        if len(steps) != len(_DEFAULT):
            continue
        drawn = [(step.get("color"), step.get("value")) for step in steps]
        if sorted(drawn, key=repr) == _DEFAULT:
            yield Finding(
                "the panel is red from 80 on, as Grafana proposes for a new panel",
                "set thresholds that mean something, or none.",
                title_of(panel),
            )


def null(view: View) -> Iterator[Finding]:
    """Check that no key is null but the value of a lowest threshold."""
    if view.text.count("null") == len(_LOWEST.findall(view.text)):
        return  # each is the lowest step of a threshold: no need to look at every key
    path = _null(view.data)
    if path is not None:
        yield Finding(f"{'.'.join(map(str, reversed(path)))} is null", "leave the key out.")


def size(view: View) -> Iterator[Finding]:
    """Check that the dashboard is not too large to be read, loaded and delivered."""
    if view.bytes > SIZE_LIMIT:
        yield Finding(
            f"the dashboard has {view.bytes // 1000} kB; {SIZE_LIMIT // 1000} kB is the limit",
            "split it: a page with so many panels is slow, and nobody reads it.",
        )


def defaults_of(panel: Json) -> Json:
    """What holds for all fields of a panel; empty where nothing does."""
    config = panel.get("fieldConfig")
    defaults = config.get("defaults") if isinstance(config, dict) else None
    return defaults if isinstance(defaults, dict) else {}


def _units(panel: Json) -> Iterator[object]:
    defaults = defaults_of(panel)
    if "unit" in defaults:
        yield defaults["unit"]
    for override in listed(panel.get("fieldConfig"), "overrides"):
        for item in listed(override, "properties"):
            if item.get("id") == "unit":
                yield item.get("value")


def _null(value: object) -> list[str | int] | None:
    """Return the keys that lead to the first null, innermost first; None when there is none."""
    if isinstance(value, dict):
        for key, item in value.items():
            if item is None and (key != "value" or "color" not in value):
                return [key]
            if isinstance(item, (dict, list)) and (path := _null(item)) is not None:
                return [*path, key]
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if item is None:
                return [index]
            if isinstance(item, (dict, list)) and (path := _null(item)) is not None:
                return [*path, index]
    return None
