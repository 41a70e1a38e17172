"""Templates of names: `$service` and `$namespace` in a platform's text stand for each service's own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.diagnostics import Diagnostics, Span, did_you_mean

TOKENS = ("namespace", "service")
_TOKEN = re.compile(r"\$([A-Za-z_]+)")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put `values` in place of the tokens; what is not one of them stays.

    The values are slugs (a-z, 0-9 and hyphens), so that no text around them needs them escaped.
    """
    return _TOKEN.sub(lambda token: values.get(token[1], token[0]), template)


def check_tokens(field: str, template: str, span: Span | None, diagnostics: Diagnostics) -> None:
    """Report words behind a `$` that stand for nothing."""
    for word in _TOKEN.findall(template):
        if word not in TOKENS:
            diagnostics.error(
                "platform/token",
                f"{field}: ${word} stands for nothing",
                span,
                fix=did_you_mean(word, TOKENS) or "known: $namespace, $service.",
            )
