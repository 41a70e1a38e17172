"""Alert list: the alerting rules that are pending or firing, as Grafana's own alert pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.grafana.model import Panel, Written
from generator.grafana.panels.fields import common
from generator.grafana.text import literal
from generator.promql.build import Matcher


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertList(Panel):
    """Alerts whose labels match all `matchers`, most urgent first."""

    matchers: tuple[Matcher, ...]
    limit: int = 20


def written(panel: Written) -> AlertList:
    """The alerts of what the panel is made for; without a service, all."""
    return AlertList(
        **common(panel),
        matchers=panel.matchers,
    )


def body(panel: AlertList) -> dict[str, Any]:
    """Grafana's JSON. No data source is named: the rules of Grafana and of every Prometheus are listed."""
    wanted = ", ".join(map(str, panel.matchers))
    return {
        "type": "alertlist",
        "options": {
            "alertInstanceLabelFilter": literal("{" + wanted + "}") if wanted else "",
            "alertName": "",
            "dashboardAlerts": False,
            "groupBy": [],
            "groupMode": "default",
            "maxItems": panel.limit,
            "sortOrder": 3,
            "stateFilter": {"error": True, "firing": True, "noData": False, "normal": False, "pending": True},
            "viewMode": "list",
        },
    }
