"""The form of a rule: its parse tree with the literals that may differ between SLOs left open.

Two SLOs whose rules have one form differ in these literals alone. Open are the values of an SLO's identity
on its records, the values by which the telemetry selects the service, the bucket of a latency, and the
numbers of the rules below the SLI. Everything else, such as a regular expression, a window or an author's own
query, is part of the form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from generator.promql.parse import parse
from generator.promql.tree import Expr, children, matchers, metric_name
from generator.rules.model import Rule, RuleGroup

_RECORDS = "slo:"
_EVENTS = "slo:events_"
_SUMS = "_sum"
_IDENTITY = frozenset({"namespace", "service", "slo"})
_BUCKET = "le"
_ABSENCE = "SLITelemetryAbsent"

Form = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A literal left open: of a matcher `what` is the label, of a number it is `number`."""

    what: str
    value: str | float
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Shaped:
    """The form of an SLO's groups, and by rule the literals in its slots in the order of the text."""

    form: Form
    slots: tuple[tuple[str, tuple[Slot, ...]], ...]


def shaped(groups: tuple[RuleGroup, ...], identity: frozenset[str]) -> Shaped:
    """The form of rule groups; `identity` are labels whose values select the service's raw series."""
    forms, slots = [], []
    for group in groups:
        rules = []
        for rule in group.rules:
            form, found = _of_rule(rule, identity)
            rules.append(form)
            slots.append((rule.record or rule.alert, found))
        forms.append((group.name.rpartition(".")[2], group.interval, group.limit, tuple(rules)))
    return Shaped(tuple(forms), tuple(slots))


def _of_rule(rule: Rule, identity: frozenset[str]) -> tuple[Form, tuple[Slot, ...]]:
    counted = rule.record.startswith(_EVENTS) and _SUMS not in rule.record
    expression, slots = _of_text(rule.expr, identity, numbers=not counted and rule.alert != _ABSENCE)
    names = (rule.record, rule.alert, rule.for_, rule.keep_firing_for)
    return (*names, tuple(sorted(rule.labels)), tuple(sorted(rule.annotations)), expression), slots


@lru_cache(maxsize=4096)
def _of_text(text: str, identity: frozenset[str], *, numbers: bool) -> tuple[Form, tuple[Slot, ...]]:
    slots: list[Slot] = []
    return _form(parse(text), identity, numbers, slots), tuple(slots)


def _form(node: Expr, identity: frozenset[str], numbers: bool, slots: list[Slot]) -> Form:  # noqa: FBT001  # private
    kind = type(node).__name__
    own: Form
    match kind:
        case "NumberLiteral":
            if not numbers:
                return (kind, node.val)
            slots.append(Slot("number", node.val))
            return (kind,)
        case "StringLiteral":
            return (kind, node.val)
        case "VectorSelector":
            return (kind, *_selector(node, identity, slots))
        case "MatrixSelector":
            own = (node.range,)
        case "SubqueryExpr":
            own = (node.range, node.step, node.offset)
        case "Call":
            own = (node.func.name,)
        case "AggregateExpr":
            own = (str(node.op), *_grouping(node.modifier))
        case "BinaryExpr":
            own = (str(node.op), *_matching(node.modifier))
        case _:
            own = ()
    return (kind, *own, *(_form(child, identity, numbers, slots) for child in children(node)))


def _selector(node: Expr, identity: frozenset[str], slots: list[Slot]) -> Form:
    metric = metric_name(node)
    recorded = bool(metric and metric.startswith(_RECORDS))
    found: list[tuple[str, ...]] = []
    for matcher in matchers(node):
        label, value = matcher.label, str(matcher.value)
        is_open = label in (_IDENTITY if recorded else identity) and matcher.op == "="
        if is_open or (label == _BUCKET and not recorded):
            slots.append(Slot(label, value, recorded))
            # A bucket of one spelling needs no regular expression; that is no other form.
            found.append((label, "" if label == _BUCKET else matcher.op))
        else:
            found.append((label, matcher.op, value))
    return (metric, tuple(found), node.offset, str(node.at) if node.at is not None else None)


def _grouping(modifier: Any) -> Form:
    return (None,) if modifier is None else (str(modifier.type), tuple(modifier.labels))


def _matching(modifier: Any) -> Form:
    if modifier is None:
        return (None,)
    matching = modifier.matching
    how = (str(matching.type), tuple(matching.labels)) if matching is not None else None
    labels: Any = getattr(modifier, "group_labels", None)
    return (
        bool(modifier.return_bool),
        str(modifier.card),
        how,
        tuple(labels.labels) if hasattr(labels, "labels") else str(labels),
    )
