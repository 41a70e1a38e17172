"""What no schema sees and Grafana accepts in silence: one function per rule, over any dashboard's JSON.

Grafana stores a provisioned file without checking it, so this is the only gate. A new rule is one function,
one line in `RULES` and one paragraph in `generator.grafana.codes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from generator.grafana.lint import honesty, identity, layout, overrides, promql, references, values
from generator.grafana.lint.finding import Finding
from generator.grafana.lint.links import Address, Linked, addresses, dangling, linked, unsafe_link
from generator.grafana.lint.promql import Readable, readable_queries
from generator.grafana.lint.view import Queries, View
from generator.grafana.render import Page

Rule = Callable[[View], Iterator[Finding]]

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "dashboard/datasource": references.datasource,
        "dashboard/default-threshold": values.default_threshold,
        "dashboard/description": identity.description,
        "dashboard/exemplar": promql.exemplar,
        "dashboard/grid": layout.grid,
        "dashboard/irate": honesty.irate,
        "dashboard/multi-value": promql.multi_value,
        "dashboard/no-data": honesty.no_data,
        "dashboard/no-unit": honesty.no_unit,
        "dashboard/null": values.null,
        "dashboard/overlap": layout.overlap,
        "dashboard/override": overrides.override,
        "dashboard/panel-id": identity.panel_id,
        "dashboard/panel-title": identity.panel_title,
        "dashboard/panel-type": identity.panel_type,
        "dashboard/query": promql.query,
        "dashboard/ref-id": identity.ref_id,
        "dashboard/rows": layout.rows,
        "dashboard/size": values.size,
        "dashboard/threshold-scale": honesty.threshold_scale,
        "dashboard/thresholds": honesty.thresholds,
        "dashboard/title": identity.title,
        "dashboard/uid": identity.uid,
        "dashboard/unit": values.unit,
        "dashboard/unsafe-link": unsafe_link,
        "dashboard/variable": references.variable,
    }
)
# Doubts rather than mistakes: the dashboard works.
WARNINGS = frozenset(
    {
        "dashboard/default-threshold",
        "dashboard/description",
        "dashboard/irate",
        "dashboard/link",
        "dashboard/no-unit",
        "dashboard/panel-title",
        "dashboard/size",
        "dashboard/title-clash",
    }
)


def findings(view: View) -> Iterator[tuple[str, Finding]]:
    """Yield every finding in one dashboard with the rule's id."""
    for code, rule in RULES.items():
        for finding in rule(view):
            yield code, finding


def clashes(dashboards: Iterable[Page]) -> Iterator[tuple[str, Page, Page]]:
    """Yield each pair in which the second dashboard takes what the first already has: a uid, or a title.

    Grafana keeps one dashboard per uid: two files with one uid overwrite each other at every scan
    (grafana/grafana#22777). Two with one title, in one folder, confuse people.
    """
    uids: dict[str, Page] = {}
    titles: dict[tuple[str, str], Page] = {}
    for dashboard in dashboards:
        first = uids.setdefault(dashboard.uid.casefold(), dashboard)
        if first is not dashboard:
            yield "dashboard/uid-clash", first, dashboard
            continue
        first = titles.setdefault((dashboard.folder, dashboard.title), dashboard)
        if first is not dashboard:
            yield "dashboard/title-clash", first, dashboard


__all__ = [
    "RULES",
    "WARNINGS",
    "Address",
    "Finding",
    "Linked",
    "Queries",
    "Readable",
    "View",
    "addresses",
    "clashes",
    "dangling",
    "findings",
    "linked",
    "readable_queries",
]
