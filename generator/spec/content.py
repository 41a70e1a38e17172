"""What teams bring themselves: alert packs with their tests, dashboards, and whom both are made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from generator.promql.duration import Duration
from generator.sli.model import PromQL
from generator.spec.location import Places, no_places


@dataclass(frozen=True, slots=True)
class Prose:
    """Text for people, with `<< >>` placeholders, and the node that it stands in."""

    text: str
    node: Any = field(default=None, compare=False, repr=False)  # documents.Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What a service must have to be meant; what is not said is not asked."""

    tier: str = ""
    protocol: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForEach:
    """Whom a pack or dashboard is written for: each service, each workload of it, or the project once."""

    kind: str  # `service`, `workload` or `cluster`
    where: Where = Where()
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRule:
    """A rule of a team's own alert pack; exactly one of `alert` and `record` is set."""

    expr: PromQL
    alert: str = ""
    record: str = ""
    for_: Duration | None = None
    keep_firing_for: Duration | None = None
    labels: Mapping[str, Prose] = field(default_factory=dict)
    annotations: Mapping[str, Prose] = field(default_factory=dict)
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSeries:
    """An input of a test: a series, and its values minute by minute in promtool's notation."""

    series: PromQL
    values: Prose
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAlert:
    """An alert that must fire, with the labels that its expression brings."""

    alert: str
    labels: Mapping[str, str] = field(default_factory=dict)
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTest:
    """What of a pack fires at the time `at_` into these series: exactly the expected alerts and no other."""

    name: Prose
    series: tuple[InputSeries, ...]
    at_: Duration
    expect: tuple[ExpectedAlert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPack:
    """A team's own alerts, a template over services; without `for_each`, for those that list it."""

    name: str
    interval: Duration | None
    parameters: Mapping[str, Any]
    rules: tuple[PackRule, ...]
    for_each: ForEach | None = None
    tests: tuple[PackTest, ...] = ()
    source: str = ""
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnQuery:
    """A query of a panel; `legend` is a template of labels and variables."""

    expr: PromQL
    legend: str = ""
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnThreshold:
    """A colour from `value` on; None is the colour below all others."""

    color: str
    value: Decimal | None = None
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLink:
    """A link in a panel's head; `url` may hold variables."""

    title: Prose
    url: str
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPanel:
    """A panel of a team's dashboard; `width` in columns of 24, `height` in steps of 30 pixels."""

    title: Prose
    type: str
    id: str = ""
    description: Prose | None = None
    unit: str = ""
    queries: tuple[OwnQuery, ...] = ()
    decimals: int | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    thresholds: tuple[OwnThreshold, ...] = ()
    links: tuple[OwnLink, ...] = ()
    value_links: tuple[OwnLink, ...] = ()
    width: int = 12
    height: int = 8
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """Panels under one heading, or without one."""

    panels: tuple[OwnPanel, ...]
    title: Prose | None = None
    collapsed: bool = False
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVariable:
    """A choice: fixed `values`, those of a `label` `of` some series, or any `text`.

    Of a label's values several can be chosen if `multi`, else one.
    """

    name: str
    title: str = ""
    label: str = ""
    of: PromQL | None = None
    multi: bool = True
    values: tuple[str, ...] = ()
    text: str | None = None
    at: Places = no_places()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDashboard:
    """A team's own dashboard as it is written: `forEach` makes several of it."""

    title: Prose
    rows: tuple[OwnRow, ...]
    name: str = ""
    uid: str = ""
    folder: str = ""
    tags: tuple[str, ...] = ()
    time: Duration = Duration(6 * 3_600_000)
    refresh: Duration = Duration(60_000)
    for_each: ForEach | None = None
    variables: tuple[OwnVariable, ...] = ()
    source: str = ""
    at: Places = no_places()
