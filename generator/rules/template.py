"""Go templates of alerts: what Prometheus would refuse, found before it does.

Covers the grammar of Go's text/template (its packages `text/template/parse` and `text/template`) as far as a
mistake in it makes Prometheus refuse the whole rule file; a test compares the verdicts with promtool's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.diagnostics import did_you_mean
from generator.promql.target import Target, Version

# Functions of Prometheus' template reference and of Go's text/template.
_FUNCTIONS = frozenset(
    [
        "query",
        "first",
        "label",
        "value",
        "sortByLabel",
        "strvalue",
        "humanize",
        "humanize1024",
        "humanizeDuration",
        "humanizePercentage",
        "humanizeTimestamp",
        "title",
        "toUpper",
        "toLower",
        "stripPort",
        "match",
        "reReplaceAll",
        "graphLink",
        "tableLink",
        "parseDuration",
        "safeHtml",
        "pathPrefix",
        "externalURL",
        "args",
        "toTime",
        "and",
        "or",
        "not",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "len",
        "index",
        "slice",
        "print",
        "printf",
        "println",
        "html",
        "js",
        "urlquery",
        "call",
        "true",
        "false",
        "nil",
    ]
)
# What later versions added (release notes of Prometheus).
_LATER: dict[str, Version] = {
    "now": (3, 6),
    "stripDomain": (2, 42),
    "toDuration": (3, 6),
    "urlQueryEscape": (3, 8),
}
_BLOCKS = frozenset({"if", "range", "with", "define", "block"})
_KEYWORDS = _BLOCKS | {"else", "end", "template", "break", "continue"}
_ALONE = frozenset({"end", "break", "continue"})
_VARIABLES = frozenset({"", "labels", "value", "externalLabels", "externalURL"})

# Each alternative begins in its own way, so that no text can be read in two and no search takes long.
_STRING = r""""(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'"""
_COMMENTED = r"/\*(?:[^*]|\*(?!/))*\*/"
# After `{{`, up to the mark that closes the action; such a mark inside a string or a comment does not.
_ACTION = re.compile(rf"(?P<body>(?:{_STRING}|{_COMMENTED}|(?!\}}\}}|/\*)[^\"'`])*)\}}\}}", re.DOTALL)
_TRIM = re.compile(r"^-(?=\s)|(?<=\s)-$")
_COMMENT = re.compile(rf"(?:-\s)?{_COMMENTED}(?:\s-)?")  # nothing else may stand beside it
_TOKEN = re.compile(
    rf"\s*(?:(?P<string>{_STRING})|\$(?P<variable>\w*)(?:\.\w+)*|(?P<word>[A-Za-z_]\w*)|(?P<field>(?:\.\w+)+|\.)"
    r"|(?P<number>[+-]?\d[\w.]*)|(?P<mark>:=|[=|(),]))\s*"
)


class Fault(NamedTuple):
    """What is wrong with a template and how to mend it; `start` and `end` are offsets in its text."""

    message: str
    fix: str
    start: int = 0
    end: int = 0


_LABEL_USE = re.compile(
    r'index\s+(?:\$labels|(?P<indexed>\.Labels))\s+"(?P<key>[A-Za-z_]\w*)"'
    rf"|(?P<string>{_STRING})"
    r"|(?:\$labels|(?P<dot>(?<![\w.$)])\.Labels))\.(?P<label>[A-Za-z_]\w*)"
)
_Action = list[re.Match[str]]


def faults(text: str, target: Target | None = None) -> Iterator[Fault]:
    """What is wrong with a template, in the order of the text; without a target, of the newest Prometheus."""
    functions = _FUNCTIONS.union(
        name for name, since in _LATER.items() if target is None or target.version >= since
    )
    declared = set(_VARIABLES)
    open_blocks: list[str] = []
    position = 0
    while (start := text.find("{{", position)) >= 0:
        found = _ACTION.match(text, start + 2)
        if found is None:
            fix = 'close the action and its strings, or write {{ as text: {{ "{{" }}.'
            yield Fault("this template has {{ without }}", fix, start, len(text))
            return
        position = found.end()
        if _COMMENT.fullmatch(found["body"]):
            continue
        body = _TRIM.sub("", found["body"])
        action = _tokens(body)
        if action is None:
            fix = "write one such as {{ $value | humanizePercentage }}."
            yield Fault(f"{{{{{body[:60]}}}}} is not a template action", fix, start, position)
            continue
        for message, fix in (*_unknown_names(action, declared, functions), *_misplaced(action, open_blocks)):
            yield Fault(message, fix, start, position)
    if open_blocks:
        message = f'this template opens "{open_blocks[-1]}" and does not end it'
        yield Fault(message, "add {{ end }}.", len(text), len(text))


class LabelUse(NamedTuple):
    """A label that a template reads of the alert's series, with the offsets of its name in the text."""

    label: str
    start: int
    end: int


def labels_used(text: str) -> Iterator[LabelUse]:
    """Every `$labels.x`, `.Labels.x` and `index $labels "x"` of a sound template.

    Inside `range` and `with` the dot is another, so `.Labels` counts only outside of them.
    """
    moved: list[bool] = []  # for each open block, whether the dot is another in it
    position = 0
    while (start := text.find("{{", position)) >= 0:
        found = _ACTION.match(text, start + 2)
        if found is None:
            return
        position = found.end()
        if _COMMENT.fullmatch(found["body"]):
            continue
        for match in _LABEL_USE.finditer(text, start + 2, position - 2):
            if match["string"] or ((match["dot"] or match["indexed"]) and any(moved)):
                continue
            yield LabelUse(match["label"] or match["key"], *match.span("label" if match["label"] else "key"))
        word = re.match(r"-?\s*([a-z]+)", found["body"])
        if word and word[1] in _BLOCKS:
            moved.append(word[1] in {"range", "with", "define", "block"})
        elif word and word[1] == "end" and moved:
            moved.pop()


def _tokens(body: str) -> _Action | None:
    """The tokens of an action, or None when it is not well formed."""
    tokens: _Action = []
    position = 0
    while position < len(body) and (token := _TOKEN.match(body, position)):
        tokens.append(token)
        position = token.end()
    alone = tokens and tokens[0]["word"] in _ALONE
    sound = len(tokens) == 1 if alone else _is_pipeline(tokens)
    return tokens if position == len(body) and sound else None


def _is_pipeline(tokens: _Action) -> bool:
    """Whether a value stands wherever one must: at both ends, beside each bar and inside of parentheses."""
    depth, wants_value = 0, True
    for token in tokens:
        mark = token["mark"]
        if mark in {"|", ")"} and wants_value:
            return False
        depth += {"(": 1, ")": -1}.get(mark or "", 0)
        wants_value = mark not in {None, ")"} or token["word"] in _BLOCKS | {"template"}
        if depth < 0:
            return False
    return depth == 0 and not wants_value


def _unknown_names(
    action: _Action, declared: set[str], functions: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Functions and variables that are not there; what the action declares itself is added to `declared`."""
    marks = [index for index, token in enumerate(action) if token["mark"] == ":="]
    declared |= {token["variable"] for index in marks for token in action[:index] if token["variable"]}
    for token in action:
        word, variable = token["word"], token["variable"]
        if word and word not in functions | _KEYWORDS:
            yield (
                f'"{word}" is no function of Prometheus\' templates',
                did_you_mean(word, functions | _KEYWORDS) or f"a label is written {{{{ $labels.{word} }}}}.",
            )
        elif variable and variable not in declared:
            yield (
                f'"${variable}" is not defined in this template',
                did_you_mean(f"${variable}", (f"${name}" for name in declared))
                or "known: $labels, $value, $externalLabels, $externalURL.",
            )


def _misplaced(action: _Action, open_blocks: list[str]) -> Iterator[tuple[str, str]]:
    """Ends and branches without a beginning; `open_blocks` is carried from action to action."""
    word = action[0]["word"]
    if word in _BLOCKS:
        open_blocks.append(word)
    elif word in {"break", "continue"} and "range" not in open_blocks:
        yield f'"{word}" stands outside of any range', "remove it."
    elif word in {"end", "else"} and not open_blocks:
        yield f'"{word}" closes nothing: no if, range or with is open here', "remove it."
    elif word == "end":
        open_blocks.pop()
