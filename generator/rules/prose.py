"""Text of alerts: what may be a Go template and what may not.

Prometheus runs alert annotations and labels through Go's text/template. Text that Sightline writes may use it;
a user's titles and labels are data; a user's annotations may use it and are checked for balanced actions.
"""

from __future__ import annotations

import re

from generator.diagnostics import Diagnostics, Span, did_you_mean

# Functions of Prometheus' template reference and of Go's text/template, and their keywords.
_FUNCTIONS = frozenset(
    """
    query first label value sortByLabel strvalue humanize humanize1024 humanizeDuration humanizePercentage
    humanizeTimestamp title toUpper toLower stripPort match reReplaceAll graphLink tableLink parseDuration stripDomain
    safeHtml pathPrefix externalURL args tmpl toTime and or not eq ne lt le gt ge len index slice print printf println
    html js urlquery call if else end range with define template block break continue true false nil
    """.split()
)
_VARIABLES = frozenset({"labels", "value", "externalLabels", "externalURL"})
_ACTION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_WORD = re.compile(r"(?<![\w.$])[A-Za-z_]\w*")
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")
_DECLARED = re.compile(r"\$([A-Za-z_]\w*)\s*(?:,\s*\$([A-Za-z_]\w*)\s*)?:=")


def literal(text: str) -> str:
    """`text` so that a Go template prints it as it is."""
    return text.replace("{{", '{{ "{{" }}')


def check_template(text: str, span: Span | None, diagnostics: Diagnostics) -> None:
    """Report what would make Prometheus refuse a user's template, or print an error in its place."""
    rest = _ACTION.sub("", text)
    for mark, missing in (("{{", "}}"), ("}}", "{{")):
        if mark in rest:
            diagnostics.error(
                "alert/template",
                f"this template has {mark} without {missing}",
                span,
                cause="Prometheus refuses the whole rule file.",
                fix=f'close the action, or write {mark} as text: {{{{ "{mark}" }}}}.',
            )
    actions = [_STRING.sub("", action) for action in _ACTION.findall(text)]
    declared = {name for action in actions for pair in _DECLARED.findall(action) for name in pair if name}
    for action in actions:
        for word in _WORD.findall(action):
            if word not in _FUNCTIONS:
                diagnostics.error(
                    "alert/template",
                    f'"{word}" is no function of Prometheus\' templates',
                    span,
                    fix=did_you_mean(word, _FUNCTIONS) or f"a label is written {{{{ $labels.{word} }}}}.",
                )
        for name in _VARIABLE.findall(action):
            if name not in _VARIABLES | declared:
                diagnostics.error(
                    "alert/template",
                    f'"${name}" is not defined in this template',
                    span,
                    fix=did_you_mean(name, _VARIABLES)
                    or "known: $labels, $value, $externalLabels, $externalURL.",
                )
