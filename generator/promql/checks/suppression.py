"""Comments in an expression that silence a check, each with a reason: `# sightline: ignore promql/x why`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from generator.diagnostics import Severity, did_you_mean
from generator.promql import lexer
from generator.promql.checks.model import Finding
from generator.promql.flow.nodes import At

CODE = "promql/suppression"
_COMMENT = re.compile(r"#\s*sightline:\s*(?P<verb>\S*)\s*(?P<check>\S*)\s*(?P<reason>.*)")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment: the check that it silences in the whole expression, and why."""

    verb: str
    check: str
    reason: str
    at: At


def apply(text: str, found: list[Finding], checks: Collection[str]) -> list[Finding]:
    """The findings that no comment in `text` silences, and those about the comments themselves."""
    comments = list(_suppressions(text))
    silenced = {comment.check for comment in comments if comment.reason and comment.verb == "ignore"}
    left = [finding for finding in found if finding.code not in silenced]
    used = {finding.code for finding in found}
    return left + [finding for comment in comments for finding in _judge(comment, used, checks)]


def _suppressions(text: str) -> Iterator[Suppression]:
    for token in lexer.tokens(text):
        match = _COMMENT.match(token.text) if token.kind == lexer.COMMENT else None
        if match:
            yield Suppression(
                match["verb"], match["check"], match["reason"].strip(), (token.start, token.end)
            )


def _judge(comment: Suppression, used: set[str], checks: Collection[str]) -> Iterator[Finding]:
    if comment.verb != "ignore" or comment.check not in checks:
        fix = did_you_mean(comment.check, checks) or "write # sightline: ignore promql/... and the reason"
        what = (
            f"{comment.check} is no check" if comment.verb == "ignore" else f'"{comment.verb}" is not known'
        )
        yield _finding(
            comment, f"a comment to Sightline that says nothing: {what}", "nothing is silenced", fix
        )
    elif not comment.reason:
        fix = "say behind it why the finding does not matter here"
        yield _finding(comment, f"{comment.check} is ignored without a reason", "nothing is silenced", fix)
    elif comment.check not in used:
        fix = "remove the comment"
        cause = "it would silence a mistake that comes later"
        yield _finding(comment, f"{comment.check} is ignored and finds nothing here", cause, fix)


def _finding(comment: Suppression, message: str, cause: str, fix: str) -> Finding:
    return Finding(code=CODE, message=message, at=comment.at, cause=cause, fix=fix, severity=Severity.WARNING)
