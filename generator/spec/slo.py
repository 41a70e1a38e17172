"""`kind: SLO` and the entries of a service's `slos`: fragment, record, and the rules about its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from generator.diagnostics import Diagnostics
from generator.documents import Mapping as MappingNode
from generator.documents import Scalar
from generator.names import RESERVED_LABELS, SHOWN_LABELS
from generator.promql.build import number
from generator.promql.duration import Duration
from generator.sli import KINDS
from generator.spec import burn, groups
from generator.spec.alerting import ALERTING_SCHEMA, alert_tiers
from generator.spec.lookup import is_set, list_at, mapping_at, strings_at, value_at
from generator.spec.model import SLO, Alerting, Group, Platform
from generator.spec.read import places, read
from generator.spec.schema import REFERENCE, document_schema, former_names, metadata_fragment
from generator.telemetry import Subject

KIND = "SLO"
# A budget below one in a million cannot be told from noise: in 30 days it is 2.6 seconds.
_SMALLEST_BUDGET = Decimal("0.000001")
_LONGEST_PERIOD_DAYS = 366
_NO_PRODUCT = (
    "SLIs are not combined: services fail together, so that a product or minimum of theirs says nothing of "
    "how many users failed. Count it where users enter, with `journey` in a document of kind SLO."
)
# Why a label cannot be a group.
_RESERVED = "Sightline or Prometheus sets this label itself, or it is in the identity of every SLO."
_OWN_LABEL = "the service, the SLO or its alerting gives this label one value, which the alerts carry."
_OUTCOME = "it tells how a request ended: a group of failures alone would always burn."

PROPERTIES: Mapping[str, Any] = {
    "objective": {
        "type": "number",
        "exclusiveMinimum": 0,
        "exclusiveMaximum": 100,
        "description": "Percentage of events that shall be good, above 50 and below 100.",
        "x-cause": "it is a percentage; at 100 there is no budget, so every alert would divide by zero.",
        "x-fix": "write a number such as 99.9, without quotes or a percent sign.",
        "x-example": 99.9,
    },
    "period": {
        "$ref": "#/definitions/duration",
        "description": "Rolling period of the objective, in whole days.",
        "x-cause": "periods are rolling; a calendar period's budget would jump at midnight on the first.",
        "x-default": "the platform's, 30d",
    },
    "sli": {
        "type": "object",
        "description": "What is measured: exactly one kind.",
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {kind: dict(module.SCHEMA) for kind, module in KINDS.items()},
        "x-refused": dict.fromkeys(("composite", "product", "serial", "and", "min"), _NO_PRODUCT),
    },
    **groups.PROPERTIES,
    "firstEvents": {
        "enum": ["ignored", "counted"],
        "default": "ignored",
        "description": "Whether the event that a new counter begins with counts. Prometheus cannot see it as "
        "an increase, so that the first error of each pod is lost. For SLIs of a telemetry profile that "
        "knows the counters' labels.",
    },
    "budget": {
        "type": "boolean",
        "default": True,
        "description": "With false, events and error ratios up to 6h are recorded for panels: no error "
        "budget, no period, no alerts. For comparisons, such as of revisions.",
    },
    "alerting": ALERTING_SCHEMA,
    "description": {"type": "string", "description": "Why this objective, in words."},
    "labels": {"$ref": "#/definitions/labels", "description": "On slo_info and on the alerts."},
    "annotations": {"$ref": "#/definitions/labels", "description": "On the alerts."},
    "runbook": {
        "$ref": "#/definitions/url",
        "description": "What to do when it alerts.",
        "x-default": "the service's",
    },
    "allowLow": {
        "type": "boolean",
        "default": False,
        "description": "Accept an objective of 50 or less.",
    },
}
_SERVICE: Mapping[str, Any] = {
    "type": "string",
    "pattern": REFERENCE,
}
JOURNEY: Mapping[str, Any] = {
    "type": "object",
    "description": "In place of `service`: what users do through several services.",
    "additionalProperties": False,
    "required": ["name", "measuredAt", "services"],
    "properties": {
        "name": {
            "$ref": "#/definitions/slug",
            "description": "Its identity, in the place of a service's. All SLOs of one journey name it.",
            "x-example": "checkout",
        },
        "measuredAt": {
            **_SERVICE,
            "description": "The service that users enter by, as `name` or `namespace/name`; its requests are "
            "the journey's events. There is no product of availabilities: services fail together, and one's "
            "failure is its caller's, so that it would count an incident several times.",
        },
        "services": {
            "type": "array",
            "items": _SERVICE,
            "uniqueItems": True,
            "minItems": 1,
            "description": "Whom it leads through: they are shown on its dashboard, it on theirs, and their "
            "pages inhibit its own.",
        },
    },
}
SPEC: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["objective", "sli"],
    "properties": {
        "service": {
            **_SERVICE,
            "description": "The service it belongs to: `name` or `namespace/name`. Either this or `journey`.",
        },
        "journey": JOURNEY,
        **PROPERTIES,
    },
}
INLINE: Mapping[str, Any] = {
    "type": "object",
    "description": "An SLO of this service; merged over the tier's SLO of the same name.",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"$ref": "#/definitions/slug", "description": "Identity within the service."},
        "renamedFrom": former_names({"$ref": "#/definitions/slug"}),
        "disabled": {
            "type": "boolean",
            "default": False,
            "description": "Removes the tier's SLO of this name.",
        },
        **PROPERTIES,
    },
}
DOCUMENT = document_schema(KIND, metadata_fragment(namespaced=True), SPEC)


@dataclass(frozen=True, slots=True)
class Owner:
    """What an SLO must know of its service: how the telemetry profile sees it, and its labels.

    If its telemetry is `damaged`, that has been reported, and nothing can be said of what reads the profile.
    """

    subject: Subject | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    damaged: bool = False


def read_slo(
    name: str,
    node: MappingNode,
    platform: Platform,
    owner: Owner,
    diagnostics: Diagnostics,
) -> SLO | None:
    """An SLO from a merged, structurally sound node; None when a mistake in it has been reported."""
    before = len(diagnostics.items)
    at = places(node)
    objective = _objective(node, diagnostics)
    sli_node = node.get("sli")
    if objective is None or not isinstance(sli_node, MappingNode):
        return None
    kind, body = sli_node.entries[0]
    assert isinstance(body, MappingNode)  # noqa: S101  # the structure says so
    sli = read(KINDS[kind.text].Record, body, diagnostics)
    own_period = _period(node, platform.period, diagnostics)
    alerting_node = mapping_at(node, "alerting")
    alerting = read(Alerting, alerting_node, diagnostics) if alerting_node else Alerting()
    labels = strings_at(node, "labels")
    for labelled in (node, *alert_tiers(alerting_node)):
        check_labels(labelled, reserved_labels(platform), diagnostics)
    allow_low = is_set(node, "allowLow")
    slo = SLO(
        name=name,
        objective=objective,
        period=own_period,
        sli=sli,
        description=str(value_at(node, "description") or ""),
        labels=labels,
        annotations=strings_at(node, "annotations"),
        runbook=str(value_at(node, "runbook") or ""),
        allow_low=allow_low,
        has_budget=value_at(node, "budget") is not False,
        group_by=_groups(node, kind.text, owner, platform, diagnostics),
        max_groups=groups.max_groups(node),
        first_events=_first_events(node, kind.text, owner, diagnostics),
        alerting=alerting,
        renamed_from=tuple(list_at(node, "renamedFrom")),
        burn_alerts=(),
        at=at,
    )
    alerts = burn.burn_alerts(slo, platform.windows, diagnostics)
    if len(diagnostics.items) > before and diagnostics.has_errors:
        return None
    if owner.damaged and KINDS[kind.text].READS_PROFILE:
        return None
    return burn.with_alerts(slo, alerts)


def check_budget(node: MappingNode, diagnostics: Diagnostics) -> None:
    """Report alerting of an SLO that has no budget to burn; `node` is without the alerting of its tier."""
    alerting = node.get("alerting")
    if alerting is not None and value_at(node, "budget") is False:
        diagnostics.error(
            "slo/alerting-without-budget",
            "an SLO without a budget has no alerts",
            alerting.span,
            cause="its alerts say how fast the budget burns.",
            fix="remove alerting, or budget: false; an alert pack can compare the error ratios of releases.",
        )


def _groups(
    node: MappingNode,
    kind: str,
    owner: Owner,
    platform: Platform,
    diagnostics: Diagnostics,
) -> tuple[Group, ...]:
    """The SLO's groups: labels that nothing else says."""
    profiled, subject = KINDS[kind].READS_PROFILE, owner.subject
    if profiled and subject is None:
        return ()  # what is wrong with its telemetry has been reported, or will be by the SLI
    taken = dict.fromkeys(subject.outcomes, _OUTCOME) if profiled and subject else {}
    own = [owner.labels, strings_at(node, "labels")]
    own += [strings_at(tier, "labels") for tier in alert_tiers(mapping_at(node, "alerting"))]
    taken |= dict.fromkeys((label for labels in own for label in labels), _OWN_LABEL)
    taken |= dict.fromkeys(reserved_labels(platform) | SHOWN_LABELS, _RESERVED)
    return groups.read_groups(node, subject if profiled else None, taken, diagnostics)


def _first_events(node: MappingNode, kind: str, owner: Owner, diagnostics: Diagnostics) -> str:
    """Whether first events count; where new counters cannot be told from new reporters, that is reported."""
    leaf = node.get("firstEvents")
    if not isinstance(leaf, Scalar) or leaf.text != "counted":
        return "ignored"
    subject = owner.subject
    if KINDS[kind].READS_PROFILE and (subject is None or subject.births):
        return "counted"  # without a subject its SLI reports why not
    diagnostics.error(
        "slo/first-events",
        "first events cannot be counted here",
        leaf.span,
        cause="to tell a new counter from a new target, or from an old one with a new label, the labels that "
        "its own process gives it must be known, and nothing says what they are.",
        fix="remove firstEvents; counters that start at 0 before their first event lose none.",
    )
    return "ignored"


def reserved_labels(platform: Platform) -> frozenset[str]:
    """Labels that a user may not set on an SLO's alerts and info: its whole identity."""
    return RESERVED_LABELS.union(platform.identity_labels, platform.prometheus.external_labels)


def check_labels(owner: MappingNode, reserved: frozenset[str], diagnostics: Diagnostics) -> None:
    """Report labels that would overwrite those that Sightline or Prometheus sets."""
    labels = owner.get("labels")
    for key, _ in labels.entries if isinstance(labels, MappingNode) else ():
        if key.text in reserved:
            diagnostics.error(
                "slo/reserved-label",
                f'the label "{key.text}" is reserved',
                key.span,
                cause="Sightline or Prometheus sets it itself; another value would join or hide other SLOs' "
                "series and alerts.",
                fix="choose another name.",
            )


def _objective(node: MappingNode, diagnostics: Diagnostics) -> Decimal | None:
    leaf = node.get("objective")
    if not isinstance(leaf, Scalar) or not isinstance(leaf.value, int | Decimal):
        return None
    value = Decimal(leaf.value)
    if value <= 1:
        diagnostics.error(
            "slo/objective-range",
            f"an objective of {leaf.text} % would allow nearly every event to fail",
            leaf.span,
            cause="objectives are percentages.",
            fix=f'did you mean "{number(value * 100)}"?'
            if value * 100 > 50 and value < 1
            else "for 99.9 % write 99.9.",
        )
        return None
    if value <= 50 and not is_set(node, "allowLow"):
        diagnostics.error(
            "slo/objective-range",
            f"an objective of {leaf.text} % lets half of all events fail",
            leaf.span,
            cause="this is more often a slip than an intention.",
            fix="raise it above 50, or say allowLow: true.",
        )
        return None
    if (100 - value) / 100 < _SMALLEST_BUDGET:
        diagnostics.error(
            "slo/objective-range",
            f"an objective of {leaf.text} % leaves a budget that cannot be measured",
            leaf.span,
            cause="less than one event in a million may fail: in 30 days that is under 2.6 seconds.",
            fix="the highest objective is 99.9999.",
        )
        return None
    return value


def _period(node: MappingNode, default: Duration, diagnostics: Diagnostics) -> Duration:
    leaf = node.get("period")
    if not isinstance(leaf, Scalar):
        return default
    return checked_period(leaf, diagnostics) or default


def checked_period(leaf: Scalar, diagnostics: Diagnostics) -> Duration | None:
    """A rolling period in whole days, or None after reporting why not."""
    try:
        period = Duration.parse(leaf.text)
    except ValueError as error:
        diagnostics.error("spec/value", str(error), leaf.span)
        return None
    days, rest = divmod(period.milliseconds, 86_400_000)
    if rest or not 1 <= days <= _LONGEST_PERIOD_DAYS:
        diagnostics.error(
            "slo/period",
            f"a period of {leaf.text} is not a whole number of days up to {_LONGEST_PERIOD_DAYS}",
            leaf.span,
            cause="the period in days is part of the recorded series' names.",
            fix="use 7d, 28d, 30d or 90d.",
        )
        return None
    return period
