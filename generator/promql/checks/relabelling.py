"""`label_replace` and `label_join` that fail or do nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Severity
from generator.promql.checks.model import Finding, metrics, nearest
from generator.promql.error import PromQLError
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Call, Text
from generator.promql.known import Known
from generator.promql.regex import compile_regex

ID = "promql/relabelling"
SEVERITY = Severity.ERROR
TITLE = "A replacement of labels that fails or does nothing"
DOC = (
    "`label_replace` and `label_join` take names of labels, and `label_replace` a regular expression, as "
    "strings that no parser looks at. Prometheus fails the query when the expression is no RE2 or the new "
    "label is no label name. When the series have no such source label, or the replacement names a group "
    "that the expression does not have, it does nothing, or leaves the label empty, without an error."
)
NODES = (Call,)
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_GROUP = re.compile(r"\$(?:([0-9]+)|\{([0-9]+)\})")
_REPLACE_ARGUMENTS = 5


def check(flow: Flow, known: Known) -> Iterator[Finding]:
    """Findings for the strings of a replacement."""
    del known
    node = flow.node
    assert isinstance(node, Call)  # noqa: S101  # as NODES says
    if node.name not in {"label_replace", "label_join"}:
        return
    texts = [argument for argument in node.arguments[1:] if isinstance(argument, Text)]
    if texts and not _LABEL.fullmatch(texts[0].value):
        yield _finding(
            f'"{texts[0].value}" is no label name', texts[0], "the query fails", "use letters, digits and _"
        )
    if node.name == "label_join":
        for source in texts[2:]:
            yield from _source(flow.of[0], source)
    elif len(texts) == _REPLACE_ARGUMENTS - 1:
        _, replacement, source, pattern = texts
        yield from _pattern(flow.of[0], replacement, source, pattern)


def _pattern(operand: Flow, replacement: Text, source: Text, pattern: Text) -> Iterator[Finding]:
    try:
        regex = compile_regex(pattern.value)
    except PromQLError as error:
        yield _finding(error.message, pattern, "the query fails", "correct the expression; it is RE2")
        return
    groups = [int(match[1] or match[2]) for match in _GROUP.finditer(replacement.value)]
    missing = [group for group in groups if group > regex.groups]
    if missing:
        yield _finding(
            f"the regular expression has {regex.groups or 'no'} groups, and no ${missing[0]}",
            replacement,
            "the group is replaced by nothing",
            "put what is to be kept in parentheses",
        )
    if source.value and regex.fullmatch("") is None:
        yield from _source(operand, source)


def _source(operand: Flow, source: Text) -> Iterator[Finding]:
    if operand.sources and operand.labels.impossible(source.value):
        yield _finding(
            f"{metrics(operand.sources)} has no label {source.value} here",
            source,
            "there is nothing to take the new value from",
            nearest(source.value, operand.labels.known) or "name a label that the series have",
        )


def _finding(message: str, text: Text, cause: str, fix: str) -> Finding:
    return Finding(code=ID, message=message, at=text.at, cause=cause, fix=fix, severity=SEVERITY)
