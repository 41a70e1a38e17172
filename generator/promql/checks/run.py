"""Runs the checks over one expression and points at what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from generator.diagnostics import Diagnostic, Diagnostics, Span
from generator.promql import build, lexer
from generator.promql.checks import suppression as suppressions
from generator.promql.checks.model import Finding
from generator.promql.checks.registry import CHECKS
from generator.promql.error import PromQLError, TooLargeError
from generator.promql.flow.evaluate import evaluate
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Binary, Node
from generator.promql.flow.read import read
from generator.promql.flow.selector import selected
from generator.promql.graph import Reader
from generator.promql.known import Known
from generator.promql.target import lacks, unreadable

_BY_NODE: dict[type, list[Callable[[Flow, Known], Iterable[Finding]]]] = {}
for _module in CHECKS.values():
    for _node in _module.NODES:
        _BY_NODE.setdefault(_node, []).append(_module.check)

SOMEBODY = Reader()
_REFUSED = "Prometheus would refuse the expression"
_UNREAD = "larger ones are not read, so nothing in it was checked; Prometheus may take it"
_RECORD = "record parts of it with rules of their own, and read these"
# From offsets in the text to a place in a file: `place_in_scalar` with its first two arguments given.
Place = Callable[[int, int], Span]


def check_expression(
    expression: str | build.Expr,
    known: Known,
    *,
    span: Span | None,
    diagnostics: Diagnostics,
    place: Place | None = None,
    reader: Reader = SOMEBODY,
    slots: bool = False,
) -> None:
    """Report what is wrong with `expression`, a text or one of our own trees.

    `reader` says who reads it, for findings that span several expressions. `span` is where it comes from as a
    whole; with `place`, findings in a text point at the word itself. What a slot of a tree stands for is not
    checked; a text may have some only with `slots`. Without a catalogue nothing is said of metrics that no
    rule records.
    """
    if isinstance(expression, str):
        text = expression
    else:
        text, place, slots = expression.render(), None, True
    try:
        if not slots:
            _refuse_marks(text)
        found = findings(text, known)
    except PromQLError as error:
        _report_syntax(error, text, known, span=span, place=place, diagnostics=diagnostics)
        return
    if known.graph is not None:
        known.graph.add(text, reader, lambda word: _where(word, text, place) or span)
    for finding in found:
        diagnostics.items.append(_diagnostic(finding, place(*finding.at) if place else span))


def _refuse_marks(text: str) -> None:
    """Refuse an author's text with the character that marks slots in our own."""
    at = text.find(build.MARK)
    if at >= 0:
        msg = "the expression holds the invisible character U+0000"
        raise PromQLError(msg, at, at + 1)


def _report_syntax(
    error: PromQLError,
    text: str,
    known: Known,
    *,
    span: Span | None,
    place: Place | None,
    diagnostics: Diagnostics,
) -> None:
    """Report what the parser refuses, which need not be what every Prometheus refuses."""
    unread = unreadable(text, known.target)
    if unread is None:
        if place and error.start is not None and error.end is not None:
            span = place(error.start, error.end)
        if isinstance(error, TooLargeError):
            diagnostics.error("promql/too-large", error.message, span, cause=_UNREAD, fix=_RECORD)
        else:
            diagnostics.error(
                "promql/syntax", error.message, span, cause=_REFUSED, fix="correct the expression"
            )
        return
    lack, there = unread
    where = place(lack.start, lack.end) if place else span
    if there:
        diagnostics.warning("promql/unread", lack.message, where, fix=lack.fix)
    else:
        diagnostics.error("promql/version", lack.message, where, cause=_REFUSED, fix=lack.fix)


def findings(text: str, known: Known) -> list[Finding]:
    """All findings in PromQL text, but those that a comment in it suppresses; raises PromQLError.

    An expression is judged once for each shape and binding of its labels: what was found sound is not looked
    at again when only the values of its labels differ.
    """
    shapes = known.shapes
    split = shapes.split(text)
    pending = shapes.pending(split) if split is not None else None
    if split and pending is not None and not any(judge(selected(one, known), known) for one in pending):
        shapes.remember(split)
        return []
    node = read(text)
    found = _lacking(text, known) + judge(evaluate(node, known), known)
    if "sightline" in text:
        found = suppressions.apply(text, found, CHECKS.keys())
    if split is not None and not found:
        shapes.remember(split, node)
    return found


def _lacking(text: str, known: Known) -> list[Finding]:
    """What the target does not have; our own trees, which have slots, keep to what all have."""
    if known.target is None or "\0" in text:
        return []
    return [
        Finding(
            code="promql/version",
            message=lack.message,
            at=(lack.start, lack.end),
            cause=_REFUSED,
            fix=lack.fix,
        )
        for lack in lacks(text, known.target)
    ]


def judge(flow: Flow, known: Known) -> list[Finding]:
    """The findings of all checks in every part of an expression.

    What selects nothing in one branch of an `or` is excused by the other branch.
    """
    node: Node = flow.node
    found: list[Finding] = []
    if isinstance(node, Binary) and node.operator == "or":
        branches = [judge(operand, known) for operand in flow.of]
        both_dead = all(any(finding.selects_nothing for finding in branch) for branch in branches)
        found = [one for branch in branches for one in branch if both_dead or not one.selects_nothing]
    else:
        for operand in flow.of:
            if operand.of or operand.sources:  # not a literal
                found += judge(operand, known)
    for check in _BY_NODE.get(type(node), ()):
        found += check(flow, known)
    return found


def _where(word: str, text: str, place: Place | None) -> Span | None:
    """The place of the first name or string in `text` that is `word`; None where there is no author."""
    if place is None:
        return None
    for token in lexer.tokens(text):
        is_name = token.kind == lexer.NAME and token.text == word
        if is_name or (token.kind == lexer.STRING and lexer.unquote(token.text) == word):
            return place(token.start, token.end)
    return None


def _diagnostic(finding: Finding, span: Span | None) -> Diagnostic:
    return Diagnostic(
        code=finding.code,
        message=finding.message,
        span=span,
        cause=finding.cause,
        fix=finding.fix,
        severity=finding.severity,
    )
