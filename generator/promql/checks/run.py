"""Runs the checks over one expression and points at what they find."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from generator.diagnostics import Diagnostic, Diagnostics, Span
from generator.promql import build, lexer
from generator.promql.checks import (
    contradiction,
    unknown_bucket,
    unknown_label,
    unknown_metric,
    unknown_value,
)
from generator.promql.checks.model import Finding, Known
from generator.promql.error import PromQLError
from generator.promql.outline import Grouped, Outline, Selected, outline_of_built, outline_of_text
from generator.promql.target import lacks, unreadable

CHECKS: dict[str, ModuleType] = {
    module.ID: module
    for module in (contradiction, unknown_bucket, unknown_label, unknown_metric, unknown_value)
}

_REFUSED = "Prometheus would refuse the expression"
# From offsets in the text to a place in a file: `place_in_scalar` with its first two arguments given.
Place = Callable[[int, int], Span]


def check_expression(
    expression: str | build.Expr,
    known: Known,
    *,
    span: Span | None,
    diagnostics: Diagnostics,
    place: Place | None = None,
) -> None:
    """Report what is wrong with `expression`, a text or one of our own trees.

    `span` is where it comes from as a whole; with `place`, findings in a text point at the word itself. What
    a slot of a tree stands for is not checked. Without a catalogue only the syntax of a text is checked.
    """
    text = expression if isinstance(expression, str) else None
    try:
        outlined = (
            outline_of_text(expression) if isinstance(expression, str) else outline_of_built(expression)
        )
    except PromQLError as error:
        _report_syntax(error, text, known, span=span, place=place, diagnostics=diagnostics)
        return
    if text is not None and known.target:
        for lack in lacks(text, known.target):
            where = place(lack.start, lack.end) if place else span
            diagnostics.error("promql/version", lack.message, where, cause=_REFUSED, fix=lack.fix)
    if known.catalogue is None:
        return
    for finding in _findings(outlined, known):
        where = _locate(finding.word, text, place) if text is not None and place else None
        diagnostics.items.append(_diagnostic(finding, where or span))


def _report_syntax(
    error: PromQLError,
    text: str | None,
    known: Known,
    *,
    span: Span | None,
    place: Place | None,
    diagnostics: Diagnostics,
) -> None:
    """Report what the parser refuses, which need not be what every Prometheus refuses."""
    unread = unreadable(text, known.target) if text is not None else None
    if unread is None:
        if text is not None and place and error.start is not None and error.end is not None:
            span = place(error.start, error.end)
        diagnostics.error("promql/syntax", error.message, span, cause=_REFUSED, fix="correct the expression")
        return
    lack, there = unread
    where = place(lack.start, lack.end) if place else span
    if there:
        diagnostics.warning("promql/unread", lack.message, where, fix=lack.fix)
    else:
        diagnostics.error("promql/version", lack.message, where, cause=_REFUSED, fix=lack.fix)


def _findings(outlined: Outline, known: Known) -> list[Finding]:
    """All findings; what selects nothing in one branch of an `or` is excused by the other branch."""
    subjects: tuple[Selected | Grouped, ...] = outlined.selected + outlined.grouped
    found = [finding for subject in subjects for finding in _judge(subject, known)]
    for branches in outlined.either:
        left, right = (_findings(branch, known) for branch in branches)
        both_dead = _selects_nothing(left) and _selects_nothing(right)
        found += [finding for finding in left + right if both_dead or not finding.selects_nothing]
    return found


def _selects_nothing(findings: list[Finding]) -> bool:
    return any(finding.selects_nothing for finding in findings)


def _judge(subject: Selected | Grouped, known: Known) -> tuple[Finding, ...]:
    """The findings of every check for one selector or grouping, remembered."""
    found = known.judged.get(subject)
    if found is None:
        found = tuple(finding for check in CHECKS.values() for finding in check.check(subject, known))
        known.judged[subject] = found
    return found


def _locate(word: str, text: str, place: Place) -> Span | None:
    """The place of the first name or string in `text` that is `word`."""
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
