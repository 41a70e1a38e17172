"""Mutants of rules, enumerated from the parse tree.

Every literal, matcher, label, operator, aggregation, range, branch of `or`, every time and label of a rule.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from generator.promql.build import Matcher, quote
from generator.promql.duration import Duration
from generator.promql.parse import parse
from generator.promql.tree import children, matchers, metric_name
from generator.proof.suite import Suite
from generator.rules.model import Rule

COMPARISONS = {">": ("<", ">="), "<": (">", "<="), ">=": ("<", ">"), "<=": (">", "<"), "==": ("!=",)}
ARITHMETIC = {"+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",)}
SETS = {"and": ("or", "unless"), "unless": ("and", "or"), "or": ()}
AGGREGATIONS = {
    "sum": ("max", "avg"),
    "avg": ("sum",),
    "group": ("sum",),
    "max": ("min",),
    "min": ("max",),
    "rate": ("increase",),
    "sum_over_time": ("avg_over_time", "count_over_time"),
    "count_over_time": ("sum_over_time",),
    "clamp_min": ("clamp_max",),
    "clamp_max": ("clamp_min",),
}
INVERSE = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}


@dataclass(frozen=True)
class Node:
    """A node of an expression that can be printed: what it is, what it says, what is inside."""

    kind: str
    value: Any = None
    inside: tuple[Node, ...] = ()

    def text(self) -> str:
        parts = [child.text() for child in self.inside]
        match self.kind:
            case "number":
                return f"{self.value!r}".replace("inf", "Inf")
            case "string":
                return quote(self.value)
            case "selector":
                metric, found, offset = self.value
                return f"{metric}{{{','.join(map(str, found))}}}{_offset(offset)}"
            case "matrix":
                span, offset = self.value
                return f"{parts[0]}[{_span(span)}]{_offset(offset)}"
            case "subquery":
                span, step, offset = self.value
                return f"{parts[0]}[{_span(span)}:{_span(step) if step else ''}]{_offset(offset)}"
            case "call":
                return f"{self.value}({', '.join(parts)})"
            case "aggregate":
                operation, labels = self.value
                grouping = f" by ({', '.join(labels)}) " if labels is not None else ""
                return f"{operation}{grouping}({', '.join(parts)})"
            case "binary":
                operator, modifier = self.value
                return f"({parts[0]} {operator}{modifier} {parts[1]})"
            case "minus":
                return f"-{parts[0]}"
        return f"({parts[0]})"


def _span(span: timedelta) -> str:
    return str(Duration(round(span / timedelta(milliseconds=1))))


def _offset(offset: timedelta | None) -> str:
    return f" offset {_span(offset)}" if offset else ""


def tree(node: Any) -> Node:
    """The parser's tree as ours."""
    kind = type(node).__name__
    inside = tuple(map(tree, children(node)))
    match kind:
        case "NumberLiteral":
            return Node("number", node.val)
        case "StringLiteral":
            return Node("string", node.val)
        case "VectorSelector":
            return Node("selector", (metric_name(node), matchers(node), node.offset))
        case "MatrixSelector":
            (inner,) = inside
            metric, found, offset = inner.value
            return Node("matrix", (node.range, offset), (Node("selector", (metric, found, None)),))
        case "SubqueryExpr":
            return Node("subquery", (node.range, node.step, node.offset), inside)
        case "Call":
            return Node("call", node.func.name, inside)
        case "AggregateExpr":
            labels = None if node.modifier is None else tuple(node.modifier.labels)
            assert node.modifier is None or str(node.modifier.type).endswith("By")
            return Node("aggregate", (str(node.op), labels), inside)
        case "BinaryExpr":
            return Node("binary", (str(node.op), _modifier(node.modifier)), inside)
        case "UnaryExpr":
            return Node("minus", None, inside)
    return Node("paren", None, inside)


def _modifier(modifier: Any) -> str:
    if modifier is None:
        return ""
    text = " bool" if modifier.return_bool else ""
    if modifier.matching is not None:
        assert str(modifier.matching.type).endswith("Include")
        text += f" on ({', '.join(modifier.matching.labels)})"
    return text


@dataclass(frozen=True, eq=False)
class Mutant:
    """One change of one rule: by which operator, of what."""

    operator: str
    rule: str
    change: str
    group: int
    number: int
    mutated: Rule

    def of(self, suite: Suite) -> Suite:
        """The suite with this rule in place of the sound one."""
        groups = list(suite.groups)
        rules = list(groups[self.group].rules)
        rules[self.number] = self.mutated
        groups[self.group] = replace(groups[self.group], rules=tuple(rules))
        return replace(suite, groups=tuple(groups))

    def __str__(self) -> str:
        return f"{self.operator}: {self.rule}: {self.change}"


def mutants(suite: Suite) -> Iterator[Mutant]:
    """Every mutant of every rule of a suite."""
    for group, rule_group in enumerate(suite.groups):
        for number, rule in enumerate(rule_group.rules):
            name = rule.record or rule.alert
            for operator, change, mutated in _of_rule(rule):
                yield Mutant(operator, name, change, group, number, mutated)


def _of_rule(rule: Rule) -> Iterator[tuple[str, str, Rule]]:
    root = tree(parse(rule.expr))
    for operator, change, changed in _of_node(root):
        yield operator, change, replace(rule, expr=changed.text())
    for field in ("for_", "keep_firing_for"):
        span = getattr(rule, field)
        if span:
            longer = Duration(span.milliseconds * 2)
            yield "time", f"{field} dropped", dataclasses.replace(rule, **{field: None})
            yield "time", f"{field} {span} -> {longer}", dataclasses.replace(rule, **{field: longer})
    for label in rule.labels:
        others = {key: value for key, value in rule.labels.items() if key != label}
        yield "rule label", f"{label} dropped", replace(rule, labels=others)
        yield "rule label", f"{label} changed", replace(rule, labels={**others, label: "mutated"})


def _of_node(node: Node) -> Iterator[tuple[str, str, Node]]:
    yield from _here(node)
    for index, child in enumerate(node.inside):
        beside = " beside 0 *" if index and _is_nothing_times(node) else ""
        for operator, change, changed in _of_node(child):
            inside = (*node.inside[:index], changed, *node.inside[index + 1 :])
            yield operator, f"{change}{beside}", replace(node, inside=inside)


def _is_nothing_times(node: Node) -> bool:
    """Whether the node is zero times something."""
    return node.kind == "binary" and node.value[0] == "*" and node.inside[0] == Node("number", 0.0)


def _of(node: Node) -> str:
    """What a call or an aggregation is of, in short."""
    return node.inside[0].text()[:60] if node.inside else ""


def _here(node: Node) -> Iterator[tuple[str, str, Node]]:
    match node.kind:
        case "number":
            other = 0.0 if math.isinf(node.value) else node.value * 2 or 1.0
            yield "literal", f"{node.value:g} -> {other:g}", replace(node, value=other)
        case "selector":
            yield from _of_matchers(node)
        case "matrix" | "subquery":
            span, *rest = node.value
            for other in (span * 2, span / 2):
                yield "range", f"{_text(node)}: {span} -> {other}", replace(node, value=(other, *rest))
        case "call":
            for other in AGGREGATIONS.get(node.value, ()):
                yield "aggregation", f"{node.value} -> {other} of {_of(node)}", replace(node, value=other)
        case "aggregate":
            operation, labels = node.value
            for other in AGGREGATIONS.get(operation, ()):
                changed = replace(node, value=(other, labels))
                yield "aggregation", f"{operation} -> {other} of {_of(node)}", changed
            for label in labels or ():
                kept = tuple(one for one in labels if one != label)
                yield (
                    "label",
                    f"by ({', '.join(labels)}) without {label}",
                    replace(node, value=(operation, kept)),
                )
        case "binary":
            yield from _of_binary(node)


def _of_matchers(node: Node) -> Iterator[tuple[str, str, Node]]:
    metric, found, offset = node.value
    for index, matcher in enumerate(found):
        others = (*found[:index], *found[index + 1 :])
        changes = (
            ("matcher", f"{metric}: {matcher} dropped", others),
            ("matcher", f"{metric}: {matcher} inverted", _with(found, index, op=INVERSE[matcher.op])),
            ("literal", f"{metric}: {matcher} another value", _with(found, index, value="mutated")),
        )
        for operator, change, now in changes:
            yield operator, change, replace(node, value=(metric, now, offset))


def _with(found: tuple[Matcher, ...], index: int, **change: Any) -> tuple[Matcher, ...]:
    return (*found[:index], replace(found[index], **change), *found[index + 1 :])


def _of_binary(node: Node) -> Iterator[tuple[str, str, Node]]:
    operator, modifier = node.value
    others = (COMPARISONS | ARITHMETIC | SETS).get(operator, ())
    for other in others:
        plain = (
            modifier if other in COMPARISONS or operator not in COMPARISONS else modifier.replace(" bool", "")
        )
        bound = f" {node.inside[1].text()}" if node.inside[1].kind == "number" else ""
        yield "operator", f"{operator} -> {other}{bound}", replace(node, value=(other, plain))
    if operator == "or":
        for index, side in enumerate(("left", "right")):
            kept = node.inside[1 - index]
            yield "or branch", f"{side} branch dropped: {node.inside[index].text()[:90]}", kept
    if " on (" in modifier and modifier != " on ()":
        yield "label", f"{modifier.strip()} -> on ()", replace(node, value=(operator, " on ()"))


def _text(node: Node) -> str:
    text = node.text()
    return text if len(text) <= 100 else f"{text[:60]} ... {text[-30:]}"
