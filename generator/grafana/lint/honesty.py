"""Rules about numbers that look right and are not."""

from __future__ import annotations

from collections.abc import Iterator

from generator.grafana.lint.finding import Finding
from generator.grafana.lint.promql import substituted
from generator.grafana.lint.values import defaults_of
from generator.grafana.lint.view import Json, View, kind_of, listed, title_of
from generator.promql import lexer
from generator.promql.error import PromQLError
from generator.promql.parse import parse
from generator.promql.tree import Expr, children

# Panels whose numbers need a unit to be read.
_NUMERIC = frozenset(
    {"bargauge", "gauge", "heatmap", "histogram", "piechart", "stat", "timeseries", "trend", "xychart"}
)
# Nothing is a hundred times as much as there can be; above it, a share was taken for a percentage.
_ABSURD_SHARE = 10


def no_data(view: View) -> Iterator[Finding]:
    """Check that no panel shows everything as fine where there are no data.

    `1 - (errors / requests or vector(0))` is 1 without a single series, and so is a `noValue` of 100 %.
    """
    for place, expression in view.queries:
        if "vector" in expression and _invents_success(expression):
            yield Finding(
                "the query shows full success where there are no data",
                "let the share be absent without data, or fill in zeros for the failures alone: "
                "(failures or 0 * requests) / requests.",
                place,
                expression,
            )
    for panel in view.panels:
        shown = defaults_of(panel).get("noValue")
        if isinstance(shown, str) and any(character.isdigit() for character in shown):
            yield Finding(
                f'the panel shows "{shown}" where there are no data',
                'write "No data", or leave noValue out.',
                title_of(panel),
            )


def threshold_scale(view: View) -> Iterator[Finding]:
    """Check that thresholds of a share from 0 to 1 are not written as percentages."""
    for panel in view.panels:
        for unit, steps in _scales(panel):
            if unit != "percentunit":
                continue
            values = [step["value"] for step in steps if type(step.get("value")) in {int, float}]
            beyond = [value for value in values if value >= _ABSURD_SHARE]
            if beyond:
                yield Finding(
                    f"the threshold {beyond[0]} is beyond a share, which goes from 0 to 1",
                    f"write {beyond[0] / 100:g}, or use the unit percent and a query from 0 to 100.",
                    title_of(panel),
                )


def thresholds(view: View) -> Iterator[Finding]:
    """Check that thresholds are numbers and go from low to high: Grafana reads them in their order."""
    for panel in view.panels:
        for _, steps in _scales(panel):
            values = [step.get("value") for step in steps]
            wrong = [value for value in values if value is not None and type(value) not in {int, float}]
            numbers = [float(value) for value in values if isinstance(value, (int, float))]
            if wrong:
                yield Finding(
                    f"the threshold {wrong[0]!r} is no number", "write it without quotes.", title_of(panel)
                )
            elif numbers != sorted(numbers) or None in values[1:]:
                yield Finding(
                    "the thresholds do not go from low to high",
                    "sort them; only the first may lack a value.",
                    title_of(panel),
                )


def irate(view: View) -> Iterator[Finding]:
    """Check that graphs take their rates with `rate`.

    `irate` reads the last two samples of each step alone: before them anything may happen unseen.
    """
    for panel, target in view.targets:
        expression = target.get("expr")
        if kind_of(panel) not in {"timeseries", "heatmap"} or target.get("instant"):
            continue
        if not isinstance(expression, str) or "irate" not in expression:
            continue
        for token in lexer.tokens(expression):
            if token.kind == lexer.NAME and token.text == "irate":
                yield Finding(
                    "irate reads two samples of each step and skips the others",
                    "use rate over $__rate_interval.",
                    title_of(panel),
                    expression,
                    token.start,
                    token.end,
                )
                break


def no_unit(view: View) -> Iterator[Finding]:
    """Check that numbers have a unit: a bare 0.25 is seconds to one reader and a share to the next."""
    for panel in view.panels:
        if kind_of(panel) in _NUMERIC and panel.get("targets") and not defaults_of(panel).get("unit"):
            yield Finding(
                "the panel's numbers have no unit",
                'set one, such as reqps, s, percentunit or "short" for plain numbers.',
                title_of(panel),
            )


def _scales(panel: Json) -> Iterator[tuple[object, list[Json]]]:
    """Each unit of a panel with the steps of its thresholds: of all fields, and of each override."""
    defaults = defaults_of(panel)
    steps = listed(defaults.get("thresholds"), "steps")
    if _shows_thresholds(panel):
        yield defaults.get("unit"), steps
    for item in listed(panel.get("fieldConfig"), "overrides"):
        changed = {str(each.get("id")): each.get("value") for each in listed(item, "properties")}
        if "unit" in changed or "thresholds" in changed:
            own = listed(changed["thresholds"], "steps") if "thresholds" in changed else steps
            yield changed.get("unit", defaults.get("unit")), own


def _shows_thresholds(panel: Json) -> bool:
    """Whether a reader sees the thresholds of a panel: graphs hold some that they do not draw."""
    defaults = defaults_of(panel)
    colour, custom = defaults.get("color"), defaults.get("custom")
    style = custom.get("thresholdsStyle") if isinstance(custom, dict) else None
    is_drawn = isinstance(style, dict) and style.get("mode") not in {None, "off"}
    is_coloured = not isinstance(colour, dict) or colour.get("mode") == "thresholds"
    return kind_of(panel) not in {"timeseries", "barchart", "histogram"} or is_drawn or is_coloured


def _invents_success(expression: str) -> bool:
    try:
        tree = parse(substituted(expression).text)
    except PromQLError:
        return False  # `query` has reported it
    return _subtracts_a_default(tree)


def _subtracts_a_default(tree: Expr) -> bool:
    """Whether a number minus something that is 0 by default stands anywhere in the tree."""
    if type(tree).__name__ == "BinaryExpr" and str(tree.op) == "-":
        left, right = _bare(tree.lhs), _bare(tree.rhs)
        if type(left).__name__ == "NumberLiteral" and _defaults_to_zero(right):
            return True
    return any(_subtracts_a_default(child) for child in children(tree))


def _defaults_to_zero(tree: Expr) -> bool:
    """Whether the whole is 0 where nothing is measured; a share of which one part has data is not."""
    return type(tree).__name__ == "BinaryExpr" and str(tree.op) == "or" and _is_zero_vector(_bare(tree.rhs))


def _is_zero_vector(tree: Expr) -> bool:
    if type(tree).__name__ != "Call" or tree.func.name != "vector":
        return False
    (argument,) = tree.args
    return type(_bare(argument)).__name__ == "NumberLiteral" and _bare(argument).val == 0


def _bare(tree: Expr) -> Expr:
    """The expression inside of brackets."""
    while type(tree).__name__ == "ParenExpr":
        tree = tree.expr
    return tree
