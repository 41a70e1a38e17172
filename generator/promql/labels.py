"""Which labels the result of an expression can have, by Prometheus' rules for each operation."""

from __future__ import annotations

from generator.promql.parse import Expr, children, parse, value_type

_CHOOSING = frozenset(
    {"topk", "bottomk", "limitk", "limit_ratio"}
)  # aggregations that keep series as they are
_RELABELLING = frozenset({"label_replace", "label_join"})
_BARE = frozenset({"time", "vector", "scalar", "pi", "absent", "absent_over_time"})
_SETS = frozenset({"and", "unless"})


def can_carry(text: str, label: str) -> bool:
    """Whether some series of the result may have `label`; raises PromQLError for what is not PromQL.

    False only where the expression itself takes the label away, whatever series it reads. A label that
    `absent` makes of a matcher does not count: it says what is not there.
    """
    return _can_carry(parse(text), label)


def _can_carry(node: Expr, label: str) -> bool:
    match type(node).__name__:
        case "NumberLiteral" | "StringLiteral":
            return False
        case "AggregateExpr":
            return _aggregated(node, label)
        case "BinaryExpr":
            return _combined(node, label)
        case "Call":
            return _called(node, label)
    below = children(node)
    return not below or any(_can_carry(child, label) for child in below)


def _aggregated(node: Expr, label: str) -> bool:
    operation = str(node.op)
    if operation == "count_values" and node.param.val == label:
        return True
    if operation not in _CHOOSING:
        if node.modifier is None:
            return False
        named = label in node.modifier.labels
        if named != str(node.modifier.type).endswith("By"):
            return False
    return _can_carry(node.expr, label)


def _called(node: Expr, label: str) -> bool:
    name = node.func.name
    if name in _RELABELLING and node.args[1].val == label:
        return True
    if name in _BARE:
        return False
    # Functions without an argument read nothing but the clock; of the others the vector's labels stay.
    return any(_can_carry(argument, label) for argument in node.args)


def _combined(node: Expr, label: str) -> bool:
    left, right, operator = node.lhs, node.rhs, str(node.op)
    if operator == "or":
        return _can_carry(left, label) or _can_carry(right, label)
    if operator in _SETS:
        return _can_carry(left, label)
    if "scalar" in {value_type(left), value_type(right)}:
        return _can_carry(left, label) or _can_carry(right, label)
    modifier = node.modifier
    matching = modifier.matching if modifier else None
    cardinality = str(modifier.card) if modifier else "OneToOne"
    if cardinality.endswith("OneToOne"):
        kept = matching is None or (label in matching.labels) == str(matching.type).endswith("Include")
        return kept and _can_carry(left, label) and _can_carry(right, label)
    many, one = (left, right) if cardinality.endswith("ManyToOne") else (right, left)
    included = label in (modifier.group_labels or ())
    return _can_carry(one if included else many, label)
