"""The field configuration of a panel, as far as grafanalib's own has to be mended."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

_PLAIN_STEPS: tuple[Json, ...] = ({"color": "text", "value": None},)


def ref_id(index: int) -> str:
    """Return the refId at an index: `A` to `Z`, then `A1` and so on."""
    cycle, letter = divmod(index, 26)
    return chr(ord("A") + letter) + (str(cycle) if cycle else "")


def normalise_fields(panel: Json) -> None:
    """Make thresholds steps, let legends say whether they show, and drop what is empty."""
    config = panel.setdefault("fieldConfig", {})
    config.setdefault("overrides", [])
    defaults = config.setdefault("defaults", {})
    _thresholds(defaults)
    if defaults.get("noValue") == "none":  # grafanalib's word; it reads like a value
        defaults["noValue"] = "No data"
    custom = defaults.get("custom", {})
    if custom.get("stacking") == {}:
        del custom["stacking"]
    for key in ("custom", "mappings", "links", "unit"):
        if not defaults.get(key, True):
            del defaults[key]
    legend = panel.get("options", {}).get("legend")
    if isinstance(legend, dict) and panel.get("type") != "heatmap":  # whose own word is `show`
        legend.setdefault("showLegend", legend.get("displayMode") != "hidden")


def _thresholds(defaults: Json) -> None:
    """Without steps Grafana would fill in "green, red from 80", which means nothing for most numbers."""
    given = defaults.get("thresholds")
    steps = given.get("steps") if isinstance(given, dict) else None
    mode = given.get("mode", "absolute") if isinstance(given, dict) else "absolute"
    if not steps:
        steps = [dict(step) for step in _PLAIN_STEPS]
    elif isinstance(steps, list):
        steps = [_step(step) for step in steps]
    defaults["thresholds"] = {"mode": mode, "steps": steps}


def _step(step: object) -> object:
    """Return a step as Grafana has it; grafanalib adds keys of the old graph and writes null as text."""
    if not isinstance(step, dict):
        return step
    value = step.get("value")
    return {"color": step.get("color"), "value": None if value == "null" else value}
