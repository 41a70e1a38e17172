"""Text of alerts: what may be a Go template and what may not.

Prometheus runs alert annotations and labels through Go's text/template. Text that Sightline writes may use
it; a user's titles and labels are data; a user's annotations may use it and are checked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.diagnostics import Diagnostics, Span
from generator.documents import Place
from generator.promql.target import Target
from generator.rules.template import faults


def literal(text: str) -> str:
    """`text` so that a Go template prints it as it is, whatever stands beside it."""
    return re.sub(r"\{+", lambda braces: f'{{{{ "{braces[0]}" }}}}', text)


def check_templates(texts: Mapping[str, str], span: Span | None, diagnostics: Diagnostics) -> None:
    """Report what would make Prometheus refuse one of a user's templates, and with it the whole rule file."""
    for name, text in texts.items():
        check_template(name, text, span, diagnostics)


def check_template(
    name: str,
    text: str,
    span: Span | None,
    diagnostics: Diagnostics,
    *,
    place: Place | None = None,
    target: Target | None = None,
) -> None:
    """Report what is wrong with one template; with `place`, at the action itself."""
    for fault in faults(text, target):
        diagnostics.error(
            "alert/template",
            f"{name}: {fault.message}",
            place(fault.start, fault.end) if place else span,
            cause="Prometheus would refuse the whole rule file.",
            fix=fault.fix,
        )
