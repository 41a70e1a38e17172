"""What an expression reads, as far as the checks need it: selectors, groupings, and the branches of `or`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from generator.promql import build
from generator.promql.build import Matcher, Slot
from generator.promql.parse import Expr, children, matchers, metric_name, parse

_RELABELLING = frozenset({"label_replace", "label_join"})
# It adds whatever labels the info metrics carry.
_ANY_LABEL = "info"


@dataclass(frozen=True, slots=True)
class Selected:
    """A selector: its metric, None where it names none, and its other matchers."""

    metric: str | None
    matchers: tuple[Matcher, ...]


@dataclass(frozen=True, slots=True)
class Grouped:
    """Labels that series are grouped (`by`) or joined (`on`) by.

    `metrics` are those read beneath, None among them where a selector names none; `made` are the labels that
    functions beneath add.
    """

    clause: Literal["by", "on"]
    labels: tuple[str, ...]
    metrics: frozenset[str | None]
    made: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outline:
    """The selectors and groupings of an expression outside of `or`, and both sides of each `or`."""

    selected: tuple[Selected, ...]
    grouped: tuple[Grouped, ...]
    either: tuple[tuple[Outline, Outline], ...]


@dataclass(slots=True)
class _Draft:
    """An outline being written, and what its own branches read."""

    selected: list[Selected] = field(default_factory=list)
    grouped: list[Grouped] = field(default_factory=list)
    either: list[tuple[Outline, Outline]] = field(default_factory=list)

    def outline(self) -> Outline:
        return Outline(tuple(self.selected), tuple(self.grouped), tuple(self.either))


_Beneath = tuple[frozenset[str | None], frozenset[str]]
_NOTHING: _Beneath = (frozenset(), frozenset())


@lru_cache(maxsize=4_096)
def outline_of_text(text: str) -> Outline:
    """The outline of PromQL text; raises PromQLError where it is none."""
    draft = _Draft()
    _read(parse(text), draft)
    return draft.outline()


def outline_of_built(expr: build.Expr) -> Outline:
    """The outline of one of our own trees, without rendering and parsing it.

    Matchers whose value is a slot are left out. Raises PromQLError where a verbatim part is not PromQL.
    """
    draft = _Draft()
    _read_built(expr, draft)
    return draft.outline()


def _read_built(node: build.Expr, draft: _Draft) -> _Beneath:
    """What `_read` does, for our own trees, which hold no function that makes labels."""
    match node:
        case build.Selector(metric, items):
            known = tuple(matcher for matcher in items if not isinstance(matcher.value, Slot))
            draft.selected.append(Selected(metric, known))
            return frozenset((metric,)), _NOTHING[1]
        case build.Verbatim(text):
            return _read(parse(text), draft)
        case build.Aggregate(_, inner, by):
            below = _read_built(inner, draft)
            if by:
                draft.grouped.append(Grouped("by", by, *below))
            return below
        case build.Call() | build.Subquery():
            parts = node.arguments if isinstance(node, build.Call) else (node.expression,)
            return _both(*(_read_built(part, draft) for part in parts))
        case build.Binary(left, operator, right, on):
            drafts = (_Draft(), _Draft()) if operator == "or" else (draft, draft)
            below = _both(_read_built(left, drafts[0]), _read_built(right, drafts[1]))
            if operator == "or":
                draft.either.append((drafts[0].outline(), drafts[1].outline()))
            if on is not None:
                draft.grouped.append(Grouped("on", on, *below))
            return below
    return _NOTHING


def _both(*parts: _Beneath) -> _Beneath:
    metrics, made = _NOTHING
    return metrics.union(*(part[0] for part in parts)), made.union(*(part[1] for part in parts))


def _read(node: Expr, draft: _Draft) -> _Beneath:
    """Add `node` to `draft`; returns the metrics read beneath it and the labels made there."""
    kind = type(node).__name__
    if kind == "VectorSelector":
        selected = Selected(metric_name(node), matchers(node))
        draft.selected.append(selected)
        return frozenset((selected.metric,)), _NOTHING[1]
    if kind == "BinaryExpr":
        return _read_binary(node, draft)
    metrics, made = _both(*(_read(child, draft) for child in children(node)))
    if kind == "AggregateExpr":
        made |= _made_by_aggregation(node)
        if node.modifier is not None and str(node.modifier.type).endswith("By"):
            draft.grouped.append(Grouped("by", tuple(node.modifier.labels), metrics, made))
    elif kind == "Call":
        made |= _made_by_call(node)
        metrics |= {None} if node.func.name == _ANY_LABEL else frozenset()
    return metrics, made


def _read_binary(node: Expr, draft: _Draft) -> _Beneath:
    is_or = str(node.op) == "or"
    left, right = (_Draft(), _Draft()) if is_or else (draft, draft)
    below = _both(_read(node.lhs, left), _read(node.rhs, right))
    if is_or:
        draft.either.append((left.outline(), right.outline()))
    matching = node.modifier.matching if node.modifier is not None else None
    if matching is not None and str(matching.type).endswith("Include"):
        draft.grouped.append(Grouped("on", tuple(matching.labels), *below))
    return below


def _made_by_aggregation(node: Expr) -> frozenset[str]:
    """`count_values("label", ...)` puts the value into a label."""
    return frozenset((node.param.val,)) if str(node.op) == "count_values" else frozenset()


def _made_by_call(node: Expr) -> frozenset[str]:
    return frozenset((node.args[1].val,)) if node.func.name in _RELABELLING else frozenset()
