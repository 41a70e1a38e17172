"""A team's dashboard read from nodes, and what the structure cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator.diagnostics import Diagnostics, Related
from generator.documents import Mapping as MappingNode
from generator.promql.duration import Duration
from generator.spec.content import OwnDashboard, OwnPanel, OwnVariable
from generator.spec.lookup import mapping_at, text_at
from generator.spec.read import places, read

_SHORTEST_REFRESH = Duration.parse("5s")  # Grafana's default min_refresh_interval
_MINUTE = Duration.parse("1m")


def read_dashboard(root: MappingNode, source: str, diagnostics: Diagnostics) -> OwnDashboard:
    """A dashboard from a structurally sound document."""
    metadata, spec = mapping_at(root, "metadata"), mapping_at(root, "spec")
    assert spec is not None  # noqa: S101  # the structure says so
    assert metadata is not None  # noqa: S101  # the structure says so
    dashboard = replace(
        read(OwnDashboard, spec, diagnostics),
        name=text_at(metadata, "name"),
        source=source,
        at={**places(spec), "name": places(metadata)["name"]},
    )
    _check_times(dashboard, diagnostics)
    for variable in dashboard.variables:
        _check_variable(variable, diagnostics)
    seen: dict[str, OwnPanel] = {}
    for panel in _panels(dashboard):
        _check_thresholds(panel, diagnostics)
        first = seen.setdefault(panel.id, panel) if panel.id else panel
        if first is not panel:
            diagnostics.error(
                "dashboard/panel-id",
                f'two panels have the id "{panel.id}"',
                panel.at.get("id"),
                related=[Related(first.at["id"], "the first is here")],
                fix="choose another one.",
            )
    return dashboard


def _panels(dashboard: OwnDashboard) -> Iterator[OwnPanel]:
    return (panel for row in dashboard.rows for panel in row.panels)


def _check_times(dashboard: OwnDashboard, diagnostics: Diagnostics) -> None:
    for field, least, cause in (
        ("time", _MINUTE, "Grafana counts the time range in minutes or more."),
        ("refresh", _SHORTEST_REFRESH, "Grafana refuses to ask more often, unless it is configured to."),
    ):
        value = getattr(dashboard, field)
        if value < least:
            diagnostics.error(
                "dashboard/time",
                f"{field} is {value}, less than {least}",
                dashboard.at.get(field),
                cause=cause,
                fix=f"write {least} or more.",
            )


def _check_variable(variable: OwnVariable, diagnostics: Diagnostics) -> None:
    offers = [bool(variable.values), bool(variable.label or variable.of), variable.text is not None]
    if offers.count(True) != 1 or bool(variable.label) != bool(variable.of):
        diagnostics.error(
            "dashboard/choices",
            f"${variable.name} must offer `values`, the values of a `label` `of` series, or a box for `text`",
            variable.at.get("name"),
            fix="give `values`, both `label` and `of`, or `text`.",
        )
    elif "multi" in variable.at and not variable.label:
        diagnostics.error(
            "dashboard/unused-field",
            f"${variable.name} offers no label's values, so that multi says nothing",
            variable.at["multi"],
            cause="one of fixed values is chosen, never several.",
            fix="remove multi.",
        )


def _check_thresholds(panel: OwnPanel, diagnostics: Diagnostics) -> None:
    """Report steps that Grafana would put into another order."""
    last = None
    for index, step in enumerate(panel.thresholds):
        if step.value is None and index:
            fault = "only the first threshold can lack a value"
        elif step.value is not None and last is not None and step.value <= last:
            fault = f"{step.value} is not above {last}, the threshold before it"
        else:
            fault = ""
        last = step.value if step.value is not None else last
        if fault:
            diagnostics.error(
                "dashboard/thresholds",
                fault,
                step.at.get("value") or step.at.get(""),
                fix="order thresholds from low to high.",
            )
